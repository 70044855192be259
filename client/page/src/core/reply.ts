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

/** An M1 that was answered with M2; waits for M3. */
export class Reply {
  readonly m1Body: Bytes;
  readonly m2: Letter;
  readonly #m1: M1;
  readonly #nonce: Bytes;
  readonly #agreement: Agreement;

  private constructor(m1: M1, m1Body: Bytes, m2: Letter, nonce: Bytes, agreement: Agreement) {
    this.#m1 = m1;
    this.m1Body = m1Body;
    this.m2 = m2;
    this.#nonce = nonce;
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
    const m2 = new Letter("m2", await sealM2(identity, m1, h1, seed, nonce));
    const agreement = await Agreement.reached(m1.seed, seed, secret, await secondHash(h1, m2.body));
    return new Reply(m1, m1Body, m2, nonce, agreement);
  }

  /** What M3 leads to; `BadLetterError` for none of ours, `HandshakeError` for a broken promise. */
  async agreed(m3Body: Bytes): Promise<Agreed> {
    const siteNonce = await this.#agreement.openNonce(m3Body);
    const { sitePublic, commitment } = this.#m1;
    if (!areEqual(await commitmentTo(sitePublic, siteNonce), commitment)) {
      throw new HandshakeError("the site's nonce is not the one it committed to");
    }
    const words = await this.#agreement.words(siteNonce, this.#nonce);
    const { keys, exporter } = this.#agreement;
    return { keys, peerPublic: sitePublic, words, exporter };
  }
}
