/** All waveforms, drawn in one loop that runs only while there is something to draw. */

import type { PageSnapshot } from "../../session/snapshot.ts";
import { WAVES, type WaveFeed } from "../../session/wave.ts";
import type { Texts } from "../../texts.ts";
import { el } from "../dom.ts";
import { Waveform } from "./waveform.ts";

/** chosen: smooth to the eye at half the cost of every frame. */
const FRAME_MS = 33;

export class Waves {
  readonly element = el("div", { class: "waves" });
  readonly #traces: readonly Waveform[];
  readonly #clock_ms: () => number;
  #frame: number | null = null;
  #drawn_ms = Number.NEGATIVE_INFINITY;

  constructor(texts: Texts, feed: WaveFeed, clock_ms: () => number) {
    this.#clock_ms = clock_ms;
    this.#traces = WAVES.map((wave) => new Waveform(texts, wave, feed.of(wave)));
    this.element.append(...this.#traces.map(({ element }) => element));
  }

  /** Called several times a second: wakes the loop when something has come. */
  show({ link }: PageSnapshot, now_ms: number): void {
    for (const trace of this.#traces) trace.show(link, now_ms);
    if (this.#frame === null && this.#isWaiting) this.#frame = requestAnimationFrame(this.#draw);
  }

  close(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    for (const trace of this.#traces) trace.close();
  }

  /** The browser calls no frame of a hidden page: nothing is drawn for nobody. */
  readonly #draw = (): void => {
    this.#frame = this.#isWaiting ? requestAnimationFrame(this.#draw) : null;
    const now_ms = this.#clock_ms();
    if (now_ms - this.#drawn_ms < FRAME_MS) return;
    this.#drawn_ms = now_ms;
    for (const trace of this.#traces) trace.draw(now_ms);
  };

  get #isWaiting(): boolean {
    return this.#traces.some(({ isWaiting }) => isWaiting);
  }
}
