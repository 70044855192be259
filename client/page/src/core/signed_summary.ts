/** What exactly a GP signs of a summary; mirrors `client/core/signed_summary.py`. */

import { type Identity, isSignedBy } from "./identity.ts";
import { pack } from "./plain_cbor.ts";
import { type Bytes, joined } from "./primitives.ts";
import type { Message } from "./wire.ts";

const LABEL = "summary";
const HASH_BYTES = 32;

type Summary = Extract<Message, { kind: "summary" }>;

/** What the signature covers beside the summary's own words. */
export interface Circumstances {
  /** SHA-256 of each of the summary's stills, in their order. */
  readonly stills: readonly Uint8Array[];
  /** SHA-256 of each of its files, in their order. */
  readonly files: readonly Uint8Array[];
  readonly sitePublic: Uint8Array;
  readonly sessionTag: Uint8Array;
}

/** What is signed; `RangeError` when a hash is missing or no SHA-256. */
export function statement(summary: Summary, around: Circumstances): Bytes {
  const { text, written_ms, template } = summary;
  const stills = hashesOf(summary.stills, around.stills);
  const files = hashesOf(summary.files, around.files);
  return pack(text, written_ms, template, stills, files, around.sitePublic, around.sessionTag);
}

/** The summary with the GP's signature. */
export async function signed(
  summary: Summary,
  around: Circumstances,
  signer: Pick<Identity, "sign">,
): Promise<Summary> {
  return { ...summary, signature: await signer.sign(LABEL, statement(summary, around)) };
}

/** Whether the owner of this key signed these words under these circumstances. */
export async function isSummarySignedBy(
  gpPublic: Uint8Array,
  summary: Summary,
  around: Circumstances,
): Promise<boolean> {
  return isSignedBy(gpPublic, LABEL, summary.signature, statement(summary, around));
}

function hashesOf(ids: readonly number[], hashes: readonly Uint8Array[]): Bytes {
  const areHashes = hashes.every(({ length }) => length === HASH_BYTES);
  if (ids.length !== hashes.length || !areHashes) throw new RangeError("one SHA-256 for each id");
  return joined(...hashes);
}
