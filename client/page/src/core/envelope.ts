/**
 * The sealed envelope of every parcel of a session; mirrors `client/core/envelope.py`.
 *
 * Byte 0 is the version, then a counter (QUIC variable-length integer), then AES-256-GCM ciphertext
 * and tag over the padded parcels. Each direction has its own key. No counter outlives its process:
 * an end that was started again, a page that was reloaded, seals under a key derived from 8 random
 * bytes, which stand before the counter (version 2).
 */

import { aesKey, aesOpen, aesSeal, type Bytes, hkdf, joined, purpose } from "./primitives.ts";
import { PARCEL_LIMIT } from "./wire.ts";

/** Counters remembered behind the newest. */
export const WINDOW = 1_024;
/** Envelopes under one AES-GCM key (RFC 9001, 6.6). */
export const COUNTER_LIMIT = 2 ** 23;
/** Bytes: buckets double up to this one, with one halfway between each two, then grow by it. */
const LARGEST_STEP = 1_024;
const SMALLEST_BUCKET = 64;
/** Bytes; tell the processes of one end apart. */
export const INCARNATION_SIZE = 8;
/** Restarts of the site in one consultation. */
export const INCARNATIONS_LIMIT = 4_096;
/** Bytes; header, fullest bucket and tag. Longer ones are not even tried. */
export const ENVELOPE_LIMIT = 1 + INCARNATION_SIZE + 8 + (PARCEL_LIMIT + 1) + 16;
/** Bytes to which what goes by mailbox is padded: the relay sees neither what nor how much. */
export const LETTER_BUCKETS = [2_048, 4_096, 8_192, PARCEL_LIMIT + 1] as const;
const FIRST = 1;
const LATER = 2;
const KEY_SIZE = 32;
const NONCE_SIZE = 12; // SP 800-38D, 8.2.1
const END = 0x80;

/** An envelope that must not be opened; the caller counts it and drops it. */
export class EnvelopeError extends Error {
  override readonly name: string = "EnvelopeError";
}

/** Not sealed by the peer in this session. */
export class ForgedEnvelopeError extends EnvelopeError {
  override readonly name = "ForgedEnvelopeError";
}

/** Opened before, or so old that nobody can tell any more. */
export class ReplayedEnvelopeError extends EnvelopeError {
  override readonly name = "ReplayedEnvelopeError";
}

/** A parcel no envelope may carry. */
export class ParcelTooLargeError extends Error {
  override readonly name = "ParcelTooLargeError";
}

/** This key has sealed as much as it may; the consultation needs new keys. */
export class CounterExhaustedError extends Error {
  override readonly name = "CounterExhaustedError";
}

/** Which end of the session this is. */
export type Role = "site" | "gp";

/** What both ends share once the handshake is done. */
export interface SessionKeys {
  /** Seals what the site sends; 32 bytes. */
  readonly siteKey: Bytes;
  /** Seals what the GP sends; 32 bytes. */
  readonly gpKey: Bytes;
  readonly siteIv: Bytes;
  readonly gpIv: Bytes;
  /** Names the session on letters; 8 bytes, not secret. */
  readonly tag: Bytes;
}

/** What this end seals with, and what it opens the other end's envelopes with. */
export function sessionCiphers(keys: SessionKeys, role: Role): { sealer: Sealer; opener: Opener } {
  const { siteKey, siteIv, gpKey, gpIv } = keys;
  return role === "site"
    ? { sealer: new Sealer(siteKey, siteIv), opener: new Opener(gpKey, gpIv) }
    : { sealer: new Sealer(gpKey, gpIv), opener: new Opener(siteKey, siteIv) };
}

/** What a later process of this end needs to go on with the session. */
export interface Kept {
  /** Of the keys of this end's incarnations: the first process's own key cannot be had back. */
  readonly ownRoot: Bytes;
  readonly peerKey: Bytes;
  readonly peerIv: Bytes;
  readonly tag: Bytes;
}

/** What to keep of these keys for a later process of this end. */
export async function kept(keys: SessionKeys, role: Role): Promise<Kept> {
  const [own, peerKey, peerIv] =
    role === "site"
      ? [keys.siteKey, keys.gpKey, keys.gpIv]
      : [keys.gpKey, keys.siteKey, keys.siteIv];
  return { ownRoot: await rootOf(own), peerKey, peerIv, tag: keys.tag };
}

/** As `sessionCiphers`, for a later process; `incarnation` is drawn for it alone. */
export async function resumedCiphers(
  session: Kept,
  incarnation: Bytes,
): Promise<{ sealer: Sealer; opener: Opener }> {
  if (incarnation.length !== INCARNATION_SIZE) throw new RangeError("of another length");
  const { key, iv } = await derivedOf(session.ownRoot, incarnation);
  const sealer = new Sealer(key, iv, 0, incarnation);
  return { sealer, opener: new Opener(session.peerKey, session.peerIv) };
}

/** Of the keys of later incarnations of the end that seals with this one; both ends know it. */
export function rootOf(key: Uint8Array): Promise<Bytes> {
  return hkdf(key, new Uint8Array(), purpose("incarnations"), KEY_SIZE);
}

/** Seals parcels in one direction, each under its own counter. */
export class Sealer {
  readonly #key: Promise<CryptoKey>;
  readonly #iv: Bytes;
  readonly #start: Bytes;
  #counter: number;

  /** `incarnation` is empty for the process that agreed on the keys. */
  constructor(key: Uint8Array, iv: Uint8Array, counter = 0, incarnation: Bytes = new Uint8Array()) {
    this.#key = aesKey(key);
    this.#iv = joined(iv);
    const version = incarnation.length === 0 ? FIRST : LATER;
    this.#start = joined(new Uint8Array([version]), incarnation);
    this.#counter = counter;
  }

  /** The envelope; rejects with `ParcelTooLargeError` or `CounterExhaustedError`. */
  async seal(parcel: Uint8Array, isLetter = false): Promise<Bytes> {
    if (parcel.length > PARCEL_LIMIT) throw new ParcelTooLargeError(`${parcel.length} bytes`);
    if (this.#counter >= COUNTER_LIMIT) throw new CounterExhaustedError();
    const counter = BigInt(this.#counter);
    this.#counter += 1; // before any wait: no counter may ever serve twice
    const header = joined(this.#start, varint(counter));
    const nonce = nonceOf(this.#iv, counter);
    return joined(header, await aesSeal(await this.#key, nonce, padded(parcel, isLetter), header));
  }
}

/** Opens what the peer sealed, each envelope once, whichever of its processes sealed it. */
export class Opener {
  readonly #root: Promise<Bytes>;
  /** By incarnation. */
  readonly #known = new Map<string, Incoming>();

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#root = rootOf(key);
    this.#known.set("", { key: aesKey(key), iv: joined(iv), window: new ReplayWindow() });
  }

  /** The parcel; rejects with an `EnvelopeError` if it must be dropped. */
  async open(envelope: Uint8Array): Promise<Bytes> {
    if (envelope.length > ENVELOPE_LIMIT) throw new ForgedEnvelopeError("too long");
    const incarnation = readIncarnation(envelope);
    const { counter, end } = readVarint(envelope, 1 + incarnation.length);
    const name = incarnation.join();
    const incoming = this.#known.get(name) ?? (await derived(await this.#root, incarnation));
    const nonce = nonceOf(incoming.iv, counter);
    const [header, sealed] = [envelope.slice(0, end), envelope.slice(end)];
    const plaintext = await aesOpen(await incoming.key, nonce, joined(sealed), joined(header));
    if (plaintext === null) throw new ForgedEnvelopeError("not sealed with this session's key");
    // Another envelope of the same new process may have been opened meanwhile: its window counts.
    const { window } = this.#remembered(name, incoming);
    if (!window.accept(counter)) throw new ReplayedEnvelopeError(`envelope ${counter} again`);
    return unpadded(plaintext);
  }

  #remembered(name: string, incoming: Incoming): Incoming {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#known.size >= INCARNATIONS_LIMIT) throw new ForgedEnvelopeError("too many restarts");
    this.#known.set(name, incoming);
    return incoming;
  }
}

/** One process of the peer. */
interface Incoming {
  readonly key: Promise<CryptoKey>;
  readonly iv: Bytes;
  readonly window: ReplayWindow;
}

async function derived(root: Bytes, incarnation: Uint8Array): Promise<Incoming> {
  const { key, iv } = await derivedOf(root, incarnation);
  return { key: aesKey(key), iv, window: new ReplayWindow() };
}

async function derivedOf(root: Bytes, incarnation: Uint8Array): Promise<{ key: Bytes; iv: Bytes }> {
  const bytes = await hkdf(root, incarnation, purpose("incarnation"), KEY_SIZE + NONCE_SIZE);
  return { key: bytes.slice(0, KEY_SIZE), iv: bytes.slice(KEY_SIZE) };
}

/** Empty for the process that agreed on the keys. */
function readIncarnation(envelope: Uint8Array): Bytes {
  const isLater = envelope[0] === LATER && envelope.length > INCARNATION_SIZE;
  if (envelope[0] !== FIRST && !isLater) throw new ForgedEnvelopeError("not an envelope of ours");
  return joined(envelope.subarray(1, isLater ? 1 + INCARNATION_SIZE : 1));
}

/** Remembers which of the last `WINDOW` counters have been seen (RFC 4303, 3.4.3). */
export class ReplayWindow {
  /** By counter modulo `WINDOW`. */
  readonly #seen = new Map<bigint, bigint>();
  #highest = -1n;

  /** Whether this counter is new; it is not from now on. */
  accept(counter: bigint): boolean {
    const slot = counter % BigInt(WINDOW);
    if (counter <= this.#highest - BigInt(WINDOW) || this.#seen.get(slot) === counter) return false;
    this.#seen.set(slot, counter);
    if (counter > this.#highest) this.#highest = counter;
    return true;
  }
}

/** The counter, left-padded, XOR the IV (RFC 8446, 5.3). */
function nonceOf(iv: Bytes, counter: bigint): Bytes {
  const nonce = joined(iv);
  const view = new DataView(nonce.buffer);
  const at = NONCE_SIZE - 8;
  view.setBigUint64(at, view.getBigUint64(at) ^ counter);
  return nonce;
}

/** RFC 9000, 16: the two highest bits tell the length. */
function varint(value: bigint): Bytes {
  const lengthBits = [6n, 14n, 30n, 62n].findIndex((bits) => value < 1n << bits);
  const size = 1 << lengthBits;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, (value << BigInt(64 - 8 * size)) | (BigInt(lengthBits) << 62n));
  return new Uint8Array(view.buffer.slice(0, size));
}

/** The value, and where it ends. */
function readVarint(data: Uint8Array, at: number): { counter: bigint; end: number } {
  const first = data[at];
  if (first === undefined) throw new ForgedEnvelopeError("no counter");
  const end = at + (1 << (first >> 6));
  let counter = BigInt(first & 0x3f);
  for (const byte of data.subarray(at + 1, end)) counter = (counter << 8n) | BigInt(byte);
  return { counter, end };
}

/** The parcel, a marker, and zeros up to the next bucket, which is all a listener learns. */
function padded(parcel: Uint8Array, isLetter: boolean): Bytes {
  const size = parcel.length + 1;
  const letter = LETTER_BUCKETS.find((bytes) => bytes >= size);
  const plaintext = new Uint8Array(isLetter && letter !== undefined ? letter : bucket(size));
  plaintext.set(parcel);
  plaintext[parcel.length] = END;
  return plaintext;
}

function bucket(size: number): number {
  if (size > LARGEST_STEP) return Math.ceil(size / LARGEST_STEP) * LARGEST_STEP;
  let bytes = SMALLEST_BUCKET;
  while (bytes < size) bytes *= 2;
  const halfway = (bytes / 4) * 3;
  return halfway > SMALLEST_BUCKET && size <= halfway ? halfway : bytes;
}

function unpadded(plaintext: Bytes): Bytes {
  let at = plaintext.length - 1;
  while (plaintext[at] === 0) at -= 1;
  if (plaintext[at] !== END) throw new ForgedEnvelopeError("padding of another kind");
  return plaintext.slice(0, at);
}
