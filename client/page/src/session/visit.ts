/** One visit, by an invitation or a call: joins, compares words, holds the consultation, says goodbye. */

import { sessionCiphers } from "../core/envelope.ts";
import { FrameRatchet } from "../core/frame_keys.ts";
import { type GpEvent, HandshakeError } from "../core/handshake.ts";
import { type KeysAgreed, type Post, TrustError } from "../core/handshake.ts";
import type { Identity } from "../core/identity.ts";
import { BadLetterError } from "../core/knock.ts";
import { Letter, LetterUnreadableError } from "../core/letters.ts";
import { type Bytes, sha256 } from "../core/primitives.ts";
import { type Circumstances, signed } from "../core/signed_summary.ts";
import type { Message } from "../core/wire.ts";
import type { Reason } from "../net/frames.ts";
import type { RelayEvents } from "../net/relay.ts";
import { Consultation } from "./consultation.ts";
import { OwnMedia } from "./media.ts";
import { admittedUntil_s } from "./lobby.ts";
import { after, type Step } from "./phases.ts";
import type { Mailbox, Ports, Self } from "./ports.ts";
import type { EndView, Phase, Refusal, WaitingFor } from "./snapshot.ts";
import { draftOf, keptDraft, NO_DRAFT } from "./summary.ts";
import type { Handshake, Way } from "./ways.ts";

/** chosen: a relay that could not be reached for so long will not be by waiting. */
export const RELAY_PATIENCE_MS = 20_000;
/** How long our goodbye waits for its receipt; the protocol's figure. */
export const GOODBYE_PATIENCE_MS = 5_000;
/** chosen: time for our last receipts to leave. */
const FAREWELL_MS = 1_000;
/** chosen: a line cut for so long may have taken the way to the relay with it. */
const RENEW_AFTER_MS = 5_000;
/** chosen: a day at the surgery; the site may write to our mailbox for so long. */
const CONSULTATION_LASTS_MS = 12 * 3_600_000;
/** chosen: a letter nobody fetched for a day is of no use any more. */
const LETTER_TTL_S = 86_400;

type Acquaintance = Extract<Message, { kind: "acquaintance" }>;

export class Visit {
  phase: Phase = "waiting";
  waitingFor: WaitingFor = "relay";
  refusal: Refusal | null = null;
  words: readonly string[] = [];
  wordsEqualHere = false;
  verified_ms: number | null = null;
  end: EndView | null = null;
  relayIsReachable = false;
  consultation: Consultation | null = null;
  readonly since_ms: number;
  readonly media: OwnMedia;
  readonly way: Way;
  readonly #ports: Ports;
  readonly #self: Self;
  readonly #onChange: () => void;
  #mailbox: Mailbox | null = null;
  #handshake: Handshake | null = null;
  #identity: Identity | null = null;
  #agreed: KeysAgreed | null = null;
  #acquaintance: Acquaintance | null = null;
  #tag: Bytes = new Uint8Array();
  #wordsEqualThere = false;
  #closesAt_ms: number | null = null;
  #isClosed = false;
  #isRenewed = false;

  constructor(ports: Ports, way: Way, self: Self, onChange: () => void) {
    this.#ports = ports;
    this.way = way;
    this.#self = self;
    this.#onChange = onChange;
    this.since_ms = ports.clock_ms();
    this.media = new OwnMedia(ports.devices, onChange);
  }

  /** Let the site in, knock at its mailbox; the rest follows from what comes back. */
  async start(): Promise<void> {
    void this.media.openMicrophone();
    const { way } = this;
    const identity = await this.#known();
    if (identity === null) return;
    this.#identity = identity;
    if (!(await this.#prepare(identity))) return;
    const mailbox = await this.#ports.openMailbox(identity, way.relay, this.#relayEvents);
    if (this.#isClosed) return mailbox.stop();
    this.#mailbox = mailbox;
    const until_ms = this.#ports.clock_ms() + CONSULTATION_LASTS_MS;
    mailbox.admit(await way.gpTokenHash(), Math.ceil(until_ms / 1000));
    await this.#step(() => this.#handshake?.start(this.#ports.clock_ms()));
  }

  /** The handshake; or a refusal, where a call is not what it says. */
  async #prepare(identity: Identity): Promise<boolean> {
    try {
      this.#handshake = await this.way.handshake(identity);
      return true;
    } catch (error) {
      if (error instanceof TrustError) this.#refuse(error.reason);
      else if (error instanceof BadLetterError) this.#refuse("forged");
      else throw error;
      return false;
    }
  }

  compareWords(equal: boolean): void {
    if (this.phase !== "comparing" || this.wordsEqualHere) return;
    this.consultation?.send({ kind: "words_compared", equal });
    if (!equal) {
      const at_ms = this.#ports.clock_ms();
      this.consultation?.send({ kind: "goodbye", reason: "words_differ", at_ms, why: "" });
      return this.#refuse("words_differ");
    }
    this.#beSure();
  }

  /** It is the site and nobody else: our camera may open, and each keeps the other's key. */
  #beSure(): void {
    this.wordsEqualHere = true;
    void this.media.openCamera();
    void this.#introduce();
    this.#verify();
  }

  /** Say by which key to call us from now on. */
  async #introduce(): Promise<void> {
    if (this.#identity === null) return;
    const now_ms = this.#ports.clock_ms();
    const { bundle } = await this.#ports.contacts.newest(this.#identity, now_ms);
    const { name, place: role } = this.#self;
    this.consultation?.send({ kind: "acquaintance", name, role, rpps: null, bundle });
    await this.#keepSite();
  }

  /** Once we are sure of the site, and it has said who it is. */
  async #keepSite(): Promise<void> {
    const [said, agreed, identity] = [this.#acquaintance, this.#agreed, this.#identity];
    if (!this.wordsEqualHere || said === null || agreed === null || identity === null) return;
    this.#acquaintance = null;
    const { used, relay } = this.way;
    const meeting = { agreed, name: said.name, role: said.role, used, relay };
    const now_ms = this.#ports.clock_ms();
    const site = await this.#ports.contacts.keep(meeting, identity, now_ms);
    for (const bond of this.#ports.contacts.bonds(site, identity.address)) {
      this.#mailbox?.admit(await sha256(await bond.gpToken()), admittedUntil_s(now_ms));
    }
  }

  /** End for both; the page waits a moment for the receipt. */
  goodbye(reason: string): void {
    if (this.phase !== "comparing" && this.phase !== "consulting") return;
    const now_ms = this.#ports.clock_ms();
    this.consultation?.send({ kind: "goodbye", reason, at_ms: now_ms, why: "" });
    this.end = { reason, byUs: true, isEnding: true };
    this.#closesAt_ms = now_ms + GOODBYE_PATIENCE_MS;
    this.#move("ended");
  }

  /** Time has passed. */
  tick(now_ms: number): void {
    const isAlone = this.phase === "waiting" && this.waitingFor === "relay";
    if (isAlone && now_ms - this.since_ms > RELAY_PATIENCE_MS) this.#refuse("relay");
    this.consultation?.tick(now_ms);
    this.#renewIfCut(now_ms);
    if (this.#closesAt_ms === null || this.#isClosed) return;
    const isSaid = this.end?.byUs === true && this.consultation?.isSettled === true;
    if (isSaid) this.#closesAt_ms = Math.min(this.#closesAt_ms, now_ms + FAREWELL_MS);
    if (now_ms >= this.#closesAt_ms) this.close();
  }

  /** Once a cut: the site's offers come by the mailbox, and ours may be the dead end. */
  #renewIfCut(now_ms: number): void {
    const link = this.consultation?.link;
    if (link?.state !== "cut") this.#isRenewed = false;
    else if (!this.#isRenewed && now_ms - link.since_ms >= RENEW_AFTER_MS) {
      this.#isRenewed = true;
      this.#mailbox?.renew();
    }
  }

  /** Let go of everything. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.end !== null) this.end = { ...this.end, isEnding: false };
    this.media.close();
    this.consultation?.close();
    this.#mailbox?.stop();
    this.#onChange();
  }

  readonly #relayEvents: RelayEvents = {
    onLetter: (data) => this.#receive(data),
    onReachable: (isReachable) => {
      this.relayIsReachable = isReachable;
      if (isReachable && this.waitingFor === "relay") this.waitingFor = "site";
      this.#onChange();
    },
    onRefused: (reason) => this.#letterRefused(reason),
  };

  /** Our key, or a plain refusal where the browser has no such keys. */
  async #known(): Promise<Identity | null> {
    try {
      return await this.#ports.identity();
    } catch {
      this.#refuse("unsupported"); // too old, or a page without a secure origin
      return null;
    }
  }

  async #receive(data: Uint8Array): Promise<void> {
    const letter = readLetter(data);
    if (letter === null || this.#isClosed) return;
    const envelope = letter.envelopeFor(this.#tag);
    if (envelope !== null) return this.consultation?.receive(envelope);
    await this.#step(() => this.#handshake?.receive(letter, this.#ports.clock_ms()));
  }

  /** Do what the handshake says, or stop for the reason it gives. */
  async #step(act: () => Promise<readonly GpEvent[]> | undefined): Promise<void> {
    try {
      for (const event of (await act()) ?? []) {
        if (event.kind === "keys_agreed") this.#agree(event, await this.way.siteToken());
        else this.#post(event);
      }
    } catch (error) {
      if (error instanceof TrustError) this.#refuse(error.reason);
      else if (error instanceof HandshakeError) this.#refuse("forged");
      else throw error;
    }
  }

  #post({ to, token, letter }: Omit<Post, "kind">): void {
    this.#mailbox?.put(to, token, letter.encode(), LETTER_TTL_S);
    if (this.waitingFor === "site" && letter.isM2) this.waitingFor = "keys";
  }

  #agree(event: KeysAgreed, token: Bytes): void {
    const { sealer, opener } = sessionCiphers(event.keys, "gp");
    const { siteAddress: to } = this.way;
    const byMailbox = (envelope: Uint8Array) =>
      this.#post({ to, token, letter: Letter.sealed(event.keys.tag, envelope) });
    const { timer, feed, clock_ms, makePeer } = this.#ports;
    this.#tag = event.keys.tag;
    this.words = event.words;
    const frameKeys = new FrameRatchet(event.keys);
    const ciphers = { sealer, opener, frameKeys };
    this.consultation = new Consultation(
      {
        ...{ ...ciphers, timer, feed, clock_ms, byMailbox },
        makePeer: this.#withMedia(makePeer),
        canPost: () => this.relayIsReachable,
        sign: (summary, hashes) => this.#signed(summary, hashes, event),
      },
      {
        onChange: this.#onChange,
        onWords: (equal) => this.#wordsThere(equal),
        onAcquaintance: (said) => {
          this.#acquaintance = said;
          void this.#keepSite();
        },
        onGoodbye: (reason) => this.#left(reason),
        onWrongHello: () => this.#refuse("wrong_hello"),
        onTooMuch: () => this.#refuse("too_much"),
        onSummaryReceived: () => this.#summaryArrived(),
      },
    );
    this.consultation.send({ kind: "card", ...this.#self });
    void this.#restoreDraft(this.consultation);
    this.#agreed = event;
    this.#move("keys_agreed");
    if (this.way.used !== null) {
      this.#wordsEqualThere = true; // compared the first time; both keys are pinned since
      this.#beSure();
    }
  }

  #withMedia(makePeer: Ports["makePeer"]): Ports["makePeer"] {
    return (events) => {
      const peer = makePeer(events);
      this.media.attach(peer);
      return peer;
    };
  }

  async #restoreDraft(consultation: Consultation): Promise<void> {
    const draft = await this.#ports.drafts.load(this.way);
    const { files: _, ...kept } = draftOf(draft);
    if (draft !== "" && !consultation.exchanges.summary.isChanged) consultation.exchanges.draft(kept);
    this.#onChange();
  }

  /** The site has it: only the GP's own notes are kept until the end. */
  #summaryArrived(): void {
    const { notes } = this.consultation?.exchanges.drafted ?? NO_DRAFT;
    if (notes === "") this.#ports.drafts.erase(this.way);
    else this.#ports.drafts.keep(this.way, keptDraft({ ...NO_DRAFT, notes }));
  }

  /** By the key whose words were compared; it never leaves the browser. */
  async #signed(
    summary: Extract<Message, { kind: "summary" }>,
    hashes: Pick<Circumstances, "stills" | "files">,
    { peerPublic: sitePublic, keys }: KeysAgreed,
  ): Promise<Message> {
    if (this.#identity === null) return summary;
    return signed(summary, { ...hashes, sitePublic, sessionTag: keys.tag }, this.#identity);
  }

  #wordsThere(equal: boolean): void {
    if (!equal) return this.#refuse("words_differ");
    this.#wordsEqualThere = true;
    this.#verify();
  }

  #verify(): void {
    if (this.phase === "comparing" && this.wordsEqualHere && this.#wordsEqualThere) {
      this.verified_ms = this.#ports.clock_ms();
      this.#move("words_equal");
    }
    this.#onChange();
  }

  #left(reason: string): void {
    if (reason === "words_differ") return this.#refuse("words_differ");
    if (this.phase !== "comparing" && this.phase !== "consulting") return;
    this.end = { reason, byUs: false, isEnding: false };
    this.#closesAt_ms = this.#ports.clock_ms() + FAREWELL_MS;
    this.#move("ended");
  }

  #letterRefused(reason: Reason): void {
    if (reason === "not_admitted" && this.phase === "waiting") this.#refuse("not_admitted");
  }

  #refuse(refusal: Refusal): void {
    if (this.phase === "refused" || this.phase === "ended") return;
    this.refusal = refusal;
    this.#closesAt_ms = this.#ports.clock_ms() + GOODBYE_PATIENCE_MS;
    this.media.close();
    this.#move("trust_broken");
  }

  #move(step: Step): void {
    this.phase = after(this.phase, step);
    this.#onChange();
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
