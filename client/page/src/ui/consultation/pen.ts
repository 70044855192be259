/** Where a waveform's samples stand between the lower and the upper edge of its box. */

/** chosen: of 255; a nearly flat signal stays flat instead of being blown up into a beat. */
const LEAST_SPAN = 32;
/** chosen: a single high beat shrinks what follows for so long. */
export const FORGET_S = 4;
/** chosen: some breaths. */
export const FORGET_BREATHS_S = 20;

export interface Scale {
  /** 0 at the lower edge, 1 at the upper one. */
  level(sample: number, rate_hz: number): number;
}

/** The height of a pulse curve means something: seven bits, unless the instrument uses eight. */
export class FixedScale implements Scale {
  #full = 128;

  level(sample: number): number {
    if (sample > this.#full) this.#full = 256;
    return sample / this.#full;
  }
}

/** Follows the curve's own extremes; at once outwards, slowly inwards. */
export class FollowingScale implements Scale {
  #low = 128;
  #high = 128;
  readonly #forget_s: number;

  constructor(forget_s = FORGET_S) {
    this.#forget_s = forget_s;
  }

  level(sample: number, rate_hz: number): number {
    const step = (this.#high - this.#low) / (this.#forget_s * rate_hz);
    this.#low = Math.min(this.#low + step, sample);
    this.#high = Math.max(this.#high - step, sample);
    const span = Math.max(this.#high - this.#low, LEAST_SPAN);
    const floor = (this.#low + this.#high - span) / 2;
    return Math.min(1, Math.max(0, (sample - floor) / span));
  }
}
