/** The parts that need no browser; what other programs read of it is in tests/end_to_end. */

import { expect, test } from "vitest";
import type { Drawer, Drawing } from "@page/exports/pdf/drawing.ts";
import { codesOf, widthOf } from "@page/exports/pdf/helvetica.ts";
import { DRAWN_LIMIT, Lettering } from "@page/exports/pdf/lettering.ts";
import { linesOf, type Placed, type Run } from "@page/exports/pdf/lines.ts";
import { Objects } from "@page/exports/pdf/objects.ts";
import { readJpeg } from "@page/exports/pdf/pictures.ts";
import { BODY, Sheets, TITLE } from "@page/exports/pdf/sheets.ts";

const BOX = { left: 0, bottom: -10, right: 90, top: 90 };
const NOBODY: Drawer = () => null;
/** A tenth of an em for each sign, all ink. */
const square = (text: string): Drawing => {
  return { width: 100 * text.length, box: BOX, columns: 8, rows: 1, bits: Uint8Array.of(0xff) };
};
const WIDE = 20_000;

function lettering(draw: Drawer = square): Lettering {
  return new Lettering(new Objects(), draw);
}

function regular(text: string): readonly Run[] {
  return [{ text, weight: "regular" }];
}

function widthsOf(lines: readonly (readonly Placed[])[]): readonly number[] {
  return lines.map((line) => line.reduce((sum, { word, isApart }) => sum + word.width + (isApart ? 278 : 0), 0));
}

test("French and the signs beside it are written in Helvetica, at its widths", () => {
  const text = "Œdème « aigu » : 38,5 °C, 128/79 – l’été, 5 €…";
  expect(codesOf(text)).not.toBeNull();
  expect(widthOf(codesOf("W") ?? [], "regular")).toBe(944);
  expect(widthOf(codesOf("é") ?? [], "bold")).toBe(556);
  expect(codesOf("Ş")).toBeNull();
  expect(codesOf("\u0081")).toBeNull();
});

test("a word that Helvetica cannot write is drawn once, and is spelt out where nothing draws", () => {
  const drawn: string[] = [];
  const letters = lettering((text) => {
    drawn.push(text);
    return square(text);
  });
  expect(letters.word("Şahin", "regular")).toEqual(letters.word("Şahin", "regular"));
  expect(drawn).toEqual(["Şahin"]);
  const spelt = codesOf("[U+015E]ahin")?.map((code) => code.toString(16)).join("");
  expect(lettering(NOBODY).word("Şahin", "regular")).toMatchObject({ font: "F1", hex: spelt });
});

test("drawn words are bounded: what comes later is spelt out", () => {
  const letters = lettering();
  const fonts = Array.from({ length: DRAWN_LIMIT + 5 }, (_, at) => letters.word(`Ş${at}`, "regular").font);
  expect(fonts.slice(0, 256)).toEqual([...Array<string>(255).fill("D0"), "D1"]);
  expect(fonts.slice(DRAWN_LIMIT)).toEqual(Array<string>(5).fill("F1"));
});

test.each([
  "un deux trois quatre cinq six sept huit neuf dix ".repeat(40),
  "W".repeat(3_000),
  "Ş".repeat(3_000),
  `a${"\n".repeat(5)}b`,
  "ŞŞ ŞŞ ".repeat(500),
])("no line is wider than its column (%#)", (text) => {
  const lines = linesOf(regular(text), WIDE, lettering());
  for (const width of widthsOf(lines)) expect(width).toBeLessThanOrEqual(WIDE);
});

test("nothing is lost at the ends of lines", () => {
  const text = "un deux  trois\tquatre\ncinq";
  const lines = linesOf(regular(text.repeat(200)), 4_000, lettering());
  const said = lines.flat().map(({ word }) => decoded(word.hex)).join("");
  expect(said).toBe(text.repeat(200).replace(/\s/g, ""));
});

function decoded(hex: string): string {
  return (hex.match(/../g) ?? []).map((code) => String.fromCharCode(Number.parseInt(code, 16))).join("");
}

test("words of another script that follow each other are drawn as one, in their own order", () => {
  const [line = []] = linesOf(regular("dit منذ ثلاثة أيام ici"), WIDE, lettering());
  expect(line.map(({ word }) => word.font)).toEqual(["F1", "D0", "F1"]);
});

test("text goes on from sheet to sheet, each with its number and its part of the tree", () => {
  const sheets = new Sheets(square);
  sheets.write([{ text: "Titre", weight: "bold" }], TITLE);
  for (let at = 0; at < 120; at += 1) sheets.write(regular(`ligne ${at}`), BODY);
  const feet: string[] = [];
  const about = { title: "T", language: "fr-FR", made: "D:20261122131000Z" };
  const foot = (page: number, pages: number) => {
    feet.push(`${page}/${pages}`);
    return `${page}/${pages}`;
  };
  const file = new TextDecoder("latin1").decode(sheets.written({ ...about, foot }));
  expect(feet).toEqual(["1/3", "2/3", "3/3"]);
  expect(file).toContain("/Count 3");
  expect(file.match(/\/S\/P\//g)?.length).toBe(120);
  for (const [place, at] of placesOf(file)) expect(file.slice(at)).toMatch(new RegExp(`^${place} 0 obj`));
});

/** Every object's number and where the file says it begins. */
function placesOf(file: string): readonly (readonly [number, number])[] {
  const rows = [...file.matchAll(/^(\d{10}) 00000 n $/gm)];
  expect(rows.length).toBeGreaterThan(120);
  return rows.map(([, at], row) => [row + 1, Number(at)]);
}

const JPEG = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0];
const FRAME = [0xff, 0xc0, 0, 17, 8, 0, 64, 0, 96, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];

test("a JPEG says how large it is", () => {
  const data = Uint8Array.from([...JPEG, ...FRAME]);
  expect(readJpeg(data)).toMatchObject({ width: 96, height: 64, components: 3 });
});

test.each([
  [[]],
  [[0xff, 0xd8]],
  [JPEG],
  [[...JPEG, 0xff, 0xda, ...FRAME.slice(2)]],
  [[...JPEG, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0, 0, 0, 0, 0]],
  [[...JPEG, ...FRAME.slice(0, 9), 4, ...FRAME.slice(10)]],
  [[...JPEG, ...FRAME.slice(0, 5), 0, 0, ...FRAME.slice(7)]],
  [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0, 0, 0]],
])("what is no picture a PDF may hold is told to be none (%#)", (bytes) => {
  expect(readJpeg(Uint8Array.from(bytes))).toBeNull();
});
