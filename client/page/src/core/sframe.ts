/**
 * SFrame (RFC 9605) with AES_256_GCM_SHA512_128; mirrors `client/core/sframe.py`.
 *
 * What is sealed is RFC 9605's to the bit. Of its header only the counter's lowest byte travels,
 * behind the ciphertext; the rest is known.
 */

import { aesOpen, aesSeal, type Bytes, joined, utf8 } from "./primitives.ts";

/** A sealed frame's tag and counter. */
export const OVERHEAD_BYTES = 16 + 1;
/** Frames under one key (RFC 9001, 6.6). */
export const COUNTER_LIMIT = 2 ** 23;
/** Frames; one that comes so late is of no use to the ear any more. */
export const BEHIND = 64;
const SUITE = 5; // RFC 9605, 8.1
const HASH_BYTES = 64;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const INLINE_LIMIT = 8; // RFC 9605, 4.3
const SENT_COUNTERS = 256;
/** Further counters tried per frame: bounds the work that a forger can make us do. */
const LOOKS = 8;
const LOOKS_ROUND = COUNTER_LIMIT / SENT_COUNTERS;
const NOTHING = new Uint8Array();

/** HKDF with SHA-512, without salt (RFC 5869). */
export async function derive(secret: Bytes, info: Bytes, size: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-512", salt: NOTHING, info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, size * 8));
}

/** The base key that follows after so many steps (RFC 9605, 5.1); there is no way back. */
export async function ratchet(baseKey: Bytes, steps: number): Promise<Bytes> {
  let key = baseKey;
  for (let step = 0; step < steps; step += 1) {
    key = await derive(key, utf8("SFrame 1.0 Ratchet"), HASH_BYTES);
  }
  return key;
}

/** RFC 9605, 4.3: what is authenticated with every frame. */
export function header(kid: number, counter: number): Bytes {
  const [kidFlags, kidBytes] = compact(kid);
  const [counterFlags, counterBytes] = compact(counter);
  return joined(new Uint8Array([(kidFlags << 4) | counterFlags]), kidBytes, counterBytes);
}

function compact(value: number): [number, Bytes] {
  if (value < INLINE_LIMIT) return [value, NOTHING];
  let bytes = bigEndian(value, 8);
  while (bytes[0] === 0) bytes = bytes.slice(1);
  return [INLINE_LIMIT | (bytes.length - 1), bytes];
}

/** The value in so many bytes, eight at most. */
export function bigEndian(value: number, size: number): Bytes {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value));
  return new Uint8Array(view.buffer.slice(8 - size));
}

/** One key of one stream, as it may be handed to a worker: the key itself cannot be read back. */
export interface FrameKey {
  readonly kid: number;
  readonly key: CryptoKey;
  readonly salt: Bytes;
}

/** RFC 9605, 4.4.2. */
export async function frameKey(baseKey: Bytes, kid: number): Promise<FrameKey> {
  const context = joined(bigEndian(kid, 8), bigEndian(SUITE, 2));
  const label = (name: string) => joined(utf8(`SFrame 1.0 Secret ${name} `), context);
  const raw = await derive(baseKey, label("key"), KEY_BYTES);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  return { kid, key, salt: await derive(baseKey, label("salt"), NONCE_BYTES) };
}

/** Ciphertext and tag (RFC 9605, 4.4.3); a counter may never serve twice. */
export function encrypt(key: FrameKey, counter: number, plaintext: Bytes, metadata: Bytes) {
  const context = joined(header(key.kid, counter), metadata);
  return aesSeal(key.key, nonce(key, counter), plaintext, context);
}

/** The plaintext (RFC 9605, 4.4.4); `null` unless exactly this was sealed. */
export function decrypt(key: FrameKey, counter: number, sealed: Bytes, metadata: Bytes) {
  const context = joined(header(key.kid, counter), metadata);
  return aesOpen(key.key, nonce(key, counter), sealed, context);
}

function nonce({ salt }: FrameKey, counter: number): Bytes {
  const bytes = joined(salt);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(NONCE_BYTES - 8, view.getBigUint64(NONCE_BYTES - 8) ^ BigInt(counter));
  return bytes;
}

/** Seals the frames of one stream, in their order. */
export class FrameSealer {
  readonly #key: FrameKey;
  #counter = 0;

  constructor(key: FrameKey) {
    this.#key = key;
  }

  /** `OVERHEAD_BYTES` more than `plaintext`; `null` once the key is worn out. */
  async seal(plaintext: Bytes, metadata: Bytes = NOTHING): Promise<Bytes | null> {
    if (this.#counter >= COUNTER_LIMIT) return null;
    const counter = this.#counter;
    this.#counter += 1; // before any wait: no counter may ever serve twice
    const sealed = await encrypt(this.#key, counter, plaintext, metadata);
    return joined(sealed, new Uint8Array([counter % SENT_COUNTERS]));
  }
}

/** Opens what the peer sealed, each frame once; one at a time. */
export class FrameOpener {
  readonly #key: FrameKey;
  /** After the newest frame opened. */
  #next = 0;
  /** Counters by their place modulo `BEHIND`. */
  readonly #seen = new Map<number, number>();
  #looked = 0;
  /** Frames that were not sealed with this key, or altered, or came too late to tell. */
  forged = 0;
  /** Frames opened before. */
  replayed = 0;

  constructor(key: FrameKey) {
    this.#key = key;
  }

  /** The plaintext; `null`, counted, if the frame must be dropped. */
  async open(sealed: Bytes, metadata: Bytes = NOTHING): Promise<Bytes | null> {
    const sent = sealed.at(-1);
    if (sent !== undefined && sealed.length >= OVERHEAD_BYTES) {
      for (const counter of this.#candidates(sent)) {
        const plaintext = await decrypt(this.#key, counter, sealed.slice(0, -1), metadata);
        if (plaintext === null) continue;
        this.#looked = 0;
        return this.#accept(counter) ? plaintext : null;
      }
      this.#looked = (this.#looked + LOOKS) % LOOKS_ROUND;
    }
    this.forged += 1;
    return null;
  }

  /** Whole counters with this lowest byte: the nearest first; after a long loss others matter. */
  #candidates(sent: number): number[] {
    const first = Math.max(0, this.#next - BEHIND);
    const away = (((sent - first) % SENT_COUNTERS) + SENT_COUNTERS) % SENT_COUNTERS;
    const rounds = Array.from({ length: LOOKS }, (_, look) => this.#looked + 1 + look);
    return [0, ...rounds].map((round) => first + away + SENT_COUNTERS * round);
  }

  #accept(counter: number): boolean {
    const slot = counter % BEHIND;
    if (this.#seen.get(slot) === counter) {
      this.replayed += 1;
      return false;
    }
    this.#seen.set(slot, counter);
    this.#next = Math.max(this.#next, counter + 1);
    return true;
  }
}
