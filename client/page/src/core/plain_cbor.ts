/**
 * The few kinds of CBOR both ends use, in their only spelling; mirrors `client/core/plain_cbor.py`.
 *
 * No tags, no indefinite lengths, no floats that could be shorter: what `load` accepts is, byte for
 * byte, what `dump` would write.
 */

import { decodeFirst, encode } from "cborg";
import { areEqual } from "../bytes.ts";
import { type Bytes, joined } from "./primitives.ts";

/** An array of these is all that the handshake and the invitation use. */
export type Item = Uint8Array | string | number | null;

/** The bytes are not CBOR, or more of it than we use. */
export class CborError extends Error {
  override readonly name = "CborError";
}

/** The value's CBOR; maps keep their order, floats have 64 bits. */
export function dump(value: unknown): Bytes {
  return joined(encode(value, { float64: true, mapSorter: () => 0 }));
}

/** What these bytes say, maps as `Map`; `CborError` unless `dump` would write the very same. */
export function load(data: Uint8Array): unknown {
  const [item] = loadSequence(data, 1);
  if (item === undefined) throw new CborError("nothing");
  return item;
}

/** What these bytes say one after the other (RFC 8742), at most `limit` items; else as `load`. */
export function loadSequence(data: Uint8Array, limit: number): readonly unknown[] {
  const items: unknown[] = [];
  let rest = data;
  while (rest.length > 0) {
    if (items.length === limit) throw new CborError("more items than we use");
    const [item, after] = parsedFirst(rest);
    items.push(item);
    rest = after;
  }
  if (!areEqual(speltAgain(items), data)) throw new CborError("another spelling than ours");
  return items;
}

function speltAgain(items: readonly unknown[]): Bytes {
  try {
    return joined(...items.map(dump));
  } catch (error) {
    throw new CborError("nested deeper than can be written", { cause: error });
  }
}

/** The items as one CBOR array. */
export function pack(...items: readonly Item[]): Bytes {
  return dump(items);
}

/** The items `pack` made these bytes of; `CborError` for any other bytes. */
export function unpack(data: Uint8Array): readonly Item[] {
  const items = load(data);
  if (!Array.isArray(items) || !items.every(isItem)) throw new CborError("not a plain array");
  return items;
}

export function isBytes(value: unknown, size?: number): value is Uint8Array {
  return value instanceof Uint8Array && (size === undefined || value.length === size);
}

/** Whole, not negative, exact. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function parsedFirst(data: Uint8Array): [unknown, Uint8Array] {
  try {
    return decodeFirst(data, {
      strict: true,
      useMaps: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
  } catch (error) {
    throw new CborError("not CBOR of ours", { cause: error });
  }
}

function isItem(value: unknown): value is Item {
  return value === null || typeof value === "string" || isCount(value) || isBytes(value);
}
