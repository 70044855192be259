/**
 * One visit, by an invitation, a call, or gone on with after a reload: joins, compares words, holds
 * the consultation, says goodbye. In front, it has our camera and the direct line; aside, the site
 * waits: what it says comes by mailbox, and nothing of ours goes to it but words.
 */

import { hex } from "../bytes.ts";
import { INCARNATION_SIZE, resumedCiphers, sessionCiphers } from "../core/envelope.ts";
import { FrameRatchet } from "../core/frame_keys.ts";
import type { KeysAgreed } from "../core/handshake.ts";
import { type Bytes, browserEntropy } from "../core/primitives.ts";
import { Certainty } from "./certainty.ts";
import { Consultation } from "./consultation.ts";
import type { ConsultationPorts } from "./consultation_ports.ts";
import { Drafting } from "./drafting.ts";
import { Farewell } from "./farewell.ts";
import type { OwnMedia } from "./media.ts";
import { CONSULTATION_LASTS_MS, Meeting } from "./meeting.ts";
import { after, type Step } from "./phases.ts";
import type { Ports, Self } from "./ports.ts";
import { Presence } from "./presence.ts";
import { type Diary, type Interrupted, NO_DIARY } from "./resumption.ts";
import type { EndView, Phase, Refusal, WaitingFor } from "./snapshot.ts";
import { keptSession, type Way } from "./ways.ts";

/** chosen: a relay that could not be reached for so long will not be by waiting. */
export const RELAY_PATIENCE_MS = 20_000;
/** As long as the site waits for an answer to its question. */
const QUESTION_LASTS_MS = 30 * 86_400_000;

/** What a consultation seals and opens with, and whose key the site's is. */
interface Session extends Pick<ConsultationPorts, "sealer" | "opener" | "frameKeys"> {
  readonly sitePublic: Bytes;
}

export class Visit {
  phase: Phase = "waiting";
  refusal: Refusal | null = null;
  consultation: Consultation | null = null;
  /** Nothing of it is of use any more. */
  isClosed = false;
  readonly since_ms: number;
  readonly way: Way;
  readonly certainty: Certainty;
  readonly drafting: Drafting;
  readonly #came_ms: number;
  readonly #ports: Ports;
  readonly #self: Self;
  readonly #onChange: () => void;
  readonly #meeting: Meeting;
  readonly #presence: Presence;
  readonly #farewell = new Farewell();
  #diary: Diary = NO_DIARY;

  /** Aside unless `isFront`. */
  constructor(ports: Ports, way: Way, self: Self, onChange: () => void, isFront = true) {
    this.#ports = ports;
    this.way = way;
    this.#self = self;
    this.#onChange = onChange;
    this.since_ms = Math.min(ports.clock_ms(), way.since_ms ?? Number.POSITIVE_INFINITY);
    this.#came_ms = ports.clock_ms();
    this.#presence = new Presence(ports.devices, isFront, onChange);
    this.drafting = new Drafting(ports.drafts, way, onChange);
    this.#meeting = new Meeting(ports, way, {
      onChange,
      onAgreed: (agreed) => this.#agree(agreed),
      onEnvelope: async (envelope) => this.consultation?.receive(envelope),
      onRefused: (refusal) => this.#refuse(refusal),
    });
    this.certainty = new Certainty(ports, this.#meeting, self, {
      say: (message) => this.consultation?.send(message),
      onSure: () => this.#presence.beSeen(),
      onVerified: (at_ms) => this.#verified(at_ms),
      onChange,
    });
  }

  /** The GP is with this one. */
  get isFront(): boolean {
    return this.#presence.isHere;
  }

  get media(): OwnMedia {
    return this.#presence.media;
  }

  get waitingFor(): WaitingFor {
    return this.#meeting.waitingFor;
  }

  get relayIsReachable(): boolean {
    return this.#meeting.relayIsReachable;
  }

  get end(): EndView | null {
    return this.#farewell.end;
  }

  /** A call is answered, and nobody at the site has taken that up yet, perhaps for days. */
  get isExpected(): boolean {
    return this.phase === "waiting" && this.way.answered !== null;
  }

  /** Let the site in, knock at its mailbox; the rest follows from what comes back. */
  async start(): Promise<void> {
    this.#presence.open(false);
    await this.#meeting.start();
  }

  /** On where an earlier process of this page stopped: under keys of its own, without new words. */
  async goOn({ session, until_ms, verified_ms, entries, diary }: Interrupted): Promise<void> {
    const { keys, sitePublic } = session;
    const ciphers = await resumedCiphers(keys, browserEntropy(INCARNATION_SIZE));
    const frameKeys = new FrameRatchet(keys);
    this.#diary = diary;
    this.#converse({ ...ciphers, frameKeys, sitePublic });
    this.certainty.restored(verified_ms);
    this.phase = "consulting";
    this.#presence.open(true);
    const listening = this.#meeting.goOn(keys.tag, until_ms);
    this.consultation?.restore(entries);
    if (this.consultation?.question) this.#meeting.lettersWait();
    this.#onChange();
    await listening;
    this.consultation?.announce();
  }

  /** To the foreground: our camera and the direct line are this site's now. */
  come(): void {
    if (this.isFront) return;
    this.#onChange();
    if (this.isClosed) return this.#presence.look();
    this.#diary.add({ what: "placed", isFront: true });
    this.#presence.come(this.certainty.isSure);
    this.consultation?.hold(false);
  }

  /** Out of the foreground: the site waits. */
  stepAside(): void {
    if (!this.isFront) return;
    this.#diary.add({ what: "placed", isFront: false });
    this.#presence.leave();
    this.#ports.feed.forget();
    this.consultation?.hold(true);
    this.#onChange();
  }

  /** Ask for patience, with the minutes if they are known. */
  askToWait(minutes: number | null, text: string): void {
    if (this.phase === "consulting") this.consultation?.askToWait(minutes, text, false);
    this.#onChange();
  }

  /** Send the patient elsewhere; done once the site has it. */
  redirect(text: string): void {
    if (this.phase !== "consulting") return this.close();
    this.consultation?.askToWait(null, text, true);
    this.#farewell.redirected(this.#ports.clock_ms());
    this.#onChange();
  }

  compareWords(equal: boolean): void {
    if (this.phase !== "comparing" || this.certainty.isSure) return;
    if (equal) return this.certainty.found();
    const at_ms = this.#ports.clock_ms();
    this.consultation?.send({ kind: "words_compared", equal });
    this.consultation?.send({ kind: "goodbye", reason: "words_differ", at_ms, why: "" });
    this.#refuse("words_differ");
  }

  /** End for both; the page waits a moment for the receipt. */
  goodbye(reason: string): void {
    if (this.phase !== "comparing" && this.phase !== "consulting") return;
    const now_ms = this.#ports.clock_ms();
    this.consultation?.send({ kind: "goodbye", reason, at_ms: now_ms, why: "" });
    this.#farewell.said(reason, now_ms);
    this.#move("ended");
  }

  /** Our profession is proved now. */
  attest(): void {
    if (this.phase === "comparing" || this.phase === "consulting") this.certainty.attest();
  }

  /** Time has passed. */
  tick(now_ms: number): void {
    const isAlone = this.phase === "waiting" && this.waitingFor === "relay" && !this.isExpected;
    if (isAlone && now_ms - this.#came_ms > RELAY_PATIENCE_MS) this.#refuse("relay");
    this.consultation?.tick(now_ms);
    this.#meeting.tick(now_ms, this.consultation?.link ?? null);
    if (this.#farewell.isOver(now_ms, this.consultation?.isSettled === true)) this.close();
  }

  /** The page goes away, perhaps to come back at once: the site is to notice without delay. */
  suspend(): void {
    this.consultation?.hangUp();
  }

  /** Let go of everything. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#farewell.close();
    this.media.close();
    if (this.end !== null) this.drafting.over();
    this.consultation?.close();
    this.#meeting.close();
    this.#diary.erase();
    this.#onChange();
  }

  async #agree(agreed: KeysAgreed): Promise<void> {
    const { keys, peerPublic: sitePublic } = agreed;
    const times = { since_ms: this.since_ms, until_ms: this.#ports.clock_ms() + CONSULTATION_LASTS_MS };
    this.#diary = this.#ports.diary(hex(keys.tag));
    const session = await keptSession(this.way, agreed, this.#self, times);
    this.#diary.add({ what: "began", session });
    this.#diary.add({ what: "placed", isFront: this.isFront });
    this.certainty.agreed(agreed);
    const ciphers = sessionCiphers(keys, "gp");
    this.#converse({ ...ciphers, frameKeys: new FrameRatchet(keys), sitePublic });
    const { name, place: practice } = this.#self;
    this.consultation?.send({ kind: "card", name, place: practice });
    this.#move("keys_agreed");
    if (this.way.used !== null) {
      this.certainty.known();
      if (!this.isFront) this.askToWait(null, ""); // the GP has not looked yet
    }
    await this.#diary.settled;
    await this.way.answered?.over();
  }

  #converse(session: Session): void {
    const { sealer, opener, frameKeys, sitePublic } = session;
    const { timer, feed, clock_ms, makePeer } = this.#ports;
    const consultation = new Consultation(
      {
        ...{ sealer, opener, frameKeys, timer, feed, clock_ms, diary: this.#diary },
        byMailbox: (envelope) => void this.#meeting.post(envelope),
        makePeer: this.#presence.carriedBy(makePeer),
        canPost: () => this.relayIsReachable,
        sign: (summary, hashes) => this.#meeting.signed(summary, { ...hashes, sitePublic }),
      },
      {
        onChange: this.#onChange,
        onWords: (equal) => this.#wordsThere(equal),
        onAcquaintance: (said) => this.certainty.introduced(said),
        onAttested: (proof) => void this.certainty.proved(proof, sitePublic),
        onGoodbye: (reason) => this.#left(reason),
        onWrongHello: () => this.#refuse("wrong_hello"),
        onTooMuch: () => this.#refuse("too_much"),
        onQuestion: () => this.#asked(),
        onSummaryReceived: () => this.drafting.received(),
      },
    );
    this.consultation = consultation;
    consultation.hold(!this.isFront);
    void this.drafting.begin(consultation.exchanges);
  }

  /** Without meeting: both ends may be here days apart. */
  #asked(): void {
    this.#meeting.lettersWait();
    this.#diary.add({ what: "lasts", until_ms: this.#ports.clock_ms() + QUESTION_LASTS_MS });
  }

  #wordsThere(equal: boolean): void {
    if (!equal) this.#refuse("words_differ");
    else if (this.phase === "comparing") this.certainty.siteFound();
  }

  #verified(at_ms: number): void {
    this.#diary.add({ what: "verified", at_ms });
    this.#move("words_equal");
  }

  #left(reason: string): void {
    if (reason === "words_differ") return this.#refuse("words_differ");
    if (this.phase !== "comparing" && this.phase !== "consulting") return;
    this.#farewell.heard(reason, this.#ports.clock_ms());
    this.#move("ended");
  }

  #refuse(refusal: Refusal): void {
    if (this.phase === "refused" || this.phase === "ended") return;
    this.refusal = refusal;
    this.#farewell.refused(this.#ports.clock_ms());
    this.media.close();
    void this.way.answered?.over();
    this.#move("trust_broken");
  }

  #move(step: Step): void {
    this.phase = after(this.phase, step);
    if (this.phase === "ended" || this.phase === "refused") this.#diary.erase(); // nobody goes on
    this.#onChange();
  }
}
