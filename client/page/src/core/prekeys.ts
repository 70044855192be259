/** The keys by which known sites call this GP; mirrors `client/core/prekeys.py`. */

import { areEqual } from "../bytes.ts";
import type { Identity } from "./identity.ts";
import { KeyPair, SEED_SIZE } from "./kem.ts";
import { pack } from "./plain_cbor.ts";
import { type Bytes, type Entropy, sha256 } from "./primitives.ts";

export const ROTATED_EVERY_S = 86_400;
/** chosen: a GP who opens the page once a fortnight can always be called. */
export const CALLABLE_FOR_S = 14 * 86_400;
/** Beyond its last call, which may wait in the mailbox for so long. */
export const KEPT_FOR_S = 7 * 86_400;
/** Kept at once. */
export const PREKEYS_LIMIT = 32;

/** As it is kept; the seed is sealed by the store. */
export interface PrekeyParts {
  readonly seed: Bytes;
  readonly made_s: number;
  readonly expires_s: number;
  readonly epoch: number;
  readonly bundle: Bytes;
}

/** One key, and the bundle it was published in. */
export class Prekey {
  readonly parts: PrekeyParts;

  constructor(parts: PrekeyParts) {
    this.parts = parts;
  }

  get bundle(): Bytes {
    return this.parts.bundle;
  }

  /** The key that opens an M1. */
  pair(): Promise<KeyPair> {
    return KeyPair.fromSeed(this.parts.seed);
  }
}

/** A standing bundle, in its only spelling. */
export async function standingBundle(
  identity: Identity,
  prekey: Uint8Array,
  expires_s: number,
  epoch: number,
): Promise<Bytes> {
  const said = [identity.public, prekey, expires_s, epoch] as const;
  return pack(...said, await identity.sign("standing bundle", pack(...said)));
}

/** With a new one if the newest is a day old, and without those that can serve no more. */
export async function renewed(
  items: readonly Prekey[],
  identity: Identity,
  now_s: number,
  entropy: Entropy,
): Promise<readonly Prekey[]> {
  const kept = items.filter(({ parts }) => now_s < parts.expires_s + KEPT_FOR_S);
  const newest = items.at(-1)?.parts;
  const age_s = newest === undefined ? -1 : now_s - newest.made_s;
  if (age_s >= 0 && age_s < ROTATED_EVERY_S) return kept;
  // Epochs rise even if the clock goes back, and even if this is an old copy of the store.
  const epoch = Math.max(now_s, (newest?.epoch ?? 0) + 1);
  const expires_s = now_s + CALLABLE_FOR_S;
  const seed = entropy(SEED_SIZE);
  const { public: prekey } = await KeyPair.fromSeed(seed);
  const bundle = await standingBundle(identity, prekey, expires_s, epoch);
  const made = new Prekey({ seed, made_s: now_s, expires_s, epoch, bundle });
  return [...kept, made].slice(-PREKEYS_LIMIT);
}

/** The one published in the bundle with this digest; `null` if it never was, or is deleted. */
export async function prekeyOf(items: readonly Prekey[], digest: Bytes): Promise<Prekey | null> {
  for (const item of items) {
    if (areEqual(await sha256(item.bundle), digest)) return item;
  }
  return null;
}
