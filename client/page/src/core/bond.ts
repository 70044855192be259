/**
 * What two ends keep of a verified session, so that the next one needs no invitation.
 *
 * Mirrors `client/core/handshake/bond.py`, which tells what each letter is for.
 */

import { BadLetterError, itemsOf } from "./knock.ts";
import { isBytes, isCount, pack } from "./plain_cbor.ts";
import { aesKey, aesOpen, aesSeal, type Bytes, type Entropy, hkdf, joined, purpose } from "./primitives.ts";

export const SECRET_SIZE = 32;
const TOKEN_SIZE = 16;
const KEY_SIZE = 32;
const NONCE_SIZE = 12;
const DIGEST_SIZE = 32;

/** What a CALL says. */
export interface Call {
  /** Rises with every call of one site to one GP. */
  readonly number: number;
  /** Which standing bundle the M1 is sealed to. */
  readonly bundleDigest: Bytes;
  readonly m1: Bytes;
}

/** What a page tells a site whose call it does not take. */
export type CallRefusal = "declined" | "expired";

/** The secret of the bond that a verified session between these two leaves behind. */
export function bondSecret(exporter: Bytes, sitePublic: Bytes, gpPublic: Bytes): Promise<Bytes> {
  const info = joined(purpose("bond"), sitePublic, gpPublic);
  return hkdf(exporter, new Uint8Array(), info, SECRET_SIZE);
}

/** A secret that a site and a GP share beyond their sessions. */
export class Bond {
  readonly siteAddress: Bytes;
  readonly gpAddress: Bytes;
  readonly secret: Bytes;

  constructor(siteAddress: Uint8Array, gpAddress: Uint8Array, secret: Uint8Array) {
    this.siteAddress = joined(siteAddress);
    this.gpAddress = joined(gpAddress);
    this.secret = joined(secret);
  }

  /** Lets the GP put letters into the site's mailbox. */
  siteToken(): Promise<Bytes> {
    return this.#derived("mailbox site", TOKEN_SIZE);
  }

  /** Lets the site put letters into the GP's mailbox. */
  gpToken(): Promise<Bytes> {
    return this.#derived("mailbox gp", TOKEN_SIZE);
  }

  /** Body of a CALL; the site's part, for the tests of the page's. */
  sealCall(call: Call, entropy: Entropy): Promise<Bytes> {
    const plaintext = pack(call.number, call.bundleDigest, call.m1);
    return this.#seal("call", this.gpAddress, plaintext, entropy);
  }

  /** What a CALL says; `BadLetterError` unless the other holder of the secret sealed it. */
  async openCall(body: Bytes): Promise<Call> {
    const items = itemsOf(await this.#open("call", this.gpAddress, body));
    const [number, digest, m1, ...more] = items;
    const isOurs = isCount(number) && isBytes(digest, DIGEST_SIZE) && m1 instanceof Uint8Array;
    if (!isOurs || more.length > 0) throw new BadLetterError("not a call");
    return { number, bundleDigest: joined(digest), m1: joined(m1) };
  }

  /** Body of a BUNDLE. */
  sealBundle(bundle: Bytes, entropy: Entropy): Promise<Bytes> {
    return this.#seal("bundle", this.siteAddress, pack(bundle), entropy);
  }

  /** Body of a REFUSAL of the call with this number. */
  sealRefusal(number: number, reason: CallRefusal, entropy: Entropy): Promise<Bytes> {
    return this.#seal("call refusal", this.siteAddress, pack(number, reason), entropy);
  }

  async #seal(label: string, reader: Bytes, plaintext: Bytes, entropy: Entropy): Promise<Bytes> {
    const nonce = entropy(NONCE_SIZE);
    const key = await aesKey(await this.#derived(label, KEY_SIZE));
    return joined(nonce, await aesSeal(key, nonce, plaintext, reader));
  }

  async #open(label: string, reader: Bytes, body: Bytes): Promise<Bytes> {
    const key = await aesKey(await this.#derived(label, KEY_SIZE));
    const opened = await aesOpen(key, body.slice(0, NONCE_SIZE), body.slice(NONCE_SIZE), reader);
    if (opened === null) throw new BadLetterError("not sealed under this bond");
    return opened;
  }

  #derived(label: string, size: number): Promise<Bytes> {
    return hkdf(this.secret, new Uint8Array(), purpose(label), size);
  }
}
