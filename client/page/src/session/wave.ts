/** The oximeter's waveform on its way to the screen: bounded, and never shown when stale. */

/** chosen: longer than the screen's window and any stutter of the line. */
export const WAVE_LIMIT = 2_048;
/** chosen: how far the drawing stays behind, so that blocks arriving unevenly still flow. */
const DELAY_MS = 600;
/** chosen: after this without samples the curve is said to have stopped. */
const STALE_AFTER_MS = 2_500;

/** One run of samples ready to be drawn. */
export interface WaveRun {
  readonly samples: readonly number[];
  readonly rate_hz: number;
}

/** Takes blocks as they arrive, gives samples at the pace they were taken. */
export class WaveFeed {
  #samples: number[] = [];
  #rate_hz = 60;
  /** Page's clock time at which the first waiting sample is due. */
  #firstDue_ms = 0;
  #heard_ms = Number.NEGATIVE_INFINITY;

  /** A block has arrived at `now_ms`. A new rate starts the curve afresh. */
  add(samples: Uint8Array, rate_hz: number, now_ms: number): void {
    if (rate_hz <= 0) return;
    if (rate_hz !== this.#rate_hz) this.#samples = [];
    this.#rate_hz = rate_hz;
    const hasRunDry = this.#samples.length === 0 && now_ms > this.#firstDue_ms;
    if (hasRunDry) this.#firstDue_ms = now_ms + DELAY_MS;
    this.#samples.push(...samples.subarray(0, WAVE_LIMIT));
    const excess = this.#samples.length - WAVE_LIMIT;
    if (excess > 0) this.#drop(excess);
    this.#heard_ms = now_ms;
  }

  /** The samples due by `now_ms`, each given once. */
  take(now_ms: number): WaveRun {
    const due = Math.floor(((now_ms - this.#firstDue_ms) * this.#rate_hz) / 1000);
    const samples = this.#samples.slice(0, Math.max(0, due));
    this.#drop(samples.length);
    return { samples, rate_hz: this.#rate_hz };
  }

  isStale(now_ms: number): boolean {
    return now_ms - this.#heard_ms > STALE_AFTER_MS;
  }

  /** True until the first block ever. */
  get isEmpty(): boolean {
    return this.#heard_ms === Number.NEGATIVE_INFINITY;
  }

  #drop(count: number): void {
    this.#samples.splice(0, count);
    this.#firstDue_ms += (count * 1000) / this.#rate_hz;
  }
}
