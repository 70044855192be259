/**
 * Parcels sealed, sent by the path of the moment, repeated until received; and the peer's, opened.
 *
 * Both paths carry the same envelopes: by the line when it is up, else through the mailbox. The line
 * loses some now and then; what the site's receipts show to be lost is sent again at once. What is
 * said in one turn of the event loop shares an envelope on the line, and a receipt that is due with it.
 * A letter holds all that waits, in one of few sizes, and receipts alone come seldom: the relay
 * learns neither what was said nor how much.
 */

import type { Timer } from "../clock.ts";
import { EnvelopeError, type Opener, type Sealer } from "../core/envelope.ts";
import { Flights } from "../core/flights.ts";
import { FROM_SITE, HOLD_MS, Inbox, Order, REPORTED_LIMIT } from "../core/inbox.ts";
import { type NumberedParcel, Outbox } from "../core/outbox.ts";
import { decode, encode, encodeTogether, isDurable, type Message, type Parcel, WireError } from "../core/wire.ts";
import { NextLetter } from "./next_letter.ts";
import type { Diary } from "./resumption.ts";
import { sharing } from "./sharing.ts";

/** How an envelope came or goes. */
export type Path = "line" | "mailbox";

/** One receipt speaks for everything that came within this time. */
export const RECEIPT_DELAY_MS = 100;
/** After so long without a word of ours a receipt is sent, so that the site knows we are here. */
const SILENT_MS = 1_000;
/** Of parcels in one envelope; chosen: its packet takes a thin line's time for 70 ms. */
export const TOGETHER_BYTES = 383;

/** What leaves by the line with whatever is said in the same turn. */
interface Leaving {
  readonly parcel: Parcel;
  /** Where the line does not take it. */
  readonly mayGoByMailbox: boolean;
  /** It is known to be under way already. */
  readonly isNoted: boolean;
}

export interface Paths {
  clock_ms(): number;
  /** On the line; false when it is not up. */
  byLine(envelope: Uint8Array): boolean;
  byMailbox(envelope: Uint8Array): void;
  /** Where what comes and leaves is kept, before the site hears of it. */
  readonly diary: Diary;
  /** Messages that waited for an earlier one, which does not come. */
  onReleased(messages: readonly Message[]): void;
  /** The site has said more than any consultation needs: nothing more of it is taken. */
  onTooMuch(): void;
}

export class Correspondence {
  readonly #sealer: Sealer;
  readonly #opener: Opener;
  readonly #paths: Paths;
  readonly #timer: Timer;
  readonly #outbox = new Outbox();
  readonly #inbox: Inbox;
  readonly #order = new Order();
  readonly #flights = new Flights();
  readonly #receiptsDue = new Set<Path>();
  readonly #nextLetter: NextLetter;
  #leaving: Leaving[] = [];
  #sending: Promise<void> = Promise.resolve();
  #cancelRepeat: () => void = () => undefined;
  #cancelRelease: (() => void) | null = null;
  #spoke_ms = 0;
  /** Envelopes that were forged, replayed or held no parcel, and messages beyond the allowance. */
  dropped = 0;

  constructor(sealer: Sealer, opener: Opener, paths: Paths, timer: Timer, allowance = FROM_SITE) {
    this.#inbox = new Inbox(0, allowance);
    this.#sealer = sealer;
    this.#opener = opener;
    this.#paths = paths;
    this.#timer = timer;
    const clock_ms = () => paths.clock_ms();
    this.#nextLetter = new NextLetter(timer, clock_ms, (letter) => this.#write(letter));
  }

  /** Send by whichever path there is; the number of a durable message, else `null`. */
  send(message: Message): number | null {
    const parcel = isDurable(message) ? this.#numbered(message) : { number: null, message };
    const isLasting = message.kind === "signal" || message.kind === "still_held";
    this.#transmit(parcel, isDurable(message) || isLasting);
    return parcel.number;
  }

  #numbered(message: Message): NumberedParcel {
    const parcel = this.#outbox.add(message);
    const at_ms = this.#paths.clock_ms();
    this.#paths.diary.add({ what: "left", at_ms, parcel: encode(parcel) });
    return parcel;
  }

  /** An earlier process of this page sent it. */
  restoreSent(parcel: NumberedParcel): void {
    this.#outbox.restore(parcel);
  }

  /** An earlier process of this page took it: what to act upon. */
  restoreTaken({ number, message }: NumberedParcel): readonly Message[] {
    const isNew = this.#inbox.accept(number, encode({ number, message }).length);
    return isNew ? this.#order.take(number, message) : [];
  }

  /** It had these receipts. */
  restoreReceived(numbers: readonly number[]): void {
    this.#outbox.acknowledge({ kind: "received", up_to: 0, beyond: numbers });
  }

  /** Tell the site by mailbox that a new process of this page is here, and what it has. */
  announce(): void {
    this.#sendReceipt("mailbox");
  }

  /** Everything is restored: what still waited for an earlier one, in order. */
  restored(): readonly Message[] {
    return this.#order.release();
  }

  /** Part of a file, by mailbox though it has no number: what is lost of it is asked for again. */
  mail(piece: Extract<Message, { kind: "still_piece" }>): void {
    this.#write([{ number: null, message: piece }]);
  }

  /** Send by a way of the caller's own, such as a line that is not trusted yet. */
  sendBy(message: Message, way: (envelope: Uint8Array) => void): void {
    this.#inOrder([{ number: null, message }], way);
  }

  /** The line is up (again): everything without a receipt goes on it. */
  repeat(): void {
    this.#flights.forget();
    for (const parcel of this.#outbox.unacknowledged()) this.#transmit(parcel, true);
  }

  /** The line is cut: what was under way on it goes by mailbox, once, and by the next one. */
  pause(): void {
    this.#flights.forget();
    this.#cancelRepeat();
    for (const parcel of this.#outbox.unacknowledged()) this.#nextLetter.add(parcel);
  }

  /** Say something, if nothing was said for a while: the site takes silence for a cut line. */
  showLife(now_ms: number): void {
    if (now_ms - this.#spoke_ms >= SILENT_MS) this.#sendReceipt("line");
  }

  /** The parcels in an envelope; none when it was dropped. */
  async open(envelope: Uint8Array): Promise<readonly Parcel[]> {
    try {
      return decode(await this.#opener.open(envelope));
    } catch (error) {
      if (!(error instanceof EnvelopeError || error instanceof WireError)) throw error;
      this.dropped += 1;
      return [];
    }
  }

  /** Count a durable parcel and promise its receipt by the same path; what to act upon now. */
  accept(number: number, message: Message, path: Path): readonly Message[] {
    const size = encode({ number, message }).length;
    if (!this.#inbox.hasRoom(number, size)) {
      this.dropped += 1;
      this.#paths.onTooMuch();
      return [];
    }
    if (!this.#receiptsDue.has(path)) {
      this.#receiptsDue.add(path);
      this.#timer(RECEIPT_DELAY_MS, () => {
        if (this.#receiptsDue.has(path)) this.#sendReceipt(path); // else another took it along
      });
    }
    if (!this.#inbox.accept(number, size)) return [];
    const at_ms = this.#paths.clock_ms();
    this.#paths.diary.add({ what: "came", at_ms, parcel: encode({ number, message }) });
    const ready = this.#order.take(number, message);
    this.#holdForAWhile();
    return ready;
  }

  /** The peer's receipt: the numbers it newly covers. */
  acknowledge(receipt: Extract<Message, { kind: "received" }>): number[] {
    const numbers = this.#outbox.acknowledge(receipt);
    this.#nextLetter.forget(numbers);
    const at_ms = this.#paths.clock_ms();
    if (numbers.length > 0) this.#paths.diary.add({ what: "received", at_ms, numbers });
    const isAll = receipt.beyond.length < REPORTED_LIMIT;
    this.#flights.noteArrived(numbers, this.#paths.clock_ms(), isAll);
    this.#sendAgain();
    return numbers;
  }

  /** Whether everything sent has been received. */
  get isSettled(): boolean {
    return this.#outbox.unacknowledged().length === 0;
  }

  #sendReceipt(path: Path): void {
    this.#receiptsDue.delete(path);
    const parcel = { number: null, message: this.#inbox.receipt() };
    if (path === "line") this.#gather({ parcel, mayGoByMailbox: true, isNoted: true });
    else this.#nextLetter.add(parcel);
  }

  #transmit(parcel: Parcel, mayGoByMailbox: boolean): void {
    if (parcel.message.kind === "signal") return this.#write([parcel]);
    this.#gather({ parcel, mayGoByMailbox, isNoted: parcel.number === null });
  }

  #gather(leaving: Leaving): void {
    if (this.#leaving.length === 0) queueMicrotask(() => this.#leave());
    this.#leaving.push(leaving);
    if (this.#receiptsDue.has("line")) this.#sendReceipt("line");
  }

  #leave(): void {
    const leaving = this.#leaving;
    this.#leaving = [];
    for (const together of sharing(leaving, TOGETHER_BYTES)) this.#sendTogether(together);
  }

  #sendTogether(together: readonly Leaving[]): void {
    const parcels = together.map(({ parcel }) => parcel);
    this.#inOrder(parcels, (envelope) => {
      if (this.#byLine(envelope)) this.#noteSent(together);
      else for (const { parcel, mayGoByMailbox } of together) if (mayGoByMailbox) this.#nextLetter.add(parcel);
    });
  }

  #noteSent(together: readonly Leaving[]): void {
    for (const { parcel, isNoted } of together) {
      if (!isNoted && parcel.number !== null) {
        this.#flights.noteSent(parcel.number, this.#paths.clock_ms());
      }
    }
    this.#waitForReceipts();
  }

  #write(letter: readonly Parcel[]): void {
    this.#inOrder(letter, (envelope) => this.#paths.byMailbox(envelope), true);
  }

  #byLine(envelope: Uint8Array): boolean {
    const isSent = this.#paths.byLine(envelope);
    if (isSent) this.#spoke_ms = this.#paths.clock_ms();
    return isSent;
  }

  /** What is lost on this line. */
  #sendAgain(): void {
    for (const number of this.#flights.due(this.#paths.clock_ms())) {
      const parcel = this.#outbox.get(number);
      this.#flights.noteSent(number, this.#paths.clock_ms());
      if (parcel !== undefined) this.#gather({ parcel, mayGoByMailbox: false, isNoted: true });
    }
    this.#waitForReceipts();
  }

  #waitForReceipts(): void {
    this.#cancelRepeat();
    const wait_ms = this.#flights.wait_ms(this.#paths.clock_ms());
    if (wait_ms !== null) this.#cancelRepeat = this.#timer(wait_ms, () => this.#sendAgain());
  }

  #holdForAWhile(): void {
    if (!this.#order.isWaiting) {
      this.#cancelRelease?.();
      this.#cancelRelease = null;
    }
    if (!this.#order.isWaiting || this.#cancelRelease !== null) return;
    this.#cancelRelease = this.#timer(HOLD_MS, () => {
      this.#cancelRelease = null;
      this.#paths.onReleased(this.#order.release());
    });
  }

  /** Sealing takes its time; what was sent first leaves first. */
  #inOrder(
    parcels: readonly Parcel[],
    way: (envelope: Uint8Array) => void,
    isLetter = false,
  ): void {
    const data = encodeTogether(parcels);
    const sent = this.#sending.then(async () => {
      await this.#paths.diary.settled; // no receipt and no number that a reload would forget
      way(await this.#sealer.seal(data, isLetter));
    });
    this.#sending = sent.catch(() => undefined); // what cannot be sealed must not hold up the rest
  }
}
