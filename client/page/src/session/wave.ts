/** Waveforms on their way to the screen: bounded, and never shown when stale. */

/** chosen: more waiting than this is the past, the curve skips ahead rather than lag; blocks of up to
 * 1.25 s, on their way as unevenly as readings, stay below it. */
export const BACKLOG_S = 3;
/** chosen: twice the fastest curve a site sends. */
const RATE_LIMIT_HZ = 500;
/** chosen: how far the drawing stays behind, so that blocks arriving unevenly still flow. */
const DELAY_MS = 600;
/** chosen: after this without samples the curve is said to have stopped. */
const STALE_AFTER_MS = 2_500;
/** Half as long again as the site waits, at most, before it says so again. */
const HELD_FOR_MS = 6_000;

/** One run of samples ready to be drawn. */
export interface WaveRun {
  readonly samples: readonly number[];
  readonly rate_hz: number;
}

/** The waveforms there are: `devices.readings.Wave`, but for sounds. */
export const WAVES = [
  "pleth",
  "ecg_i",
  "ecg_ii",
  "ecg_iii",
  "ecg_avr",
  "ecg_avl",
  "ecg_avf",
  "ecg_v",
  "respiration",
] as const;
export type Wave = (typeof WAVES)[number];

/** All waveforms, each on its own. */
export class WaveFeed {
  readonly #curves: Readonly<Record<Wave, Curve>> = {
    pleth: new Curve(),
    ecg_i: new Curve(),
    ecg_ii: new Curve(),
    ecg_iii: new Curve(),
    ecg_avr: new Curve(),
    ecg_avl: new Curve(),
    ecg_avf: new Curve(),
    ecg_v: new Curve(),
    respiration: new Curve(),
  };

  /** A block of a waveform has arrived; one that we do not know is left aside. */
  add(wave: string, samples: Uint8Array, rate_hz: number, now_ms: number): void {
    const known = WAVES.find((candidate) => candidate === wave);
    if (known !== undefined) this.#curves[known].add(samples, rate_hz, now_ms);
  }

  of(wave: Wave): Curve {
    return this.#curves[wave];
  }

  /** The consultation is over: keep no curve. */
  forget(): void {
    for (const wave of WAVES) this.#curves[wave].forget();
  }
}

/** Takes blocks as they arrive, gives samples at the pace they were taken. */
export class Curve {
  #samples: number[] = [];
  #rate_hz = 60;
  /** Page's clock time at which the first waiting sample is due. */
  #firstDue_ms = 0;
  #heard_ms = Number.NEGATIVE_INFINITY;
  #held_ms = Number.NEGATIVE_INFINITY;

  /** A block has arrived at `now_ms`. A new rate starts the curve afresh; one without samples says
   * that the site holds the curve back. */
  add(samples: Uint8Array, rate_hz: number, now_ms: number): void {
    if (rate_hz <= 0 || rate_hz > RATE_LIMIT_HZ) return;
    this.#held_ms = samples.length === 0 ? now_ms : Number.NEGATIVE_INFINITY;
    if (samples.length === 0) return;
    if (rate_hz !== this.#rate_hz) this.#samples = [];
    this.#rate_hz = rate_hz;
    const hasRunDry = this.#samples.length === 0 && now_ms > this.#firstDue_ms;
    if (hasRunDry) this.#firstDue_ms = now_ms + DELAY_MS;
    const limit = Math.ceil(rate_hz * BACKLOG_S);
    for (const sample of samples.subarray(-limit)) this.#samples.push(sample);
    this.#samples.splice(0, Math.max(0, this.#samples.length - limit));
    this.#heard_ms = now_ms;
  }

  /** The samples due by `now_ms`, each given once. */
  take(now_ms: number): WaveRun {
    const due = Math.floor(((now_ms - this.#firstDue_ms) * this.#rate_hz) / 1000);
    const samples = this.#samples.slice(0, Math.max(0, due));
    this.#samples.splice(0, samples.length);
    this.#firstDue_ms += (samples.length * 1000) / this.#rate_hz;
    return { samples, rate_hz: this.#rate_hz };
  }

  /** The consultation is over: keep no curve. */
  forget(): void {
    this.#samples = [];
    this.#heard_ms = Number.NEGATIVE_INFINITY;
    this.#held_ms = Number.NEGATIVE_INFINITY;
  }

  /** Samples are here that are not drawn yet. */
  get isWaiting(): boolean {
    return this.#samples.length > 0;
  }

  isStale(now_ms: number): boolean {
    return now_ms - this.#heard_ms > STALE_AFTER_MS;
  }

  /** The line is too weak for the curve, as the site says. */
  isHeld(now_ms: number): boolean {
    return now_ms - this.#held_ms < HELD_FOR_MS;
  }

  /** True until the first block ever. */
  get isEmpty(): boolean {
    return this.#heard_ms === Number.NEGATIVE_INFINITY;
  }
}
