/**
 * What the two ends say to each other once they share keys; mirrors `client/core/wire`.
 *
 * A parcel is the CBOR array `[number, kind, *values]`: kind and fields by their numbers and places
 * (`client/core/parcels.py`). Numbered parcels are durable: the sender keeps them until the peer's
 * receipt. The meaning of each field stands in the Python module.
 */

import { CborError, dump, isBytes, isCount, loadSequence } from "./plain_cbor.ts";
import { type Bytes, joined } from "./primitives.ts";
import { DURABLE, FIELDS, type FieldsOf, type Kind, TAILS, type Values } from "./wire_fields.ts";

/** Bytes; the largest whose envelope, padded, is still a letter the relay takes. */
export const PARCEL_LIMIT = 15 * 1_024 - 1;
/** Parcels in one envelope. */
export const TOGETHER_LIMIT = 64;
/** Characters of any one text, as Unicode counts them. */
export const TEXT_LIMIT = 8_192;

/** The peer sent something that is not a message of ours. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** One thing said, told apart by its `kind`. */
export type Message = {
  [K in Kind]: { readonly kind: K } & FieldsOf<(typeof FIELDS)[K]>;
}[Kind];

/** One message on its way, with its number where it is durable. */
export interface Parcel {
  readonly number: number | null;
  readonly message: Message;
}

/** The kinds by their numbers on the wire. */
export const KINDS = Object.keys(FIELDS) as readonly Kind[];

/** Whether it is numbered, kept and repeated until the peer's receipt. */
export function isDurable(message: Message): boolean {
  return DURABLE.has(message.kind);
}

/** The parcel's CBOR. */
export function encode(parcel: Parcel): Bytes {
  const { number, message } = parcel;
  const values = message as unknown as Readonly<Record<string, unknown>>;
  const names = Object.keys(FIELDS[message.kind]);
  const tail = tailOf(message.kind);
  while (names.length > 0 && isSilent(tail, names.at(-1) as string, values)) names.pop();
  return dump([number, KINDS.indexOf(message.kind), ...names.map((name) => values[name])]);
}

function tailOf(kind: Kind): Readonly<Record<string, unknown>> {
  return (TAILS[kind] ?? {}) as Readonly<Record<string, unknown>>;
}

/** Whether a field says nothing beyond what is so anyway. */
function isSilent(
  tail: Readonly<Record<string, unknown>>,
  name: string,
  values: Readonly<Record<string, unknown>>,
): boolean {
  const [usual, said] = [tail[name], values[name]];
  if (Array.isArray(usual) || usual instanceof Uint8Array) {
    return (said as { length: number }).length === usual.length;
  }
  return name in tail && usual === said;
}

/** The parcels' CBOR, to travel in one envelope. */
export function encodeTogether(parcels: readonly Parcel[]): Bytes {
  return joined(...parcels.map(encode));
}

/** The parcels, one at least, in these bytes; `WireError` for anything that is not of `encode`. */
export function decode(data: Uint8Array): readonly Parcel[] {
  if (data.length > PARCEL_LIMIT) throw new WireError(`parcels of ${data.length} bytes`);
  const items = loaded(data);
  if (items.length === 0) throw new WireError("no parcel");
  return items.map(parcelOf);
}

function loaded(data: Uint8Array): readonly unknown[] {
  try {
    return loadSequence(data, TOGETHER_LIMIT);
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    throw new WireError("not CBOR, or too much of it", { cause: error });
  }
}

function parcelOf(item: unknown): Parcel {
  if (!Array.isArray(item)) throw new WireError("not a parcel");
  const [number, code, ...values] = item as readonly unknown[];
  const kind = isCount(code) ? KINDS[code] : undefined;
  if (kind === undefined) throw new WireError("not a parcel");
  if (DURABLE.has(kind) ? !isCount(number) || number === 0 : number !== null) {
    throw new WireError(`a ${kind} with a number that is none of ours`);
  }
  return { number: number as number | null, message: messageOf(kind, values) };
}

function messageOf(kind: Kind, values: readonly unknown[]): Message {
  const expected = Object.entries(FIELDS[kind]) as [string, keyof Values][];
  const tail = tailOf(kind);
  const fewest = expected.length - Object.keys(tail).length;
  if (values.length < fewest || values.length > expected.length) {
    throw new WireError(`a ${kind} with more or fewer fields than ours`);
  }
  const message: Record<string, unknown> = { kind, ...tail };
  for (const [at, [name, type]] of expected.slice(0, values.length).entries()) {
    const value = values[at];
    if (!CHECKS[type](value)) throw new WireError(`${kind}.${name} of the wrong type`);
    message[name] = type === "items" ? (value as Map<string, string>[]).map(plain) : value;
  }
  const last = expected[values.length - 1]?.[0];
  if (last !== undefined && isSilent(tail, last, message)) {
    throw new WireError(`a ${kind} in another spelling than ours`);
  }
  return message as unknown as Message;
}

function isText(value: unknown): value is string {
  // Characters, not UTF-16 units; no text is shorter in units than in characters.
  if (typeof value !== "string") return false;
  return value.length <= TEXT_LIMIT || [...value].length <= TEXT_LIMIT;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isFlatMap(value: unknown): boolean {
  if (!(value instanceof Map)) return false;
  return [...value].every(
    ([name, held]) => typeof name === "string" && (held === null || typeof held === "string"),
  );
}

function plain(map: ReadonlyMap<string, string | null>): Record<string, string | null> {
  return Object.fromEntries(map);
}

const CHECKS: { readonly [T in keyof Values]: (value: unknown) => boolean } = {
  bytes: (value) => isBytes(value),
  count: isCount,
  counts: (value) => Array.isArray(value) && value.every(isCount),
  flag: (value) => typeof value === "boolean",
  text: isText,
  texts: (value) => Array.isArray(value) && value.every(isText),
  "text?": (value) => value === null || isText(value),
  "count?": (value) => value === null || isCount(value),
  number: isNumber,
  "number?": (value) => value === null || isNumber(value),
  items: (value) => Array.isArray(value) && value.every(isFlatMap),
};
