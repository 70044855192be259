/** Which of the peer's durable parcels have arrived; drops what comes twice. */

import type { Message } from "./wire.ts";

/** Numbers; an hour of readings every second while one parcel is missing. */
export const AHEAD_LIMIT = 4_096;
/** Numbers in one receipt, so that it stays a small parcel; the rest are told by a later one. */
export const REPORTED_LIMIT = 256;

type Received = Extract<Message, { kind: "received" }>;

/** Counts the peer's numbers, in any order. */
export class Inbox {
  #upTo: number;
  readonly #beyond = new Set<number>();

  constructor(upTo = 0) {
    this.#upTo = upTo;
  }

  /**
   * Whether to act on the parcel with this number.
   *
   * False for what has come before and for what is more than `AHEAD_LIMIT` ahead: a peer of ours
   * never sends that, and were it lost here, its receipt would be missing and it would come again.
   */
  accept(number: number): boolean {
    const isInReach = number > this.#upTo && number <= this.#upTo + AHEAD_LIMIT;
    if (!isInReach || this.#beyond.has(number)) return false;
    this.#beyond.add(number);
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1;
    return true;
  }

  /** What the sender may forget; send it for duplicates too, the last one may be lost. */
  receipt(): Received {
    const beyond = [...this.#beyond].sort((a, b) => a - b).slice(0, REPORTED_LIMIT);
    return { kind: "received", up_to: this.#upTo, beyond };
  }
}
