/**
 * What lies in a mailbox: one byte that tells the kind, then the body.
 *
 * A body that is not an envelope is padded as envelopes in letters are; see `client/core/letters.py`.
 */

import { areEqual } from "../bytes.ts";
import { LETTER_BUCKETS } from "./envelope.ts";
import { type Bytes, joined } from "./primitives.ts";

/** Bytes; the relay stores nothing larger. */
export const LETTER_LIMIT = 16_384;

/** Where a padded body ends. */
const END = 0x80;

/** In the order of their first byte. */
export const LETTER_KINDS = ["knock", "m1", "m2", "m3", "sealed", "refusal", "call", "bundle"] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

/** Bytes from a mailbox that are no letter of ours. */
export class LetterUnreadableError extends Error {
  override readonly name = "LetterUnreadableError";
}

/** One message through a mailbox. */
export class Letter {
  readonly kind: LetterKind;
  readonly body: Bytes;

  constructor(kind: LetterKind, body: Uint8Array) {
    this.kind = kind;
    this.body = joined(body);
  }

  /** The letter that carries this envelope of the session with this tag. */
  static sealed(sessionTag: Uint8Array, envelope: Uint8Array): Letter {
    return new Letter("sealed", joined(sessionTag, envelope));
  }

  /** The letter in these bytes; `LetterUnreadableError` if there is none. */
  static decode(data: Uint8Array): Letter {
    const kind = LETTER_KINDS[data[0] ?? LETTER_KINDS.length];
    if (kind === undefined || data.length > LETTER_LIMIT) {
      throw new LetterUnreadableError(`no letter in ${data.length} bytes`);
    }
    return new Letter(kind, kind === "sealed" ? data.subarray(1) : unpadded(data.subarray(1)));
  }

  /** The letter as the relay stores it. */
  encode(): Bytes {
    const body = this.kind === "sealed" ? this.body : padded(this.body);
    return joined(new Uint8Array([LETTER_KINDS.indexOf(this.kind)]), body);
  }

  /** Whether this is the page's part of the handshake. */
  get isM2(): boolean {
    return this.kind === "m2";
  }

  /** The envelope, if this letter carries one of the session with this tag. */
  envelopeFor(sessionTag: Uint8Array): Bytes | null {
    const tag = this.body.subarray(0, sessionTag.length);
    if (this.kind !== "sealed" || !areEqual(tag, sessionTag)) return null;
    return this.body.slice(sessionTag.length);
  }
}

function padded(body: Uint8Array): Bytes {
  const bucket = LETTER_BUCKETS.find((size) => size > body.length);
  if (bucket === undefined) throw new RangeError(`a body of ${body.length} bytes`);
  const data = new Uint8Array(bucket);
  data.set(body);
  data[body.length] = END;
  return data;
}

function unpadded(data: Uint8Array): Uint8Array {
  const end = data.findLastIndex((byte) => byte !== 0);
  if (data[end] !== END || LETTER_BUCKETS.every((size) => size !== data.length)) {
    throw new LetterUnreadableError("padding of another kind");
  }
  return data.subarray(0, end);
}
