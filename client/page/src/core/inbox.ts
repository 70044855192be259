/** Which of the peer's durable parcels have arrived; none acted upon twice; their order. */

import type { Message } from "./wire.ts";

/** Numbers; an hour of readings every second while one parcel is missing. */
export const AHEAD_LIMIT = 4_096;
/** Numbers in one receipt, so that it stays a small parcel; the rest are told by a later one. */
export const REPORTED_LIMIT = 256;
/** Messages that wait for an earlier one; beyond it order is given up. */
export const HELD_LIMIT = 256;
/** How long they wait, at most. */
export const HOLD_MS = 4_000;

/** How much one end may say durably in one consultation; beyond it nothing is taken. */
export interface Allowance {
  readonly messages: number;
  /** Bytes of all of them together. */
  readonly size: number;
}

/** Five readings every second for eleven hours; `client.core.inbox.FROM_SITE`. */
export const FROM_SITE: Allowance = { messages: 200_000, size: 128 << 20 };

type Received = Extract<Message, { kind: "received" }>;

/** Counts the peer's numbers, in any order. */
export class Inbox {
  #upTo: number;
  readonly #beyond = new Set<number>();
  readonly #allowance: Allowance;
  #size = 0;

  constructor(upTo = 0, allowance = FROM_SITE) {
    this.#upTo = upTo;
    this.#allowance = allowance;
  }

  /** Whether a message of so many bytes under this number is within the peer's allowance. */
  hasRoom(number: number, size: number): boolean {
    return number <= this.#allowance.messages && this.#size + size <= this.#allowance.size;
  }

  /**
   * Whether to act on the parcel with this number.
   *
   * False for what has come before and for what is more than `AHEAD_LIMIT` ahead: a peer of ours
   * never sends that, and were it lost here, its receipt would be missing and it would come again.
   */
  accept(number: number, size = 0): boolean {
    const isInReach = number > this.#upTo && number <= this.#upTo + AHEAD_LIMIT;
    if (!isInReach || this.#beyond.has(number)) return false;
    this.#beyond.add(number);
    this.#size += size;
    while (this.#beyond.delete(this.#upTo + 1)) this.#upTo += 1;
    return true;
  }

  /** What the sender may forget; send it for duplicates too, the last one may be lost. */
  receipt(): Received {
    const beyond = [...this.#beyond].sort((a, b) => a - b).slice(0, REPORTED_LIMIT);
    return { kind: "received", up_to: this.#upTo, beyond };
  }
}

/** Hands messages over in the order of their numbers, but never for long and never a reading. */
export class Order {
  #next = 1;
  /** By number; `null` for a reading that has been handed over already. */
  readonly #held = new Map<number, Message | null>();
  #waiting = 0;

  /** A message waits for an earlier one. */
  get isWaiting(): boolean {
    return this.#waiting > 0;
  }

  /** What may be acted upon now that this numbered parcel has come, for the first time. */
  take(number: number, message: Message): readonly Message[] {
    if (number < this.#next) return [message]; // its place was given up
    const isTimed = message.kind === "measured"; // tells itself when it was taken
    this.#held.set(number, isTimed ? null : message);
    if (!isTimed) this.#waiting += 1;
    const ready = [...(isTimed ? [message] : []), ...this.#inTurn()];
    return this.#waiting > HELD_LIMIT ? [...ready, ...this.release()] : ready;
  }

  /** Wait no longer for what is missing: everything that waits, in order. */
  release(): readonly Message[] {
    const numbers = [...this.#held.keys()].sort((a, b) => a - b);
    const ready = numbers.map((number) => this.#held.get(number) ?? null);
    this.#next = (numbers.at(-1) ?? this.#next - 1) + 1;
    this.#held.clear();
    this.#waiting = 0;
    return ready.filter((message) => message !== null);
  }

  #inTurn(): Message[] {
    const ready: Message[] = [];
    for (;;) {
      const message = this.#held.get(this.#next);
      if (message === undefined) break;
      this.#held.delete(this.#next);
      this.#next += 1;
      if (message !== null) ready.push(message);
    }
    this.#waiting -= ready.length;
    return ready;
  }
}
