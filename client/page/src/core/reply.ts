/** The GP's half of an agreement: the M2 to an M1, and what an M3 makes of it. */

import { areEqual } from "../bytes.ts";
import type { SessionKeys } from "./envelope.ts";
import type { Identity } from "./identity.ts";
import { Letter } from "./letters.ts";
import type { Bytes, Entropy } from "./primitives.ts";
import {
  Agreement,
  commitmentTo,
  firstHash,
  type M1,
  NONCE_SIZE,
  SEED_SIZE,
  sealM2,
  secondHash,
} from "./transcript.ts";

/** The peer broke its own commitment: somebody tries to steer the words. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
}

/** What both ends share once M3 is here. */
export interface Agreed {
  readonly keys: SessionKeys;
  readonly peerPublic: Bytes;
  readonly words: readonly string[];
  readonly exporter: Bytes;
}

/** A reply as it is kept; it holds keys, and the store seals it. */
export interface ReplyParts {
  readonly sitePublic: Bytes;
  /** To the nonce that M3 opens. */
  readonly commitment: Bytes;
  readonly siteSeed: Bytes;
  readonly seed: Bytes;
  readonly nonce: Bytes;
  readonly h2: Bytes;
  readonly m2Body: Bytes;
}

/** An M1 that was answered with M2; waits for M3. */
export class Reply {
  readonly parts: ReplyParts;
  readonly m2: Letter;
  readonly #agreement: Agreement;

  private constructor(parts: ReplyParts, agreement: Agreement) {
    this.parts = parts;
    this.m2 = new Letter("m2", parts.m2Body);
    this.#agreement = agreement;
  }

  /** The answer; draws seed and nonce, in this order. */
  static async to(
    m1: M1,
    m1Body: Bytes,
    bundle: Bytes,
    identity: Identity,
    secret: Bytes,
    entropy: Entropy,
  ): Promise<Reply> {
    const h1 = await firstHash(bundle, m1Body);
    const [seed, nonce] = [entropy(SEED_SIZE), entropy(NONCE_SIZE)];
    const m2Body = await sealM2(identity, m1, h1, seed, nonce);
    const h2 = await secondHash(h1, m2Body);
    const { sitePublic, commitment, seed: siteSeed } = m1;
    return Reply.again({ sitePublic, commitment, siteSeed, seed, nonce, h2, m2Body }, secret);
  }

  /** One that was given before, perhaps by an earlier process of this page. */
  static async again(parts: ReplyParts, secret: Bytes): Promise<Reply> {
    const { siteSeed, seed, h2 } = parts;
    return new Reply(parts, await Agreement.reached(siteSeed, seed, secret, h2));
  }

  /** What M3 leads to; `BadLetterError` for none of ours, `HandshakeError` for a broken promise. */
  async agreed(m3Body: Bytes): Promise<Agreed> {
    const siteNonce = await this.#agreement.openNonce(m3Body);
    const { sitePublic, commitment, nonce } = this.parts;
    if (!areEqual(await commitmentTo(sitePublic, siteNonce), commitment)) {
      throw new HandshakeError("the site's nonce is not the one it committed to");
    }
    const words = await this.#agreement.words(siteNonce, nonce);
    const { keys, exporter } = this.#agreement;
    return { keys, peerPublic: sitePublic, words, exporter };
  }
}
