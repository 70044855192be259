/** What lies in a mailbox: one byte that tells the kind, then the body. */

import { areEqual } from "../bytes.ts";
import { type Bytes, joined } from "./primitives.ts";

/** Bytes; the relay stores nothing larger. */
export const LETTER_LIMIT = 16_384;

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
    return new Letter(kind, data.subarray(1));
  }

  /** The letter as the relay stores it. */
  encode(): Bytes {
    return joined(new Uint8Array([LETTER_KINDS.indexOf(this.kind)]), this.body);
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
