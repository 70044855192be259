/** The way to one site: its letters, from the first one to the keys, and those after. */

import type { GpEvent } from "../core/handshake.ts";
import { HandshakeError, type KeysAgreed, type Post, TrustError } from "../core/handshake.ts";
import type { Identity } from "../core/identity.ts";
import { BadLetterError } from "../core/knock.ts";
import { Letter, LetterUnreadableError } from "../core/letters.ts";
import type { Bytes } from "../core/primitives.ts";
import { type Circumstances, signed } from "../core/signed_summary.ts";
import type { Message } from "../core/wire.ts";
import type { Reason } from "../net/frames.ts";
import type { RelayEvents } from "../net/relay.ts";
import type { Mailbox, Ports } from "./ports.ts";
import type { LinkState, Refusal, WaitingFor } from "./snapshot.ts";
import type { Handshake, Way } from "./ways.ts";

/** chosen: a day at the surgery; the site may write to our mailbox for so long. */
export const CONSULTATION_LASTS_MS = 12 * 3_600_000;
/** chosen: a letter nobody fetched for a day is of no use where both wanted to meet. */
const LETTER_TTL_S = 86_400;
/** As long as the relay keeps anything: whoever left a call or a question may come back days later. */
const LASTING_TTL_S = 7 * 86_400;
/** chosen: a line cut for so long may have taken the way to the relay with it. */
const RENEW_AFTER_MS = 5_000;

export interface MeetingEvents {
  onChange(): void;
  /** Both ends share keys. */
  onAgreed(agreed: KeysAgreed): Promise<void>;
  /** An envelope of this session; done when it was acted upon. */
  onEnvelope(envelope: Bytes): Promise<void>;
  onRefused(refusal: Refusal): void;
}

export class Meeting {
  waitingFor: WaitingFor = "relay";
  relayIsReachable = false;
  /** Ours, once it is known. */
  identity: Identity | null = null;
  readonly way: Way;
  readonly #ports: Ports;
  readonly #events: MeetingEvents;
  #mailbox: Mailbox | null = null;
  #handshake: Handshake | null = null;
  #tag: Bytes = new Uint8Array();
  #ttl_s: number;
  #isClosed = false;
  #isRenewed = false;

  constructor(ports: Ports, way: Way, events: MeetingEvents) {
    this.#ports = ports;
    this.way = way;
    this.#ttl_s = way.answered === null ? LETTER_TTL_S : LASTING_TTL_S;
    this.#events = events;
  }

  /** Let the site in, knock at its mailbox; the rest follows from what comes back. */
  async start(): Promise<void> {
    if (!(await this.#know()) || !(await this.#prepare())) return;
    const until_ms = this.#ports.clock_ms() + CONSULTATION_LASTS_MS;
    if (!(await this.#listen(until_ms)) || this.way.answered?.isPosted === true) return;
    await this.#step(() => this.#handshake?.start(this.#ports.clock_ms()));
  }

  /** The site may fetch our letters days from now. */
  lettersWait(): void {
    this.#ttl_s = LASTING_TTL_S;
  }

  /** Hear again, in a later process of this page, who already shares keys with us. */
  async goOn(tag: Bytes, until_ms: number): Promise<void> {
    this.#tag = tag;
    if (await this.#know()) await this.#listen(until_ms);
  }

  /** This envelope by mailbox. */
  async post(envelope: Uint8Array): Promise<void> {
    const token = await this.way.siteToken();
    this.#put({ to: this.way.siteAddress, token, letter: Letter.sealed(this.#tag, envelope) });
  }

  /** By the key whose words were compared; it never leaves the browser. */
  async signed(
    summary: Extract<Message, { kind: "summary" }>,
    about: Omit<Circumstances, "sessionTag">,
  ): Promise<Message> {
    if (this.identity === null) return summary;
    return signed(summary, { ...about, sessionTag: this.#tag }, this.identity);
  }

  admit(tokenHash: Uint8Array, until_s: number): void {
    this.#mailbox?.admit(tokenHash, until_s);
  }

  /** Time has passed. Once a cut: the site's offers come by the mailbox, and ours may be the dead end. */
  tick(now_ms: number, link: { state: LinkState; since_ms: number } | null): void {
    if (link?.state !== "cut") this.#isRenewed = false;
    else if (!this.#isRenewed && now_ms - link.since_ms >= RENEW_AFTER_MS) {
      this.#isRenewed = true;
      this.#mailbox?.renew();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#mailbox?.stop();
  }

  /** Our key, or a plain refusal where the browser has no such keys. */
  async #know(): Promise<boolean> {
    try {
      this.identity = await this.#ports.identity();
    } catch {
      this.#events.onRefused("unsupported"); // too old, or a page without a secure origin
    }
    return this.identity !== null;
  }

  /** The handshake; or a refusal, where a call is not what it says. */
  async #prepare(): Promise<boolean> {
    try {
      if (this.identity !== null) this.#handshake = await this.way.handshake(this.identity);
      return true;
    } catch (error) {
      if (error instanceof TrustError) this.#events.onRefused(error.reason);
      else if (error instanceof BadLetterError) this.#events.onRefused("forged");
      else throw error;
      return false;
    }
  }

  async #listen(until_ms: number): Promise<boolean> {
    if (this.identity === null) return false;
    const mailbox = await this.#ports.openMailbox(this.identity, this.way.relay, this.#relayEvents);
    if (this.#isClosed) mailbox.stop();
    this.#mailbox = mailbox;
    mailbox.admit(await this.way.gpTokenHash(), Math.ceil(until_ms / 1000));
    return !this.#isClosed;
  }

  readonly #relayEvents: RelayEvents = {
    onLetter: (data) => this.#receive(data),
    onReachable: (isReachable) => {
      this.relayIsReachable = isReachable;
      if (isReachable && this.waitingFor === "relay") this.waitingFor = "site";
      this.#events.onChange();
    },
    onStored: () => {
      if (this.#tag.length === 0) this.way.answered?.posted();
    },
    onRefused: (reason) => this.#letterRefused(reason),
  };

  #letterRefused(reason: Reason): void {
    if (reason === "not_admitted" && this.#tag.length === 0) this.#events.onRefused("not_admitted");
  }

  async #receive(data: Uint8Array): Promise<void> {
    const letter = readLetter(data);
    if (letter === null || this.#isClosed) return;
    const envelope = this.#tag.length === 0 ? null : letter.envelopeFor(this.#tag);
    if (envelope !== null) return this.#events.onEnvelope(envelope);
    await this.#step(() => this.#handshake?.receive(letter, this.#ports.clock_ms()));
  }

  /** Do what the handshake says, or stop for the reason it gives. */
  async #step(act: () => Promise<readonly GpEvent[]> | undefined): Promise<void> {
    try {
      for (const event of (await act()) ?? []) {
        if (event.kind === "keys_agreed") {
          this.#tag = event.keys.tag;
          await this.#events.onAgreed(event);
        } else this.#put(event);
      }
    } catch (error) {
      if (error instanceof TrustError) this.#events.onRefused(error.reason);
      else if (error instanceof HandshakeError) this.#events.onRefused("forged");
      else throw error;
    }
  }

  #put({ to, token, letter }: Omit<Post, "kind">): void {
    this.#mailbox?.put(to, token, letter.encode(), this.#ttl_s);
    if (this.waitingFor === "site" && letter.isM2) this.waitingFor = "keys";
  }
}

function readLetter(data: Uint8Array): Letter | null {
  try {
    return Letter.decode(data);
  } catch (error) {
    if (error instanceof LetterUnreadableError) return null;
    throw error;
  }
}
