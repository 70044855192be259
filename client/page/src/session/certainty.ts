/** How sure we are of who is at the other end: words compared, keys pinned, professions proved. */

import type { KeysAgreed } from "../core/handshake.ts";
import type { Bytes } from "../core/primitives.ts";
import type { Message } from "../core/wire.ts";
import { Introduction } from "./introduction.ts";
import type { Meeting } from "./meeting.ts";
import type { Ports, Self } from "./ports.ts";
import type { ProfessionView } from "./profession.ts";

type Acquaintance = Extract<Message, { kind: "acquaintance" }>;

export interface CertaintyEvents {
  say(message: Message): void;
  /** The GP is sure: our camera may open. */
  onSure(): void;
  /** Both ends are. */
  onVerified(at_ms: number): void;
  onChange(): void;
}

export class Certainty {
  words: readonly string[] = [];
  /** The GP is; since when both ends are, `verified_ms` tells. */
  isSure = false;
  verified_ms: number | null = null;
  siteProfession: ProfessionView | null = null;
  readonly #ports: Ports;
  readonly #meeting: Meeting;
  readonly #self: Self;
  readonly #events: CertaintyEvents;
  #introduction: Introduction | null = null;
  #siteIsSure = false;

  constructor(ports: Ports, meeting: Meeting, self: Self, events: CertaintyEvents) {
    this.#ports = ports;
    this.#meeting = meeting;
    this.#self = self;
    this.#events = events;
  }

  /** Keys are agreed, and these words follow from them. */
  agreed(agreed: KeysAgreed): void {
    this.words = agreed.words;
    this.#introduction = new Introduction(this.#ports, this.#meeting, agreed);
  }

  /** The words were compared at an earlier meeting; both keys are pinned since. */
  known(): void {
    this.#siteIsSure = true;
    this.#beSure();
  }

  /** An earlier process of this page was sure. */
  restored(verified_ms: number): void {
    this.isSure = this.#siteIsSure = true;
    this.verified_ms = verified_ms;
  }

  /** The GP has found the words equal. */
  found(): void {
    this.#events.say({ kind: "words_compared", equal: true });
    this.#beSure();
  }

  /** The site has. */
  siteFound(): void {
    this.#siteIsSure = true;
    this.#verify();
  }

  /** The site says who it is. */
  introduced(said: Acquaintance): void {
    void this.#introduction?.heard(said);
  }

  /** The site proves the profession of the person there. */
  async proved(attestation: Uint8Array, sitePublic: Bytes): Promise<void> {
    this.siteProfession = await this.#ports.profession.heard(attestation, sitePublic);
    this.#events.onChange();
  }

  /** Prove our profession to the site, once it is the site and nobody else. */
  attest(): void {
    const { attestation } = this.#ports.profession;
    if (attestation !== null && this.isSure) this.#events.say({ kind: "attested", attestation });
  }

  /** It is the site and nobody else: each keeps the other's key. */
  #beSure(): void {
    this.isSure = true;
    this.#events.onSure();
    const introduction = this.#introduction?.sure(this.#self);
    void introduction?.then((said) => said !== null && this.#events.say(said));
    this.attest();
    this.#verify();
  }

  #verify(): void {
    if (this.verified_ms === null && this.isSure && this.#siteIsSure) {
      this.verified_ms = this.#meeting.way.verified_ms ?? this.#ports.clock_ms();
      this.#events.onVerified(this.verified_ms);
    }
    this.#events.onChange();
  }
}
