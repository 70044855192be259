/**
 * One visit, by an invitation, a call, or gone on with after a reload: joins, compares words, holds
 * the consultation, says goodbye. In front, it has our camera and the direct line; aside, the site
 * waits: what it says comes by mailbox, and nothing of ours goes to it but words.
 */

import { hex } from "../bytes.ts";
import { INCARNATION_SIZE, kept, resumedCiphers, sessionCiphers } from "../core/envelope.ts";
import { FrameRatchet } from "../core/frame_keys.ts";
import type { KeysAgreed } from "../core/handshake.ts";
import { type Bytes, browserEntropy } from "../core/primitives.ts";
import { type Circumstances, signed } from "../core/signed_summary.ts";
import type { Message } from "../core/wire.ts";
import { Consultation } from "./consultation.ts";
import type { ConsultationPorts } from "./consultation_ports.ts";
import { Introduction } from "./introduction.ts";
import { OwnMedia } from "./media.ts";
import { CONSULTATION_LASTS_MS, Meeting } from "./meeting.ts";
import { after, type Step } from "./phases.ts";
import type { Ports, Self } from "./ports.ts";
import type { ProfessionView } from "./profession.ts";
import { type Diary, type Interrupted, NO_DIARY } from "./resumption.ts";
import type { EndView, Phase, Refusal, WaitingFor } from "./snapshot.ts";
import { isSummarySafe } from "./snapshot.ts";
import { draftOf, keptDraft, NO_DRAFT } from "./summary.ts";
import type { Way } from "./ways.ts";

/** chosen: a relay that could not be reached for so long will not be by waiting. */
export const RELAY_PATIENCE_MS = 20_000;
/** How long our goodbye waits for its receipt; the protocol's figure. */
export const GOODBYE_PATIENCE_MS = 5_000;
/** chosen: time for our last receipts to leave. */
const FAREWELL_MS = 1_000;
/** chosen: a site that is told to turn elsewhere and does not answer knows it, or is gone. */
const REDIRECTION_PATIENCE_MS = 600_000;
/** chosen: a line cut for so long may have taken the way to the relay with it. */
const RENEW_AFTER_MS = 5_000;

/** What a consultation seals, opens and signs with. */
interface Session extends Pick<ConsultationPorts, "sealer" | "opener" | "frameKeys"> {
  readonly tag: Bytes;
  readonly sitePublic: Bytes;
}

export class Visit {
  phase: Phase = "waiting";
  refusal: Refusal | null = null;
  words: readonly string[] = [];
  wordsEqualHere = false;
  verified_ms: number | null = null;
  end: EndView | null = null;
  siteProfession: ProfessionView | null = null;
  consultation: Consultation | null = null;
  media: OwnMedia;
  isFront: boolean;
  readonly since_ms: number;
  readonly way: Way;
  readonly #came_ms: number;
  readonly #ports: Ports;
  readonly #self: Self;
  readonly #onChange: () => void;
  readonly #meeting: Meeting;
  #diary: Diary = NO_DIARY;
  #introduction: Introduction | null = null;
  #wordsEqualThere = false;
  #closesAt_ms: number | null = null;
  #isClosed = false;
  #isRenewed = false;

  /** Aside unless `isFront`. */
  constructor(ports: Ports, way: Way, self: Self, onChange: () => void, isFront = true) {
    this.#ports = ports;
    this.way = way;
    this.#self = self;
    this.#onChange = onChange;
    this.isFront = isFront;
    this.since_ms = Math.min(ports.clock_ms(), way.since_ms ?? Number.POSITIVE_INFINITY);
    this.#came_ms = ports.clock_ms();
    this.media = new OwnMedia(ports.devices, onChange);
    this.#meeting = new Meeting(ports, way, {
      onChange,
      onAgreed: (agreed) => this.#agree(agreed),
      onEnvelope: async (envelope) => this.consultation?.receive(envelope),
      onRefused: (refusal) => this.#refuse(refusal),
    });
  }

  get waitingFor(): WaitingFor {
    return this.#meeting.waitingFor;
  }

  get relayIsReachable(): boolean {
    return this.#meeting.relayIsReachable;
  }

  /** Nothing of it is of use any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Let the site in, knock at its mailbox; the rest follows from what comes back. */
  async start(): Promise<void> {
    if (this.isFront) void this.media.openMicrophone();
    await this.#meeting.start();
  }

  /** On where an earlier process of this page stopped: under keys of its own, without new words. */
  async goOn({ session, verified_ms, entries, diary }: Interrupted): Promise<void> {
    const { keys, until_ms, sitePublic } = session;
    const ciphers = await resumedCiphers(keys, browserEntropy(INCARNATION_SIZE));
    const frameKeys = new FrameRatchet(keys);
    this.#diary = diary;
    this.#converse({ ...ciphers, frameKeys, tag: keys.tag, sitePublic });
    this.wordsEqualHere = this.#wordsEqualThere = true;
    this.verified_ms = verified_ms;
    this.phase = "consulting";
    if (this.isFront) this.#openMedia();
    const listening = this.#meeting.goOn(keys.tag, until_ms);
    this.consultation?.restore(entries);
    this.#onChange();
    await listening;
    this.consultation?.announce();
  }

  /** To the foreground: our camera and the direct line are this site's now. */
  come(): void {
    if (this.isFront || this.#isClosed) return;
    this.isFront = true;
    this.#diary.add({ what: "placed", isFront: true });
    this.media = new OwnMedia(this.#ports.devices, this.#onChange);
    this.#openMedia();
    this.consultation?.hold(false);
    this.#onChange();
  }

  /** Out of the foreground: the site waits. */
  stepAside(): void {
    if (!this.isFront) return;
    this.isFront = false;
    this.#diary.add({ what: "placed", isFront: false });
    this.media.close();
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
    this.#closesAt_ms = this.#ports.clock_ms() + REDIRECTION_PATIENCE_MS;
    this.#onChange();
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

  /** End for both; the page waits a moment for the receipt. */
  goodbye(reason: string): void {
    if (this.phase !== "comparing" && this.phase !== "consulting") return;
    const now_ms = this.#ports.clock_ms();
    this.consultation?.send({ kind: "goodbye", reason, at_ms: now_ms, why: "" });
    this.end = { reason, byUs: true, isEnding: true };
    this.#closesAt_ms = now_ms + GOODBYE_PATIENCE_MS;
    this.#move("ended");
  }

  /** Prove our profession to the site, once it is the site and nobody else. */
  attest(): void {
    const { attestation } = this.#ports.profession;
    const isOpen = this.phase === "comparing" || this.phase === "consulting";
    if (attestation === null || !this.wordsEqualHere || !isOpen) return;
    this.consultation?.send({ kind: "attested", attestation });
  }

  /** Time has passed. */
  tick(now_ms: number): void {
    const isAlone = this.phase === "waiting" && this.waitingFor === "relay";
    if (isAlone && now_ms - this.#came_ms > RELAY_PATIENCE_MS) this.#refuse("relay");
    this.consultation?.tick(now_ms);
    this.#renewIfCut(now_ms);
    if (this.#closesAt_ms === null || this.#isClosed) return;
    const isOver = this.end?.byUs === true || this.consultation?.told?.is_redirected === true;
    const isSaid = isOver && this.consultation?.isSettled === true;
    if (isSaid) this.#closesAt_ms = Math.min(this.#closesAt_ms, now_ms + FAREWELL_MS);
    if (now_ms >= this.#closesAt_ms) this.close();
  }

  /** The page goes away, perhaps to come back at once: the site is to notice without delay. */
  suspend(): void {
    this.consultation?.hangUp();
  }

  /** Let go of everything. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.end !== null) this.end = { ...this.end, isEnding: false };
    this.media.close();
    const summary = this.consultation?.exchanges.summary;
    if (this.end !== null && summary !== undefined && isSummarySafe(summary)) {
      this.#ports.drafts.erase(this.way); // the GP's notes too: the consultation is over
    }
    this.consultation?.close();
    this.#meeting.close();
    this.#diary.erase();
    this.#onChange();
  }

  async #agree(agreed: KeysAgreed): Promise<void> {
    const { keys, peerPublic: sitePublic, words } = agreed;
    const now_ms = this.#ports.clock_ms();
    this.#diary = this.#ports.diary(hex(keys.tag));
    const { relay, siteAddress, secret } = this.way;
    const tokens = {
      siteToken: await this.way.siteToken(),
      gpTokenHash: await this.way.gpTokenHash(),
    };
    const times = { since_ms: this.since_ms, until_ms: now_ms + CONSULTATION_LASTS_MS };
    const place = { relay, siteAddress, sitePublic, secret };
    const session = { keys: await kept(keys, "gp"), ...place, ...tokens, ...times };
    this.#diary.add({ what: "began", session: { ...session, self: this.#self } });
    this.#diary.add({ what: "placed", isFront: this.isFront });
    this.words = words;
    this.#introduction = new Introduction(this.#ports, this.#meeting, agreed);
    const ciphers = sessionCiphers(keys, "gp");
    this.#converse({ ...ciphers, frameKeys: new FrameRatchet(keys), tag: keys.tag, sitePublic });
    const { name, place: practice } = this.#self;
    this.consultation?.send({ kind: "card", name, place: practice });
    this.#move("keys_agreed");
    if (this.way.used !== null) {
      this.#wordsEqualThere = true; // compared the first time; both keys are pinned since
      this.#beSure();
      if (!this.isFront) this.askToWait(null, ""); // the GP has not looked yet
    }
  }

  #converse(session: Session): void {
    const { sealer, opener, frameKeys } = session;
    const { timer, feed, clock_ms, makePeer } = this.#ports;
    this.consultation = new Consultation(
      {
        ...{ sealer, opener, frameKeys, timer, feed, clock_ms, diary: this.#diary },
        byMailbox: (envelope) => void this.#meeting.post(envelope),
        makePeer: this.#withMedia(makePeer),
        canPost: () => this.relayIsReachable,
        sign: (summary, hashes) => this.#signed(summary, hashes, session),
      },
      {
        onChange: this.#onChange,
        onWords: (equal) => this.#wordsThere(equal),
        onAcquaintance: (said) => void this.#introduction?.heard(said),
        onAttested: (proof) => void this.#proved(proof, session.sitePublic),
        onGoodbye: (reason) => this.#left(reason),
        onWrongHello: () => this.#refuse("wrong_hello"),
        onTooMuch: () => this.#refuse("too_much"),
        onSummaryReceived: () => this.#summaryArrived(),
      },
    );
    this.consultation.hold(!this.isFront);
    void this.#restoreDraft(this.consultation);
  }

  #withMedia(makePeer: Ports["makePeer"]): Ports["makePeer"] {
    return (events) => {
      const peer = makePeer(events);
      this.media.attach(peer);
      return peer;
    };
  }

  #openMedia(): void {
    void this.media.openMicrophone();
    if (this.wordsEqualHere) void this.media.openCamera();
  }

  async #restoreDraft(consultation: Consultation): Promise<void> {
    const draft = await this.#ports.drafts.load(this.way);
    const isUntouched = !consultation.exchanges.summary.isChanged;
    if (draft !== "" && isUntouched) consultation.exchanges.draft(draftOf(draft));
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
    { sitePublic, tag: sessionTag }: Session,
  ): Promise<Message> {
    const { identity } = this.#meeting;
    if (identity === null) return summary;
    return signed(summary, { ...hashes, sitePublic, sessionTag }, identity);
  }

  /** It is the site and nobody else: our camera may open, and each keeps the other's key. */
  #beSure(): void {
    this.wordsEqualHere = true;
    if (this.isFront) void this.media.openCamera();
    const introduced = this.#introduction?.sure(this.#self);
    void introduced?.then((said) => said !== null && this.consultation?.send(said));
    this.attest();
    this.#verify();
  }

  async #proved(attestation: Uint8Array, sitePublic: Bytes): Promise<void> {
    this.siteProfession = await this.#ports.profession.heard(attestation, sitePublic);
    this.#onChange();
  }

  #wordsThere(equal: boolean): void {
    if (!equal) return this.#refuse("words_differ");
    this.#wordsEqualThere = true;
    this.#verify();
  }

  #verify(): void {
    if (this.phase === "comparing" && this.wordsEqualHere && this.#wordsEqualThere) {
      this.verified_ms = this.way.verified_ms ?? this.#ports.clock_ms();
      this.#diary.add({ what: "verified", at_ms: this.verified_ms });
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

  #refuse(refusal: Refusal): void {
    if (this.phase === "refused" || this.phase === "ended") return;
    this.refusal = refusal;
    this.#closesAt_ms = this.#ports.clock_ms() + GOODBYE_PATIENCE_MS;
    this.media.close();
    this.#move("trust_broken");
  }

  #move(step: Step): void {
    this.phase = after(this.phase, step);
    if (this.phase === "ended" || this.phase === "refused") this.#diary.erase(); // nobody goes on
    this.#onChange();
  }

  /** Once a cut: the site's offers come by the mailbox, and ours may be the dead end. */
  #renewIfCut(now_ms: number): void {
    const link = this.consultation?.link;
    if (link?.state !== "cut") this.#isRenewed = false;
    else if (!this.#isRenewed && now_ms - link.since_ms >= RENEW_AFTER_MS) {
      this.#isRenewed = true;
      this.#meeting.renew();
    }
  }
}
