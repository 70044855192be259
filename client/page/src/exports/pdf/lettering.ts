/** Words ready to be set: in Helvetica, or as a letter of their own that says which text it is. */

import { utf8 } from "../../core/primitives.ts";
import type { Drawer, Drawing } from "./drawing.ts";
import { codesOf, type Weight, widthOf } from "./helvetica.ts";
import { type Objects, utf16Hex } from "./objects.ts";

/** What is set without a break. */
export interface Word {
  /** The font's name in the page's resources. */
  readonly font: string;
  /** Codes of that font, in hexadecimal. */
  readonly hex: string;
  /** Thousandths of an em. */
  readonly width: number;
}

/** Words of one font: they are told apart by one byte, of which zero is for the letter m. */
const FONT_LIMIT = 255;
/** Programs that read text out guess how large a font is by its m (thousandths of an em). */
const M_WIDTH = 600;
/** Drawn words of one document; chosen: pages of another script. Later ones are spelt out. */
export const DRAWN_LIMIT = 2_048;
const NAMES: Readonly<Record<Weight, string>> = { regular: "F1", bold: "F2" };
const BASE: Readonly<Record<Weight, string>> = { regular: "Helvetica", bold: "Helvetica-Bold" };

interface Drawn {
  readonly text: string;
  readonly drawing: Drawing;
}

export class Lettering {
  readonly #objects: Objects;
  readonly #draw: Drawer;
  readonly #drawn: Drawn[] = [];
  readonly #known = new Map<string, Word>();

  constructor(objects: Objects, draw: Drawer) {
    this.#objects = objects;
    this.#draw = draw;
  }

  /** This text, in one piece. */
  word(text: string, weight: Weight): Word {
    const codes = codesOf(text);
    if (codes !== null) return inHelvetica(codes, weight);
    const key = `${weight} ${text}`;
    const word = this.#known.get(key) ?? this.#drawnWord(text, weight) ?? spelt(text, weight);
    this.#known.set(key, word);
    return word;
  }

  #drawnWord(text: string, weight: Weight): Word | null {
    const at = this.#drawn.length;
    const drawing = at < DRAWN_LIMIT ? this.#draw(text, weight === "bold") : null;
    if (drawing === null) return null;
    this.#drawn.push({ text, drawing });
    const code = codeOf(at % FONT_LIMIT);
    return { font: `D${Math.floor(at / FONT_LIMIT)}`, hex: code, width: drawing.width };
  }

  /** The fonts used, as an entry of the pages' resources. */
  resources(): string {
    const fonts = (["regular", "bold"] as const).map((weight) => {
      const told = `/Type/Font/Subtype/Type1/BaseFont/${BASE[weight]}/Encoding/WinAnsiEncoding`;
      return `/${NAMES[weight]} ${this.#objects.add(`<<${told}>>`)} 0 R`;
    });
    for (let at = 0; at < this.#drawn.length; at += FONT_LIMIT) {
      const font = drawnFont(this.#objects, this.#drawn.slice(at, at + FONT_LIMIT));
      fonts.push(`/D${at / FONT_LIMIT} ${font} 0 R`);
    }
    return `/Font<<${fonts.join("")}>>`;
  }
}

function inHelvetica(codes: readonly number[], weight: Weight): Word {
  const hex = codes.map((code) => code.toString(16)).join("");
  return { font: NAMES[weight], hex, width: widthOf(codes, weight) };
}

/** As the site's documents do: nothing that someone wrote is left out silently. */
function spelt(text: string, weight: Weight): Word {
  const signs = Array.from(text, (sign) => (codesOf(sign) === null ? pointOf(sign) : sign));
  return inHelvetica(codesOf(signs.join("")) ?? [], weight);
}

function pointOf(sign: string): string {
  return `[U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** A font whose letters are these words (ISO 32000-1, 9.6.5); readers copy and search the words. */
function drawnFont(objects: Objects, words: readonly Drawn[]): number {
  const stencils = words.map(({ drawing: { columns, rows, bits } }) => {
    const shape = `/Width ${columns}/Height ${rows}/ImageMask true/BitsPerComponent 1/Decode[1 0]`;
    return objects.stream(`/Type/XObject/Subtype/Image${shape}`, bits);
  });
  const letters = words.map(({ drawing: { width, box } }, at) => {
    const { left, bottom, right, top } = box;
    const placed = `${right - left} 0 0 ${top - bottom} ${left} ${bottom} cm/I${at} Do`;
    return objects.stream("", utf8(`${width} 0 ${left} ${bottom} ${right} ${top} d1 ${placed}`));
  });
  const empty = objects.stream("", utf8(`${M_WIDTH} 0 d0`));
  const names = words.map((_, at) => `/w${at}`).join("");
  const pictures = stencils.map((number, at) => `/I${at} ${number} 0 R`).join("");
  const programs = letters.map((number, at) => `/w${at} ${number} 0 R`).join("");
  const widths = words.map(({ drawing }) => drawing.width).join(" ");
  return objects.add(
    "<</Type/Font/Subtype/Type3/FontMatrix[0.001 0 0 0.001 0 0]" +
      `/FontBBox[${boxAround(words)}]` +
      `/Encoding<</Type/Encoding/Differences[0/m${names}]>>/FirstChar 0/LastChar ${words.length}` +
      `/Widths[${M_WIDTH} ${widths}]/CharProcs<</m ${empty} 0 R${programs}>>/Resources<</XObject<<${pictures}>>>>` +
      `/ToUnicode ${objects.stream("", utf8(told(words)))} 0 R>>`,
  );
}

function boxAround(words: readonly Drawn[]): string {
  const boxes = words.map(({ drawing }) => drawing.box);
  const least = (side: "left" | "bottom") => Math.min(...boxes.map((box) => box[side]));
  const most = (side: "right" | "top") => Math.max(...boxes.map((box) => box[side]));
  return [least("left"), least("bottom"), most("right"), most("top")].join(" ");
}

function codeOf(place: number): string {
  return (place + 1).toString(16).padStart(2, "0");
}

/** Which text each letter stands for (ISO 32000-1, 9.10.3). */
function told(words: readonly Drawn[]): string {
  const lines = words.map(({ text }, at) => {
    const code = codeOf(at);
    return `1 beginbfchar\n<${code}> <${utf16Hex(text)}>\nendbfchar\n`;
  });
  return (
    "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n" +
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n" +
    "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n" +
    `1 begincodespacerange\n<00> <FF>\nendcodespacerange\n${lines.join("")}` +
    "endcmap CMapName currentdict/CMap defineresource pop end end\n"
  );
}
