/**
 * The GP's side of the handshake, without I/O; mirrors `client/core/handshake/gp.py`.
 *
 * The package `client.core.handshake` tells what each letter is for.
 */

import { areEqual } from "../bytes.ts";
import type { SessionKeys } from "./envelope.ts";
import { addressOf, type Identity } from "./identity.ts";
import type { Invitation } from "./invitation.ts";
import { SEED_SIZE as KEY_SEED_SIZE, KeyPair } from "./kem.ts";
import { BadLetterError, openRefusal, type Reason, sealKnock, signedBundle } from "./knock.ts";
import { Letter } from "./letters.ts";
import { type Bytes, browserEntropy, type Entropy } from "./primitives.ts";
import { Reply } from "./reply.ts";
import { openM1 } from "./transcript.ts";

export { HandshakeError } from "./reply.ts";

/** Put this letter into a mailbox. */
export interface Post {
  readonly kind: "post";
  readonly to: Bytes;
  /** What admits it there. */
  readonly token: Bytes;
  readonly letter: Letter;
}

/** Both ends share keys; the words are still to be compared. */
export interface KeysAgreed {
  readonly kind: "keys_agreed";
  readonly keys: SessionKeys;
  /** The site's identity key. */
  readonly peerPublic: Bytes;
  readonly words: readonly string[];
  /** See `Agreement.exporter`. */
  readonly exporter: Bytes;
}

export type GpEvent = Post | KeysAgreed;

/** The invitation cannot serve, for this reason; the visit stops. */
export class TrustError extends Error {
  override readonly name = "TrustError";
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(`refused: ${reason}`);
    this.reason = reason;
  }
}

/** Knocks at the site of the invitation and agrees on keys with it once. */
export class GpHandshake {
  /** Letters that meant nothing. */
  rejected = 0;
  readonly #identity: Identity;
  readonly #invitation: Invitation;
  readonly #entropy: Entropy;
  readonly #bundle: Bytes;
  readonly #knock: Letter;
  #prekey: KeyPair | null;
  #reply: Reply | null = null;
  /** The M1 it answers. */
  #m1Body: Bytes = new Uint8Array();
  #isAgreed = false;
  /** One letter after the other: each step waits for WebCrypto. */
  #taking: Promise<unknown> = Promise.resolve();

  private constructor(
    identity: Identity,
    invitation: Invitation,
    entropy: Entropy,
    prekey: KeyPair,
    bundle: Bytes,
    knock: Letter,
  ) {
    this.#identity = identity;
    this.#invitation = invitation;
    this.#entropy = entropy;
    this.#prekey = prekey;
    this.#bundle = bundle;
    this.#knock = knock;
  }

  /** A handshake with a prekey made for this invitation. */
  static async create(
    identity: Identity,
    invitation: Invitation,
    entropy: Entropy = browserEntropy,
  ): Promise<GpHandshake> {
    const prekey = await KeyPair.fromSeed(entropy(KEY_SEED_SIZE));
    const bundle = await signedBundle(identity, prekey.public, invitation.expires_s);
    const knock = new Letter("knock", await sealKnock(invitation, bundle, entropy));
    return new GpHandshake(identity, invitation, entropy, prekey, bundle, knock);
  }

  /** Knock; again, if nothing comes back. Rejects with a `TrustError` once it is too late. */
  async start(now_ms: number): Promise<readonly GpEvent[]> {
    this.#checkTime(now_ms);
    return [await this.#post(this.#knock)];
  }

  /**
   * Take a letter of any kind, from anybody; a bad one is counted and changes nothing.
   *
   * Letters may come twice and in any order. Rejects with the `TrustError` the site's refusal names
   * or an M1 that comes too late means, and with `HandshakeError` for an M3 that breaks its
   * commitment; after either the handshake must not be used any more.
   */
  receive(letter: Letter, now_ms: number): Promise<readonly GpEvent[]> {
    const taken = this.#taking.then(() => this.#counted(letter, now_ms));
    this.#taking = taken.catch(() => undefined); // the caller hears of it
    return taken;
  }

  async #counted(letter: Letter, now_ms: number): Promise<readonly GpEvent[]> {
    try {
      return await this.#take(letter, now_ms);
    } catch (error) {
      if (!(error instanceof BadLetterError)) throw error;
      this.rejected += 1;
      return [];
    }
  }

  #take(letter: Letter, now_ms: number): Promise<readonly GpEvent[]> {
    switch (letter.kind) {
      case "m1":
        return this.#answer(letter.body, now_ms);
      case "m3":
        return this.#agree(letter.body);
      case "refusal":
        return this.#beRefused(letter.body);
      default:
        throw new BadLetterError(`${letter.kind} is not for a page`);
    }
  }

  async #answer(body: Bytes, now_ms: number): Promise<readonly GpEvent[]> {
    if (this.#reply !== null && areEqual(this.#m1Body, body)) {
      return [await this.#post(this.#reply.m2)];
    }
    if (this.#prekey === null) throw new BadLetterError("a second M1");
    const m1 = await openM1(body, this.#bundle, this.#prekey);
    if (!areEqual(await addressOf(m1.sitePublic), this.#invitation.siteAddress)) {
      throw new BadLetterError("an M1 of another site");
    }
    this.#checkTime(now_ms);
    const { secret } = this.#invitation;
    this.#reply = await Reply.to(m1, body, this.#bundle, this.#identity, secret, this.#entropy);
    this.#m1Body = body;
    this.#prekey = null; // forward secrecy: it opens one M1
    return [await this.#post(this.#reply.m2)];
  }

  async #agree(body: Bytes): Promise<readonly GpEvent[]> {
    if (this.#reply === null) throw new BadLetterError("an M3 before M2");
    const agreed = await this.#reply.agreed(body);
    if (this.#isAgreed) return [];
    this.#isAgreed = true;
    return [{ kind: "keys_agreed", ...agreed }];
  }

  async #beRefused(body: Bytes): Promise<readonly GpEvent[]> {
    const reason = await openRefusal(this.#invitation, body);
    if (this.#isAgreed) return [];
    throw new TrustError(reason);
  }

  #checkTime(now_ms: number): void {
    if (this.#invitation.hasExpired(now_ms)) throw new TrustError("expired");
  }

  async #post(letter: Letter): Promise<Post> {
    const { siteAddress } = this.#invitation;
    const token = await this.#invitation.siteToken();
    return { kind: "post", to: siteAddress, token, letter };
  }
}
