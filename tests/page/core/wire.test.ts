import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { dump } from "@page/core/plain_cbor.ts";
import {
  decode,
  encode,
  encodeTogether,
  isDurable,
  KINDS,
  type Message,
  PARCEL_LIMIT,
  TEXT_LIMIT,
  TOGETHER_LIMIT,
  WireError,
} from "@page/core/wire.ts";
import vectors from "../../vectors/wire.json";
import { flipped, unhex } from "./vectors.ts";

type Case = (typeof vectors.cases)[number];

/** The message of a vector; bytes are written there as `{"hex": ...}`. */
function messageOf({ kind, fields }: Case): Message {
  const values = Object.entries(fields).map(([name, value]: [string, unknown]) => {
    const isHex = typeof value === "object" && value !== null && "hex" in value;
    const ours = kind === "signal" && name === "kind" ? "signal_kind" : name;
    return [ours, isHex ? unhex(String(value.hex)) : value];
  });
  return { kind, ...Object.fromEntries(values) } as Message;
}

test.each(vectors.cases)("a $kind is written and read as in the vectors", (known) => {
  const parcel = { number: known.number, message: messageOf(known) };
  expect(hex(encode(parcel))).toBe(known.cbor);
  expect(decode(unhex(known.cbor))).toEqual([parcel]);
  expect(isDurable(parcel.message)).toBe(known.number !== null);
});

test("the vectors have every kind", () => {
  expect(new Set(vectors.cases.map(({ kind }) => kind))).toEqual(new Set(KINDS));
});

test("parcels that travel together are written and read as in the vectors", () => {
  for (const { cases, cbor } of vectors.together) {
    const parcels = cases.map((place) => {
      const known = vectors.cases[place] as Case;
      return { number: known.number, message: messageOf(known) };
    });
    expect(hex(encodeTogether(parcels))).toBe(cbor);
    expect(decode(unhex(cbor))).toEqual(parcels);
  }
});

test("more parcels than go together are refused, and not one less", () => {
  const parcel = { number: null, message: { kind: "still_held", id: 1, size: 0, beyond: [] } } as const;
  const full = Array.from({ length: TOGETHER_LIMIT }, () => parcel);
  expect(decode(encodeTogether(full))).toEqual(full);
  expect(() => decode(encodeTogether([...full, parcel]))).toThrow(WireError);
});

test.each(Object.entries(vectors.refused))("refused: %s", (_, bytes) => {
  expect(() => decode(unhex(bytes))).toThrow(WireError);
});

test("a damaged parcel is refused or is another one of ours", () => {
  for (const { cbor } of vectors.cases) {
    const data = unhex(cbor);
    for (let bit = 0; bit < data.length * 8; bit += 11) {
      const damaged = flipped(data, bit);
      const parcels = decodedOrNull(damaged);
      if (parcels !== null) expect(hex(encodeTogether(parcels))).toBe(hex(damaged));
    }
  }
});

test("hostile bytes are refused and nothing worse", () => {
  let state = 1;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state >> 16;
  };
  for (let round = 0; round < 2_000; round += 1) {
    const bytes = Uint8Array.from({ length: next() % 60 }, () => next() & 0xff);
    expect(() => decode(bytes)).toThrow(WireError);
  }
});

test("nesting without end is refused", () => {
  // Some that can be read could not be written again.
  for (let depth = 100; depth < PARCEL_LIMIT; depth += 100) {
    const nested = new Uint8Array(depth + 1).fill(0x81);
    nested[depth] = 0;
    expect(() => decode(nested)).toThrow(WireError);
  }
  expect(() => decode(new Uint8Array(PARCEL_LIMIT).fill(0x81))).toThrow(WireError);
});

test("a parcel beyond the limit is not even read", () => {
  expect(() => decode(new Uint8Array(PARCEL_LIMIT + 1))).toThrow(WireError);
});

test("texts are measured in characters, as the site measures them", () => {
  const said = (text: string) =>
    encode({ number: 1, message: { kind: "text", text, written_ms: 0 } });
  const eyes = "👁".repeat(PARCEL_LIMIT / 4 - 20); // two UTF-16 units each
  expect(decode(said(eyes))).toMatchObject([{ message: { text: eyes } }]);
  expect(decode(said("x".repeat(TEXT_LIMIT)))).toMatchObject([{ message: { kind: "text" } }]);
  expect(() => decode(said("x".repeat(TEXT_LIMIT + 1)))).toThrow(WireError);
});

test("a name is no kind, whether objects already have it or it is a kind's own", () => {
  for (const name of ["__proto__", "constructor", "toString", "still_held", "length"]) {
    expect(() => decode(dump([null, name, 1, 0, []]))).toThrow(WireError);
  }
});

function decodedOrNull(data: Uint8Array) {
  try {
    return decode(data);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return null;
  }
}
