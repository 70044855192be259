/** What passes under the invitation's secret alone: the GP's bundle, and the site's refusal. */

import { type Identity, isSignedBy } from "./identity.ts";
import type { Invitation } from "./invitation.ts";
import { CborError, type Item, pack, unpack } from "./plain_cbor.ts";
import { aesKey, aesOpen, aesSeal, type Bytes, type Entropy, joined, utf8 } from "./primitives.ts";

const NONCE_SIZE = 12;
const KEY_SIZE = 32;

/** What the site tells a page it turns away. */
export const REASONS = ["used", "expired", "changed_key"] as const;
export type Reason = (typeof REASONS)[number];

/** A letter that is not what its kind says; the handshake counts it and goes on without it. */
export class BadLetterError extends Error {
  override readonly name = "BadLetterError";
}

/** The GP's identity and a prekey it signed, in their only spelling. */
export async function signedBundle(
  identity: Identity,
  prekey: Uint8Array,
  expires_s: number,
): Promise<Bytes> {
  const said = [identity.public, prekey, expires_s] as const;
  return pack(...said, await identity.sign("bundle", pack(...said)));
}

/** Body of a KNOCK. */
export async function sealKnock(
  invitation: Invitation,
  bundle: Uint8Array,
  entropy: Entropy,
): Promise<Bytes> {
  const nonce = entropy(NONCE_SIZE);
  const key = await aesKey(await invitation.derived("knock", KEY_SIZE));
  return joined(nonce, await aesSeal(key, nonce, pack(bundle), invitation.siteAddress));
}

/** The reason in a REFUSAL; `BadLetterError` if it is none of ours. */
export async function openRefusal(invitation: Invitation, body: Bytes): Promise<Reason> {
  const nonce = body.slice(0, NONCE_SIZE);
  const key = await aesKey(await invitation.derived("knock", KEY_SIZE));
  const context = joined(utf8("refusal"), invitation.siteAddress);
  const plaintext = await aesOpen(key, nonce, body.slice(NONCE_SIZE), context);
  if (plaintext === null) throw new BadLetterError("not sealed with the invitation's secret");
  const [said, ...more] = itemsOf(plaintext);
  const reason = REASONS.find((known) => known === said);
  if (reason === undefined || more.length > 0) throw new BadLetterError("not a refusal");
  return reason;
}

/** `unpack`, for letters. */
export function itemsOf(data: Uint8Array): readonly Item[] {
  try {
    return unpack(data);
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    throw new BadLetterError("not an array of ours", { cause: error });
  }
}

/** Return if the owner of the key signed this; else `BadLetterError`. */
export async function check(
  publicBytes: Uint8Array,
  label: string,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<void> {
  if (!(await isSignedBy(publicBytes, label, signature, data))) {
    throw new BadLetterError("a forged signature");
  }
}
