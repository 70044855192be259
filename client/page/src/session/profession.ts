/**
 * The GP's own proof of profession: asked of the broker at the page's host, kept until it expires;
 * and what the same broker says of the person at a site.
 *
 * The page trusts the broker of its own host and no other: who serves the page can change it anyway.
 */

import type { Timer } from "../clock.ts";
import type { Identity } from "../core/identity.ts";
import { type Bytes, browserEntropy } from "../core/primitives.ts";
import {
  type Attestation,
  mayBeShown,
  NONCE_SIZE,
  readAttestation,
  signRequest,
} from "../core/profession.ts";

/** chosen: a login takes a minute; the GP sees its end at once. */
export const LOOK_EVERY_MS = 2_000;
/** As long as the broker remembers a login: `client/relay/profession/broker.py`. */
export const LOGIN_LASTS_MS = 600_000;

/** A login that begins. */
export interface Begun {
  /** By which the attestation is fetched. */
  readonly ticket: string;
  /** The provider's page. */
  readonly url: string;
}

export interface Broker {
  /** The key it signs with; `null` where the host has no broker. */
  key(): Promise<Bytes | null>;
  begin(holder: Bytes, nonce: Bytes, signature: Bytes): Promise<Begun | null>;
  look(ticket: string): Promise<"waiting" | "refused" | Bytes>;
}

export interface AttestationStore {
  load(): Promise<Bytes | null>;
  keep(attestation: Bytes): Promise<void>;
  erase(): Promise<void>;
}

/** Somebody whose profession a broker vouches for. */
export interface ProfessionView {
  readonly name: string;
  readonly rpps: string;
  /** Host of the OpenID provider. */
  readonly issuer: string;
  /** The login, UTC milliseconds. */
  readonly verified_ms: number;
}

/** How the GP's own proof stands; `absent`: the host has no broker. */
export type ProofState = "absent" | "possible" | "asking" | "refused" | "unreachable" | "verified";

export interface ProofView {
  readonly state: ProofState;
  /** While `asking`: where to log in, should no tab have opened. */
  readonly url: string;
  readonly own: ProfessionView | null;
}

export const NO_PROOF: ProofView = { state: "absent", url: "", own: null };

export interface ProfessionPorts {
  readonly broker: Broker;
  readonly store: AttestationStore;
  readonly timer: Timer;
  clock_ms(): number;
  identity(): Promise<Identity>;
  /** Show a page of somebody else's in a tab of its own. */
  openTab(url: string): void;
}

interface Own {
  readonly bytes: Bytes;
  readonly said: Attestation;
}

export class Profession {
  onChange: () => void = () => undefined;
  /** A login has just ended well. */
  onProved: () => void = () => undefined;
  readonly #ports: ProfessionPorts;
  #key: Promise<Bytes | null> | null = null;
  #own: Own | null = null;
  #state: ProofState = "absent";
  #url = "";

  constructor(ports: ProfessionPorts) {
    this.#ports = ports;
  }

  /** What was proved before, if it still holds. Makes no identity where there is none to prove. */
  async open(): Promise<void> {
    const kept = await this.#ports.store.load();
    if ((await this.#brokerKey()) === null) return;
    this.#state = "possible";
    this.#own = kept && (await this.#mine(kept));
    if (kept !== null && this.#own === null) await this.#ports.store.erase();
    this.onChange();
  }

  get view(): ProofView {
    const own = this.#valid();
    if (own !== null) return { state: "verified", url: "", own: viewOf(own.said) };
    const state = this.#state === "verified" ? "possible" : this.#state; // it has expired
    return { state, url: this.#url, own: null };
  }

  /** To be sent to a site that is known for sure; `null` where nothing is proved. */
  get attestation(): Bytes | null {
    return this.#valid()?.bytes ?? null;
  }

  /** Have the GP log in at the provider, for this browser's key. */
  async prove(): Promise<void> {
    if (this.#state === "asking") return;
    this.#stand("asking");
    const begun = await this.#begun().catch(() => null);
    if (begun === null) return this.#stand("unreachable");
    this.#stand("asking", begun.url);
    this.#ports.openTab(begun.url);
    this.#lookSoon(begun.ticket, this.#ports.clock_ms() + LOGIN_LASTS_MS);
  }

  /** What may be shown of the person at a site with this key. */
  async heard(data: Uint8Array, sitePublic: Uint8Array): Promise<ProfessionView | null> {
    const [said, key] = [await readAttestation(data), await this.#brokerKey()];
    if (said === null || key === null) return null;
    return mayBeShown(said, sitePublic, [key], this.#ports.clock_ms()) ? viewOf(said) : null;
  }

  async #begun(): Promise<Begun | null> {
    const key = await this.#brokerKey();
    if (key === null) return null;
    const identity = await this.#ports.identity();
    const nonce = browserEntropy(NONCE_SIZE);
    return this.#ports.broker.begin(identity.public, nonce, await signRequest(identity, key, nonce));
  }

  #lookSoon(ticket: string, until_ms: number): void {
    this.#ports.timer(LOOK_EVERY_MS, () => void this.#look(ticket, until_ms));
  }

  async #look(ticket: string, until_ms: number): Promise<void> {
    const found = await this.#ports.broker.look(ticket);
    const isOver = this.#ports.clock_ms() >= until_ms;
    if (found === "waiting" && !isOver) return this.#lookSoon(ticket, until_ms);
    const own = typeof found === "string" ? null : await this.#mine(found);
    if (own === null) return this.#stand("refused");
    await this.#ports.store.keep(own.bytes).catch(() => undefined); // full disk: until a reload
    this.#own = own;
    this.#stand("verified");
    this.onProved();
  }

  /** `null` unless it speaks of this browser's key, by our broker, now. */
  async #mine(bytes: Bytes): Promise<Own | null> {
    const [said, key] = [await readAttestation(bytes), await this.#brokerKey()];
    const mine = (await this.#ports.identity()).public;
    const now_ms = this.#ports.clock_ms();
    const holds = said !== null && key !== null && mayBeShown(said, mine, [key], now_ms);
    return holds ? { bytes, said } : null;
  }

  #valid() {
    const own = this.#own;
    return own !== null && this.#ports.clock_ms() < own.said.expires_s * 1_000 ? own : null;
  }

  #stand(state: ProofState, url = ""): void {
    this.#state = state;
    this.#url = url;
    this.onChange();
  }

  /** Asked once; again after an answer that was none. */
  async #brokerKey(): Promise<Bytes | null> {
    this.#key ??= this.#ports.broker.key();
    const key = await this.#key;
    if (key === null) this.#key = null;
    return key;
  }
}

function viewOf({ who, issued_s }: Attestation): ProfessionView {
  const issuer = URL.canParse(who.issuer) ? new URL(who.issuer).host : who.issuer;
  return { name: who.name, rpps: who.rpps, issuer, verified_ms: issued_s * 1_000 };
}
