/** The only module of the page that reads a clock. */

/**
 * A clock that never goes back, though the computer's is set back: what is old must not look new,
 * nor wait for a moment that was there before. A leap ahead counts, as after sleep.
 */
export class RisingClock {
  readonly #wall_ms: () => number;
  readonly #steady_ms: () => number;
  #last: { readonly wall_ms: number; readonly steady_ms: number };
  /** All by which the computer's clock was set back. */
  #lead_ms = 0;

  /** `steady_ms` counts from anywhere and is set by nobody. */
  constructor(wall_ms: () => number, steady_ms: () => number) {
    this.#wall_ms = wall_ms;
    this.#steady_ms = steady_ms;
    this.#last = { wall_ms: wall_ms(), steady_ms: steady_ms() };
  }

  /** UTC milliseconds since 1970. */
  now_ms(): number {
    const [wall_ms, steady_ms] = [this.#wall_ms(), this.#steady_ms()];
    const { wall_ms: before_ms, steady_ms: then_ms } = this.#last;
    if (wall_ms < before_ms) this.#lead_ms += before_ms - wall_ms + Math.round(steady_ms - then_ms);
    this.#last = { wall_ms, steady_ms };
    return wall_ms + this.#lead_ms;
  }
}

const clock = new RisingClock(
  () => Date.now(),
  () => performance.now(),
);

/** UTC milliseconds since 1970. */
export function now_ms(): number {
  return clock.now_ms();
}

/** Calls back later; the cancellation is returned. Tests bring their own. */
export type Timer = (delay_ms: number, callback: () => void) => () => void;

export const timer: Timer = (delay_ms, callback) => {
  const handle = setTimeout(callback, delay_ms);
  return () => clearTimeout(handle);
};
