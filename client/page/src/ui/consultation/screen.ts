/** The consultation: what is examined on the left, figures and requests on the right. */

import type { PageSnapshot, StillView } from "../../session/snapshot.ts";
import type { WaveFeed } from "../../session/wave.ts";
import { Auscultation } from "../auscultation/panel.ts";
import { button, el, setHidden } from "../dom.ts";
import { Expertise } from "../expertise/panel.ts";
import type { Screen, Surroundings } from "../screen.ts";
import { Summary } from "../writing/summary.ts";
import { Announcer } from "./announcer.ts";
import { Apart } from "./apart.ts";
import { Asks } from "./asks.ts";
import { Banner } from "./banner.ts";
import { ClipPlayer } from "./clip.ts";
import { Ending } from "./ending.ts";
import { Loupe } from "./loupe.ts";
import { Messages } from "./messages.ts";
import { Own } from "./own.ts";
import { Papers } from "./papers.ts";
import { PatientStrip } from "./patient_strip.ts";
import { Picture } from "./picture.ts";
import { Results } from "./results.ts";
import { Stills } from "./stills.ts";
import { Vitals } from "./vitals.ts";
import { Waves } from "./waves.ts";
import { WentOn } from "./went_on.ts";

export class ConsultationScreen implements Screen {
  readonly element: HTMLElement;
  readonly #banner: Banner;
  readonly #picture: Picture;
  readonly #own: Own;
  readonly #loupe: Loupe;
  readonly #clip: ClipPlayer;
  readonly #waves: Waves;
  readonly #stills: Stills;
  readonly #papers: Papers;
  readonly #auscultation: Auscultation;
  readonly #ending: Ending;
  readonly #expertise: Expertise;
  /** What had the focus when the still was opened; it gets it back. */
  #opener: Element | null = null;
  readonly #parts: readonly { show(snapshot: PageSnapshot, now_ms: number): void }[];

  constructor({ texts, requests }: Surroundings, feed: WaveFeed, clock_ms: () => number) {
    this.#picture = new Picture(texts, requests, clock_ms);
    this.#own = new Own(texts, requests);
    this.#banner = new Banner(texts, this.#own.controls);
    const back = () => this.#showLive();
    this.#loupe = new Loupe(texts, requests, clock_ms, back);
    this.#clip = new ClipPlayer(texts, back, (frame) => this.#showStill(frame));
    this.#waves = new Waves(texts, feed, clock_ms);
    this.#stills = new Stills(texts, (still) => this.#showStill(still));
    this.#papers = new Papers(texts);
    this.#auscultation = new Auscultation(texts, requests);
    this.#ending = new Ending(texts, requests);
    const vitals = new Vitals(texts);
    const asks = new Asks(texts, requests);
    const messages = new Messages(texts, requests);
    const summary = new Summary(texts, requests);
    this.#expertise = new Expertise(texts, requests, () => summary.open());
    const apart = new Apart(texts);
    const results = new Results(texts);
    const patient = new PatientStrip(texts);
    const wentOn = new WentOn(texts);
    const announcer = new Announcer(texts);
    this.#parts = [this.#banner, this.#picture, this.#own, vitals, asks];
    this.#parts = [...this.#parts, this.#stills, this.#auscultation, messages, summary, this.#ending];
    this.#parts = [...this.#parts, this.#expertise, apart, results, patient, wentOn, announcer];
    this.#parts = [...this.#parts, this.#papers, this.#waves];
    const end = button(texts.say("end.button"), () => this.#ending.open(), {
      class: "end",
      "data-testid": "end",
    });
    const write = button(texts.say("summary.open"), () => summary.open(), {
      "data-testid": "summary-open",
    });
    this.#own.controls.append(write, end);
    vitals.element.append(this.#waves.element);
    this.element = el(
      "div",
      { class: "consultation" },
      el("h1", { class: "unseen", tabindex: -1 }, texts.say("app.title")),
      this.#banner.element,
      wentOn.element,
      patient.element,
      announcer.element,
      el(
        "div",
        { class: "work" },
        el(
          "div",
          { class: "stage" },
          this.#picture.element,
          this.#loupe.element,
          this.#clip.element,
          this.#own.element,
        ),
        el(
          "div",
          { class: "below" },
          this.#stills.element,
          this.#papers.element,
          messages.element,
          this.#auscultation.element,
          this.#expertise.element,
          summary.element,
          results.element,
          apart.element,
        ),
      ),
      el("div", { class: "side" }, vitals.element, asks.element),
      this.#ending.element,
    );
    this.#showLive();
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    for (const part of this.#parts) part.show(snapshot, now_ms);
    this.#loupe.show(snapshot.stills);
  }

  close(): void {
    this.#loupe.close();
    this.#clip.close();
    this.#waves.close();
    this.#stills.close();
    this.#papers.close();
    this.#auscultation.close();
    this.#expertise.close();
    this.#picture.close();
    this.#own.close();
  }

  #showStill(still: StillView): void {
    if (this.element.dataset["stage"] === "live") this.#opener = document.activeElement;
    this.element.dataset["stage"] = "still";
    setHidden(this.#loupe.element, still.isClip);
    setHidden(this.#clip.element, !still.isClip);
    if (still.isClip) {
      this.#loupe.close();
      this.#clip.open(still);
    } else {
      this.#clip.close();
      this.#loupe.open(still);
    }
  }

  #showLive(): void {
    this.#loupe.close();
    this.#clip.close();
    setHidden(this.#loupe.element, true);
    setHidden(this.#clip.element, true);
    this.element.dataset["stage"] = "live";
    if (this.#opener instanceof HTMLElement) this.#opener.focus();
    this.#opener = null;
  }
}
