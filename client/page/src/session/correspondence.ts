/**
 * Parcels sealed, sent by the path of the moment, repeated until received; and the peer's, opened.
 *
 * Both paths carry the same envelopes: by the line when it is up, else through the mailbox.
 */

import type { Timer } from "../clock.ts";
import { EnvelopeError, type Opener, type Sealer } from "../core/envelope.ts";
import { Inbox } from "../core/inbox.ts";
import { Outbox } from "../core/outbox.ts";
import { decode, encode, isDurable, type Message, type Parcel, WireError } from "../core/wire.ts";

/** How an envelope came or goes. */
export type Path = "line" | "mailbox";

/** One receipt speaks for everything that came within this time. */
export const RECEIPT_DELAY_MS = 100;

export interface Paths {
  /** On the line; false when it is not up. */
  byLine(envelope: Uint8Array): boolean;
  byMailbox(envelope: Uint8Array): void;
}

export class Correspondence {
  readonly #sealer: Sealer;
  readonly #opener: Opener;
  readonly #paths: Paths;
  readonly #timer: Timer;
  readonly #outbox = new Outbox();
  readonly #inbox = new Inbox();
  readonly #receiptsDue = new Set<Path>();
  #sending: Promise<void> = Promise.resolve();
  /** Envelopes that were forged, replayed or held no parcel; dropped. */
  dropped = 0;

  constructor(sealer: Sealer, opener: Opener, paths: Paths, timer: Timer) {
    this.#sealer = sealer;
    this.#opener = opener;
    this.#paths = paths;
    this.#timer = timer;
  }

  /** Send by whichever path there is; the number of a durable message, else `null`. */
  send(message: Message): number | null {
    const parcel = isDurable(message) ? this.#outbox.add(message) : { number: null, message };
    this.#transmit(parcel, isDurable(message) || message.kind === "signal");
    return parcel.number;
  }

  /** Send by a way of the caller's own, such as a line that is not trusted yet. */
  sendBy(message: Message, way: (envelope: Uint8Array) => void): void {
    this.#inOrder({ number: null, message }, way);
  }

  /** The line is up (again): everything without a receipt goes on it. */
  repeat(): void {
    for (const parcel of this.#outbox.unacknowledged()) this.#transmit(parcel, true);
  }

  /** The parcel in an envelope; `null` when it was dropped. */
  async open(envelope: Uint8Array): Promise<Parcel | null> {
    try {
      return decode(await this.#opener.open(envelope));
    } catch (error) {
      if (!(error instanceof EnvelopeError || error instanceof WireError)) throw error;
      this.dropped += 1;
      return null;
    }
  }

  /** Count a durable parcel and promise its receipt by the same path; false for a duplicate. */
  accept(number: number, path: Path): boolean {
    if (!this.#receiptsDue.has(path)) {
      this.#receiptsDue.add(path);
      this.#timer(RECEIPT_DELAY_MS, () => this.#sendReceipt(path));
    }
    return this.#inbox.accept(number);
  }

  /** The peer's receipt: the numbers it newly covers. */
  acknowledge(receipt: Extract<Message, { kind: "received" }>): number[] {
    return this.#outbox.acknowledge(receipt);
  }

  /** Whether everything sent has been received. */
  get isSettled(): boolean {
    return this.#outbox.unacknowledged().length === 0;
  }

  #sendReceipt(path: Path): void {
    this.#receiptsDue.delete(path);
    const parcel = { number: null, message: this.#inbox.receipt() };
    this.#inOrder(parcel, (envelope) => {
      if (path === "mailbox" || !this.#paths.byLine(envelope)) this.#paths.byMailbox(envelope);
    });
  }

  #transmit(parcel: Parcel, mayGoByMailbox: boolean): void {
    this.#inOrder(parcel, (envelope) => {
      const isSent = parcel.message.kind !== "signal" && this.#paths.byLine(envelope);
      if (!isSent && mayGoByMailbox) this.#paths.byMailbox(envelope);
    });
  }

  /** Sealing takes its time; what was sent first leaves first. */
  #inOrder(parcel: Parcel, way: (envelope: Uint8Array) => void): void {
    const data = encode(parcel);
    const sent = this.#sending.then(async () => way(await this.#sealer.seal(data)));
    this.#sending = sent.catch(() => undefined); // what cannot be sealed must not hold up the rest
  }
}
