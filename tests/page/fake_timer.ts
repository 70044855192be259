/** Time that passes when a test says so. */

import type { Timer } from "@page/clock.ts";

export class FakeTimer {
  now_ms = 0;
  #due: { at_ms: number; callback: () => void }[] = [];

  readonly timer: Timer = (delay_ms, callback) => {
    const entry = { at_ms: this.now_ms + delay_ms, callback };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  };

  /** Let so much time pass, calling back what falls due, in order. */
  pass(duration_ms: number): void {
    const end_ms = this.now_ms + duration_ms;
    for (;;) {
      this.#due.sort((left, right) => left.at_ms - right.at_ms);
      const next = this.#due[0];
      if (next === undefined || next.at_ms > end_ms) break;
      this.#due.shift();
      this.now_ms = next.at_ms;
      next.callback();
    }
    this.now_ms = end_ms;
  }
}

/** Let everything promised so far come about, where nothing waits for another thread. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setTimeout(done, 0));
}

/** Let promises come about until this holds; the test's own limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 0));
}
