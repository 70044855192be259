/** What M1, M2 and M3 say and prove, and the keys and words that follow from them. */

import type { SessionKeys } from "./envelope.ts";
import { type Identity, PUBLIC_SIZE, SIGNATURE_SIZE } from "./identity.ts";
import * as kem from "./kem.ts";
import { BadLetterError, check, itemsOf } from "./knock.ts";
import { isBytes, isCount, pack } from "./plain_cbor.ts";
import { aesKey, aesOpen, aesSeal, type Bytes, hkdf, joined, purpose, sha256 } from "./primitives.ts";
import { wordsOf } from "./words.ts";

/** Bytes of either end's share of the keys, and of the words. */
export const SEED_SIZE = 32;
export const NONCE_SIZE = 32;
const DIGEST_SIZE = 32;
const WORDS = 4;
/** Its key seals nothing else. */
const M3_NONCE = new Uint8Array(12);
const EXPORTER_SIZE = 32;
const DERIVED_SIZE = 4 * 32 + 2 * 12 + 8;

/** The site's part. */
export interface M1 {
  readonly sitePublic: Bytes;
  readonly ephemeral: Bytes;
  readonly seed: Bytes;
  readonly commitment: Bytes;
  /** The site's clock; for the record, decides nothing. */
  readonly time_s: number;
  readonly signature: Bytes;
}

/** M1 in this letter, its signature verified; else `BadLetterError`. */
export async function openM1(body: Bytes, bundle: Bytes, prekey: kem.KeyPair): Promise<M1> {
  const items = itemsOf(await prekey.open(body, await m1Info(bundle)));
  const [sitePublic, ephemeral, seed, commitment, time_s, signature, ...more] = items;
  const isOurs =
    isBytes(sitePublic, PUBLIC_SIZE) &&
    isBytes(ephemeral, kem.PUBLIC_SIZE) &&
    isBytes(seed, SEED_SIZE) &&
    isBytes(commitment, DIGEST_SIZE) &&
    isCount(time_s) &&
    isBytes(signature, SIGNATURE_SIZE) &&
    more.length === 0;
  if (!isOurs) throw new BadLetterError("not an M1");
  const said = pack(sitePublic, ephemeral, seed, commitment, time_s);
  await check(sitePublic, "m1", signature, joined(await sha256(bundle), said));
  return {
    sitePublic: joined(sitePublic),
    ephemeral: joined(ephemeral),
    seed: joined(seed),
    commitment: joined(commitment),
    time_s,
    signature: joined(signature),
  };
}

/** Body of an M2 in answer to the M1 of this site. */
export async function sealM2(
  identity: Identity,
  m1: M1,
  h1: Bytes,
  seed: Bytes,
  nonce: Bytes,
): Promise<Bytes> {
  const signature = await identity.sign("m2", joined(h1, m1.sitePublic, pack(seed, nonce)));
  return kem.seal(m1.ephemeral, pack(seed, nonce, signature), joined(purpose("m2"), h1));
}

/** What both ends know after M2. */
export class Agreement {
  readonly keys: SessionKeys;
  readonly h2: Bytes;
  /** 32 bytes that only both ends know, for keys beyond the session's; each use has its label. */
  readonly exporter: Bytes;
  readonly #m3Key: Bytes;
  readonly #wordsKey: Bytes;

  private constructor(
    keys: SessionKeys,
    h2: Bytes,
    exporter: Bytes,
    m3Key: Bytes,
    wordsKey: Bytes,
  ) {
    this.keys = keys;
    this.h2 = h2;
    this.exporter = exporter;
    this.#m3Key = m3Key;
    this.#wordsKey = wordsKey;
  }

  /** Keys out of both seeds and the invitation's secret, bound to every byte said so far. */
  static async reached(
    siteSeed: Bytes,
    gpSeed: Bytes,
    secret: Bytes,
    h2: Bytes,
  ): Promise<Agreement> {
    const shared = joined(siteSeed, gpSeed, secret);
    const derived = await hkdf(shared, h2, purpose("keys"), DERIVED_SIZE);
    const exporter = await hkdf(shared, h2, purpose("exporter"), EXPORTER_SIZE);
    let at = 0;
    const next = (size: number) => {
      at += size;
      return derived.slice(at - size, at);
    };
    // In the order of the protocol: k_ab, k_ba, iv_ab, iv_ba, k_m3, sas_key, tag.
    const [siteKey, gpKey, siteIv, gpIv] = [next(32), next(32), next(12), next(12)];
    const [m3Key, wordsKey, tag] = [next(32), next(32), next(8)];
    const keys = { siteKey, gpKey, siteIv, gpIv, tag };
    return new Agreement(keys, h2, exporter, m3Key, wordsKey);
  }

  /** Body of M3. */
  async sealNonce(nonce: Bytes): Promise<Bytes> {
    return aesSeal(await aesKey(this.#m3Key), M3_NONCE, nonce, this.h2);
  }

  /** The site's nonce in M3; `BadLetterError` if it is none. */
  async openNonce(body: Bytes): Promise<Bytes> {
    const nonce = await aesOpen(await aesKey(this.#m3Key), M3_NONCE, body, this.h2);
    if (nonce === null) throw new BadLetterError("not an M3");
    return nonce;
  }

  /** What both people should read. */
  async words(siteNonce: Bytes, gpNonce: Bytes): Promise<readonly string[]> {
    const info = joined(purpose("sas"), siteNonce, gpNonce);
    return wordsOf(await hkdf(this.#wordsKey, this.h2, info, WORDS));
  }
}

/** What the site shows of its nonce before it knows the GP's. */
export function commitmentTo(sitePublic: Bytes, nonce: Bytes): Promise<Bytes> {
  return sha256(purpose("commit"), sitePublic, nonce);
}

/** h1: everything said up to M1. */
export function firstHash(bundle: Bytes, m1Body: Bytes): Promise<Bytes> {
  return sha256(purpose("h1"), bundle, m1Body);
}

/** h2: everything said up to M2. */
export function secondHash(h1: Bytes, m2Body: Bytes): Promise<Bytes> {
  return sha256(purpose("h2"), h1, m2Body);
}

/** The context M1 is sealed in. */
export async function m1Info(bundle: Bytes): Promise<Bytes> {
  return joined(purpose("m1"), await sha256(bundle));
}
