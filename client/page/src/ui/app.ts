/** Shows the screen of the moment, keeps the voice playing across screens, tells news once. */

import { EMPTY, type PageSnapshot, type Phase } from "../session/snapshot.ts";
import type { WaveFeed } from "../session/wave.ts";
import type { History } from "../store/history.ts";
import { Past } from "./after/past.ts";
import { type Arrival, ArrivingScreen } from "./arriving.ts";
import { Attention } from "./attention.ts";
import { ConsultationScreen } from "./consultation/screen.ts";
import { DeviceCheck } from "./device_check.ts";
import { button, el, setData, setHidden, setStream, setText } from "./dom.ts";
import { EndedScreen } from "./ended.ts";
import { news } from "./news.ts";
import { RefusedScreen } from "./refused.ts";
import type { Screen, Surroundings } from "./screen.ts";
import { TrustLine } from "./trust_line.ts";
import { WaitingScreen } from "./waiting.ts";
import { WaitingRoomPanel } from "./waiting_room.ts";
import { WordsScreen } from "./words.ts";

/** What the page's shell hands to the screens. */
export interface Shell extends Surroundings {
  readonly feed: WaveFeed;
  readonly clock_ms: () => number;
  /** What the GP has kept of earlier consultations. */
  readonly history: History;
  /** What the first screen finds filled in, asked each time it opens. */
  arrival(): Arrival;
}

export class App {
  readonly #shell: Shell;
  readonly #main = el("main", { id: "main" });
  readonly #voice = el("audio", { autoplay: true, "data-testid": "voice" });
  readonly #news = el("p", { class: "unseen", role: "status", "data-testid": "news" });
  readonly #blocked: HTMLElement;
  readonly #trust: TrustLine;
  readonly #room: WaitingRoomPanel;
  readonly #attention: Attention;
  readonly #elsewhere: HTMLElement;
  #screen: Screen | null = null;
  #phase: Phase | null = null;
  #shown: PageSnapshot = EMPTY;

  constructor(root: HTMLElement, shell: Shell) {
    this.#shell = shell;
    const { texts } = shell;
    document.documentElement.lang = texts.language;
    this.#trust = new TrustLine(texts);
    this.#room = new WaitingRoomPanel(texts, shell.requests);
    this.#attention = new Attention(texts);
    this.#elsewhere = el(
      "section",
      { class: "card", role: "alert", "data-testid": "elsewhere" },
      el("h1", { tabindex: -1 }, texts.say("elsewhere.title")),
      el("p", { class: "lead" }, texts.say("elsewhere.what")),
    );
    const listen = button(texts.say("sound.unblock"), () => void this.#play(), {
      "data-testid": "sound-unblock",
    });
    this.#blocked = el("div", { class: "blocked", role: "alert", hidden: true });
    this.#blocked.append(el("span", {}, texts.say("sound.blocked")), listen);
    root.replaceChildren(
      el("a", { class: "skip", href: "#main" }, texts.say("app.skip")),
      this.#blocked,
      this.#trust.element,
      this.#room.element,
      this.#main,
      this.#voice,
      this.#news,
    );
  }

  /** Show this picture of the session. */
  show(snapshot: PageSnapshot): void {
    if (snapshot.isElsewhere) return this.#beElsewhere();
    const isSame = snapshot.visit === this.#shown.visit;
    // One patient's pictures, words and files are never left standing for the next.
    if (snapshot.phase !== this.#phase || !isSame) this.#turnTo(snapshot.phase);
    const told = isSame ? news(this.#shown, snapshot, this.#shell.texts) : [];
    if (told.length > 0) setText(this.#news, told.join(" "));
    this.#trust.show(snapshot);
    this.#attention.show(snapshot);
    if (this.#voice.srcObject !== snapshot.media.voice) {
      setStream(this.#voice, snapshot.media.voice);
      void this.#play();
    }
    setData(document.documentElement, "link", snapshot.link.state);
    this.#shown = snapshot;
    this.tick();
  }

  /** Time has passed: ages and stamps move on. */
  tick(): void {
    this.#screen?.show(this.#shown, this.#shell.clock_ms());
    this.#room.show(this.#shown, this.#shell.clock_ms());
  }

  /** The first screen finds something else filled in. */
  arriveAgain(): void {
    if (this.#phase === "arriving") this.#turnTo("arriving");
    this.tick();
  }

  #beElsewhere(): void {
    this.#screen?.close?.();
    this.#screen = null;
    this.#phase = null;
    this.#main.replaceChildren(this.#elsewhere);
  }

  #turnTo(phase: Phase): void {
    const isFirst = this.#phase === null;
    this.#phase = phase;
    this.#screen?.close?.();
    this.#screen = this.#build(phase);
    this.#main.replaceChildren(this.#screen.element);
    if (phase === "arriving") this.#main.append(new Past(this.#shell.texts, this.#shell.history).element);
    setData(document.documentElement, "phase", phase);
    if (!isFirst) this.#screen.element.querySelector("h1")?.focus();
  }

  #build(phase: Phase): Screen {
    const { texts, requests, feed, clock_ms } = this.#shell;
    const surroundings: Surroundings = { texts, requests };
    switch (phase) {
      case "arriving":
        return this.#arriving(surroundings);
      case "waiting":
        return new WaitingScreen(surroundings);
      case "comparing":
        return new WordsScreen(surroundings);
      case "consulting":
        return new ConsultationScreen(surroundings, feed, clock_ms);
      case "ended":
        return new EndedScreen(surroundings, this.#shell.history);
      case "refused":
        return new RefusedScreen(surroundings);
    }
  }

  #arriving(surroundings: Surroundings): Screen {
    const check = new DeviceCheck(surroundings.texts);
    const screen = new ArrivingScreen(surroundings, this.#shell.arrival(), check);
    screen.element.append(this.#attention.element);
    return screen;
  }

  async #play(): Promise<void> {
    if (this.#voice.srcObject === null) return setHidden(this.#blocked, true);
    try {
      await this.#voice.play();
      setHidden(this.#blocked, true);
    } catch (error) {
      const isBlocked = error instanceof DOMException && error.name === "NotAllowedError";
      setHidden(this.#blocked, !isBlocked);
    }
  }
}
