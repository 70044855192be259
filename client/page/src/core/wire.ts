/**
 * What the two ends say to each other once they share keys; mirrors `client/core/wire.py`.
 *
 * A parcel is the CBOR array `[number, kind, *values]`: kind and fields by their numbers and places
 * (`client/core/parcels.py`). Numbered parcels are durable: the sender keeps them until the peer's
 * receipt. The meaning of each field stands in the Python module.
 */

import { CborError, dump, isBytes, isCount, loadSequence } from "./plain_cbor.ts";
import { type Bytes, joined } from "./primitives.ts";

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

/** What a field may hold. */
interface Values {
  bytes: Uint8Array;
  count: number;
  counts: readonly number[];
  flag: boolean;
  text: string;
  texts: readonly string[];
  "text?": string | null;
  "count?": number | null;
  number: number;
  "number?": number | null;
  items: readonly Readonly<Record<string, string | null>>[];
}

/** Every kind, its place being its number on the wire, and its fields in the order they travel. */
const FIELDS = {
  hello: {
    local_fingerprint: "bytes",
    remote_fingerprint: "bytes",
    sent_ms: "count",
    frames: "count",
  },
  received: { up_to: "count", beyond: "counts" },
  /** `kind` tells messages apart here, so the signal's own is called otherwise. */
  signal: { signal_kind: "text", attempt: "count", sdp: "text" },
  words_compared: { equal: "flag" },
  card: { name: "text", place: "text" },
  text: { text: "text", written_ms: "count" },
  goodbye: { reason: "text", at_ms: "count" },
  intake: { name: "text", reason: "text", at_ms: "count" },
  measured: {
    vital: "text",
    value: "number?",
    unit: "text",
    quality: "text",
    taken_ms: "count",
    model: "text",
    serial: "text?",
    origin: "text",
    record: "count?",
    measured_at: "text?",
    marks: "texts",
    sent_as: "text?",
    firmware: "text?",
  },
  wave_samples: { wave: "text", samples: "bytes", rate_hz: "count", started_ms: "count" },
  instruments: { items: "items" },
  link_report: {
    sent_ms: "count",
    up_bps: "count",
    voice_bps: "count",
    picture_bps: "count",
    still_bps: "count",
    usable_bps: "count",
    queue_ms: "count",
    loss_pct: "count",
    down_bps: "count",
    picture: "text",
    beat_ms: "count",
    preference: "text",
    weak: "text",
    is_muted: "flag",
    is_camera_off: "flag",
    is_paused: "flag",
  },
  still_offered: {
    id: "count",
    label: "text",
    size: "count",
    sha256: "bytes",
    width: "count",
    height: "count",
    taken_ms: "count",
    media_type: "text",
    part: "text",
    of: "count",
    area: "counts",
    flaw: "text",
  },
  still_piece: { id: "count", offset: "count", data: "bytes" },
  still_held: { id: "count", size: "count", beyond: "counts" },
  still_received: { id: "count", sha256: "bytes" },
  asked: { id: "count", what: "text", text: "text" },
  ask_answered: { id: "count", outcome: "text" },
  summary: { text: "text", written_ms: "count" },
  picture_asked: { preference: "text" },
  page_report: {
    sent_ms: "count",
    frames_decoded: "count",
    voice_concealed_pct: "number",
    rtt_ms: "count",
    voice_delay_ms: "count",
    frozen_ms: "count",
    received_bps: "count",
    loss_pct: "count",
  },
  lab_result: {
    test: "text",
    value: "text?",
    unit: "text?",
    quality: "text",
    taken_ms: "count",
    model: "text",
    serial: "text?",
    origin: "text",
    record: "count?",
    measured_at: "text?",
    marks: "texts",
    loinc: "text?",
    reference_range: "text?",
    flags: "text?",
    firmware: "text?",
  },
  region_asked: { id: "count", left: "count", top: "count", width: "count", height: "count" },
  acquaintance: { name: "text", role: "text", rpps: "text?", bundle: "bytes" },
} as const satisfies Record<string, Record<string, keyof Values>>;

type Kind = keyof typeof FIELDS;
type FieldsOf<F> = { readonly [N in keyof F]: F[N] extends keyof Values ? Values[F[N]] : never };

/** The last fields of a kind, as they are when nothing is said; then they do not travel. */
const TAILS: { readonly [K in Kind]?: Partial<FieldsOf<(typeof FIELDS)[K]>> } = {
  hello: { frames: 0 },
  measured: {
    origin: "live",
    record: null,
    measured_at: null,
    marks: [],
    sent_as: null,
    firmware: null,
  },
  lab_result: {
    origin: "stored",
    record: null,
    measured_at: null,
    marks: [],
    loinc: null,
    reference_range: null,
    flags: null,
    firmware: null,
  },
  still_offered: { media_type: "image/jpeg", part: "whole", of: 0, area: [], flaw: "" },
};

/** One thing said, told apart by its `kind`. */
export type Message = {
  [K in Kind]: { readonly kind: K } & FieldsOf<(typeof FIELDS)[K]>;
}[Kind];

/** One message on its way, with its number where it is durable. */
export interface Parcel {
  readonly number: number | null;
  readonly message: Message;
}

const DURABLE: ReadonlySet<Kind> = new Set<Kind>([
  "words_compared",
  "card",
  "text",
  "goodbye",
  "intake",
  "measured",
  "still_offered",
  "still_received",
  "asked",
  "ask_answered",
  "summary",
  "picture_asked",
  "lab_result",
  "region_asked",
  "acquaintance",
]);

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
  if (Array.isArray(usual)) return Array.isArray(said) && said.length === usual.length;
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
