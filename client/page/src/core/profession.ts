/** Proof of profession: a broker's word for the holder of a key; mirrors `client/core/profession.py`. */

import { areEqual, hex } from "../bytes.ts";
import { type Identity, isSignedBy, PUBLIC_SIZE, SIGNATURE_SIZE } from "./identity.ts";
import { CborError, isBytes, isCount, pack, unpack } from "./plain_cbor.ts";
import { type Bytes, joined, purpose, sha256 } from "./primitives.ts";

export const NONCE_SIZE = 16;
/** How long a broker may lend its word, in seconds. */
export const LASTS_S = 12 * 3_600;
/** Bytes of one attestation. */
export const SIZE_LIMIT = 2_048;
/** Characters of an issuer or a name. */
const TEXT_LIMIT = 256;
/** Between the broker's clock and ours, in seconds. */
const SKEW_S = 300;

/** Who logged in, as the provider says. */
export interface Professional {
  /** Address of the OpenID provider. */
  readonly issuer: string;
  /** 11 digits. */
  readonly rpps: string;
  readonly name: string;
}

/** One broker's word for one key, its signature verified. */
export interface Attestation {
  readonly who: Professional;
  readonly holder: Uint8Array;
  readonly nonce: Uint8Array;
  /** UTC seconds since 1970: the login. */
  readonly issued_s: number;
  readonly expires_s: number;
  readonly broker: Uint8Array;
}

/** The attestation in these bytes; `null` for anything its broker has not signed. */
export async function readAttestation(data: Uint8Array): Promise<Attestation | null> {
  const items = itemsOf(data);
  const [issuer, rpps, name, holder, nonce, issued_s, expires_s, broker, signature] = items;
  const areTexts = isText(issuer) && isText(name) && typeof rpps === "string" && isRpps(rpps);
  const areTimes = isCount(issued_s) && isCount(expires_s);
  const areKeys = isBytes(holder, PUBLIC_SIZE) && isBytes(broker, PUBLIC_SIZE);
  if (items.length !== 9 || !areTexts || !areTimes || !areKeys) return null;
  if (!isBytes(nonce, NONCE_SIZE) || !isBytes(signature, SIGNATURE_SIZE)) return null;
  const said = pack(issuer, rpps, name, holder, nonce, issued_s, expires_s);
  if (!(await isSignedBy(broker, "profession", signature, said))) return null;
  return { who: { issuer, rpps, name }, holder, nonce, issued_s, expires_s, broker };
}

/** Whether it may be shown of the person with this key now; `brokers` are those we trust. */
export function mayBeShown(
  { broker, holder, issued_s, expires_s }: Attestation,
  peer: Uint8Array,
  brokers: readonly Uint8Array[],
  now_ms: number,
): boolean {
  const now_s = now_ms / 1_000;
  const isKnown = brokers.some((known) => areEqual(known, broker));
  const isNow = now_s >= issued_s - SKEW_S && now_s < expires_s && expires_s - issued_s <= LASTS_S;
  return isKnown && areEqual(holder, peer) && isNow;
}

/** What the provider's token must repeat: the key, and once. */
export async function loginNonce(holder: Uint8Array, nonce: Uint8Array): Promise<string> {
  return hex(await sha256(joined(purpose("profession nonce"), holder, nonce)));
}

/** Shows the broker that who asks has the key. */
export function signRequest(
  holder: Pick<Identity, "sign">,
  broker: Uint8Array,
  nonce: Uint8Array,
): Promise<Bytes> {
  return holder.sign("profession request", joined(broker, nonce));
}

function itemsOf(data: Uint8Array): ReturnType<typeof unpack> {
  if (data.length > SIZE_LIMIT) return [];
  try {
    return unpack(data);
  } catch (error) {
    if (error instanceof CborError) return [];
    throw error;
  }
}

function isText(item: unknown): item is string {
  return typeof item === "string" && [...item].length <= TEXT_LIMIT;
}

function isRpps(text: string): boolean {
  return /^[0-9]{11}$/.test(text);
}
