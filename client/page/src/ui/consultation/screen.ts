/** The consultation: what is examined on the left, figures and requests on the right. */

import type { PageSnapshot, StillView } from "../../session/snapshot.ts";
import type { WaveFeed } from "../../session/wave.ts";
import { button, el, setHidden } from "../dom.ts";
import type { Screen, Surroundings } from "../screen.ts";
import { Asks } from "./asks.ts";
import { Banner } from "./banner.ts";
import { Ending } from "./ending.ts";
import { Loupe } from "./loupe.ts";
import { Messages } from "./messages.ts";
import { Own } from "./own.ts";
import { Picture } from "./picture.ts";
import { Pleth } from "./pleth.ts";
import { Stills } from "./stills.ts";
import { Summary } from "./summary.ts";
import { Vitals } from "./vitals.ts";

export class ConsultationScreen implements Screen {
  readonly element: HTMLElement;
  readonly #banner: Banner;
  readonly #picture: Picture;
  readonly #own: Own;
  readonly #loupe: Loupe;
  readonly #pleth: Pleth;
  readonly #stills: Stills;
  readonly #ending: Ending;
  /** What had the focus when the still was opened; it gets it back. */
  #opener: Element | null = null;
  readonly #parts: readonly { show(snapshot: PageSnapshot, now_ms: number): void }[];

  constructor({ texts, requests }: Surroundings, feed: WaveFeed, clock_ms: () => number) {
    this.#picture = new Picture(texts, requests, clock_ms);
    this.#own = new Own(texts, requests);
    this.#banner = new Banner(texts, this.#own.controls);
    this.#loupe = new Loupe(texts, () => this.#showLive());
    this.#pleth = new Pleth(texts, feed, clock_ms);
    this.#stills = new Stills(texts, (still) => this.#showStill(still));
    this.#ending = new Ending(texts, requests);
    const vitals = new Vitals(texts);
    const asks = new Asks(texts, requests);
    const messages = new Messages(texts, requests);
    const summary = new Summary(texts, requests);
    this.#parts = [this.#banner, this.#picture, this.#own, vitals, asks];
    this.#parts = [...this.#parts, this.#stills, messages, summary, this.#ending];
    const end = button(texts.say("end.button"), () => this.#ending.open(), {
      class: "end",
      "data-testid": "end",
    });
    const write = button(texts.say("summary.open"), () => summary.open(), {
      "data-testid": "summary-open",
    });
    this.#own.controls.append(write, end);
    vitals.element.append(this.#pleth.element);
    this.element = el(
      "div",
      { class: "consultation" },
      el("h1", { class: "unseen", tabindex: -1 }, texts.say("app.title")),
      this.#banner.element,
      el("div", { class: "stage" }, this.#picture.element, this.#loupe.element, this.#own.element),
      el("div", { class: "side" }, vitals.element, asks.element),
      el("div", { class: "below" }, this.#stills.element, summary.element, messages.element),
      this.#ending.element,
    );
    this.#showLive();
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    for (const part of this.#parts) part.show(snapshot, now_ms);
  }

  close(): void {
    this.#loupe.close();
    this.#pleth.close();
    this.#stills.close();
    this.#picture.close();
    this.#own.close();
  }

  #showStill(still: StillView): void {
    if (still.picture === null) return;
    this.#opener = document.activeElement;
    setHidden(this.#loupe.element, false);
    this.element.dataset["stage"] = "still";
    this.#loupe.open(still, still.picture);
  }

  #showLive(): void {
    this.#loupe.close();
    setHidden(this.#loupe.element, true);
    this.element.dataset["stage"] = "live";
    if (this.#opener instanceof HTMLElement) this.#opener.focus();
    this.#opener = null;
  }
}
