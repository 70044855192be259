/** What waits for the next letter to the site: little is said at once, and seldom. */

import type { Timer } from "../clock.ts";
import { PARCEL_LIMIT, type Parcel } from "../core/wire.ts";
import { sharing } from "./sharing.ts";

/** From one letter to the next, at least, unless a person has said something. */
export const LETTER_EVERY_MS = 2_000;

export class NextLetter {
  readonly #timer: Timer;
  readonly #clock_ms: () => number;
  readonly #write: (letter: readonly Parcel[]) => void;
  /** Of receipts and of what is held of a still the newest. */
  readonly #waiting = new Map<string, Parcel>();
  /** Durable ones that lie in the site's mailbox. */
  readonly #mailed = new Set<number>();
  #cancel: (() => void) | null = null;
  #wrote_ms = -LETTER_EVERY_MS;

  constructor(timer: Timer, clock_ms: () => number, write: (letter: readonly Parcel[]) => void) {
    this.#timer = timer;
    this.#clock_ms = clock_ms;
    this.#write = write;
  }

  /** Goes along; a durable one that was in a letter before is in no other. */
  add(parcel: Parcel): void {
    const { number, message } = parcel;
    if (number !== null && this.#mailed.has(number)) return;
    if (number !== null) this.#mailed.add(number);
    const which = message.kind === "still_held" ? `held ${message.id}` : message.kind;
    this.#waiting.set(number === null ? which : `${number}`, parcel);
    if (number !== null) this.#cancel?.();
    else if (this.#cancel !== null) return;
    const wait_ms = this.#wrote_ms + LETTER_EVERY_MS - this.#clock_ms();
    if (number === null && wait_ms > 0) {
      this.#cancel = this.#timer(wait_ms, () => this.#writeAll());
    } else {
      this.#cancel = () => undefined; // whatever else is said in this turn goes along
      queueMicrotask(() => this.#writeAll());
    }
  }

  /** The site has these. */
  forget(numbers: readonly number[]): void {
    for (const number of numbers) this.#mailed.delete(number);
  }

  #writeAll(): void {
    this.#cancel = null;
    if (this.#waiting.size === 0) return;
    this.#wrote_ms = this.#clock_ms();
    const waiting = [...this.#waiting.values()].map((parcel) => ({ parcel }));
    this.#waiting.clear();
    for (const letter of sharing(waiting, PARCEL_LIMIT)) {
      this.#write(letter.map(({ parcel }) => parcel));
    }
  }
}
