/** The durable parcels on their way: numbered, and kept until the peer's receipt. */

import { AHEAD_LIMIT } from "./inbox.ts";
import type { Message } from "./wire.ts";

type Received = Extract<Message, { kind: "received" }>;

/** A durable parcel. */
export interface NumberedParcel {
  readonly number: number;
  readonly message: Message;
}

/** Too much waits for the peer's receipt; nothing more is taken until some comes. */
export class OutboxFullError extends Error {
  override readonly name = "OutboxFullError";
}

/** Numbers durable messages and repeats them until they are acknowledged. */
export class Outbox {
  /** In the order of their numbers. */
  readonly #waiting = new Map<number, NumberedParcel>();
  #lastNumber = 0;

  /** The message with its number; `OutboxFullError` when the peer could not take it. */
  add(message: Message): NumberedParcel {
    const number = this.#lastNumber + 1;
    const [oldest = number] = this.#waiting.keys();
    if (number - oldest >= AHEAD_LIMIT) throw new OutboxFullError(`${number - oldest} wait`);
    const parcel = { number, message };
    this.#waiting.set(number, parcel);
    this.#lastNumber = number;
    return parcel;
  }

  /** An earlier process of this page has given this number out. */
  restore(parcel: NumberedParcel): void {
    this.#waiting.set(parcel.number, parcel);
    this.#lastNumber = Math.max(this.#lastNumber, parcel.number);
  }

  /** What to send again, oldest first. */
  unacknowledged(): readonly NumberedParcel[] {
    return [...this.#waiting.values()];
  }

  /** The parcel with this number, if it waits. */
  get(number: number): NumberedParcel | undefined {
    return this.#waiting.get(number);
  }

  /** Forget what the peer has; returns the numbers it had not acknowledged before. */
  acknowledge(received: Received): number[] {
    const beyond = new Set(received.beyond);
    const isDone = (number: number) => number <= received.up_to || beyond.has(number);
    const done = [...this.#waiting.keys()].filter(isDone);
    for (const number of done) this.#waiting.delete(number);
    return done;
  }
}
