import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { LETTER_KINDS, LETTER_LIMIT, Letter, LetterUnreadableError } from "@page/core/letters.ts";
import vectors from "../../vectors/letters.json";
import { unhex } from "./vectors.ts";

test.each(vectors.cases)("a letter of kind $kind", ({ kind, body, bytes }) => {
  const letter = Letter.decode(unhex(bytes));
  expect(letter.kind).toBe(kind.toLowerCase());
  expect(hex(letter.body)).toBe(body);
  expect(hex(letter.encode())).toBe(bytes);
  expect(letter.isM2).toBe(kind === "M2");
});

test("the vectors have every kind", () => {
  expect(vectors.cases.map(({ kind }) => kind.toLowerCase())).toEqual(LETTER_KINDS);
});

test("a sealed letter opens for its session only", () => {
  const { tag, envelope, bytes } = vectors.sealed;
  const letter = Letter.sealed(unhex(tag), unhex(envelope));
  expect(hex(letter.encode())).toBe(bytes);
  expect(hex(letter.envelopeFor(unhex(tag)) ?? unhex(""))).toBe(envelope);
  expect(letter.envelopeFor(new Uint8Array(8))).toBeNull();
  expect(new Letter("m1", letter.body).envelopeFor(unhex(tag))).toBeNull();
});

test.each(vectors.unreadable)("no letter: %s", (bytes) => {
  expect(() => Letter.decode(unhex(bytes))).toThrow(LetterUnreadableError);
});

test("a letter the relay would not store is refused", () => {
  const sealed = (size: number) => new Uint8Array(size).fill(LETTER_KINDS.indexOf("sealed"), 0, 1);
  expect(Letter.decode(sealed(LETTER_LIMIT)).kind).toBe("sealed");
  expect(() => Letter.decode(sealed(LETTER_LIMIT + 1))).toThrow(LetterUnreadableError);
});
