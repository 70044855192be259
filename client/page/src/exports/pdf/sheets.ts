/** Text and pictures set on A4 sheets, each with its part in the tree that screen readers follow. */

import { type Bytes, utf8 } from "../../core/primitives.ts";
import type { Drawer } from "./drawing.ts";
import { Lettering } from "./lettering.ts";
import { linesOf, type Placed, type Run } from "./lines.ts";
import { Objects, textString } from "./objects.ts";
import type { Picture } from "./pictures.ts";
import { type Part, StructureTree } from "./structure.ts";

/** Points, A4. */
const SHEET = { width: 595, height: 842 } as const;
const MARGIN = 54;
const COLUMN = SHEET.width - 2 * MARGIN;
const FOOT_SIZE = 8;
/** chosen: at least two lines stay with a heading. */
const WITH_HEADING = 60;
const PICTURE_HEIGHT = 340;

/** How a paragraph looks, and what it is to a screen reader (ISO 32000-1, 14.8.4.3). */
interface Style {
  readonly role: "H1" | "H2" | "P" | "Caption";
  /** Points. */
  readonly size: number;
  readonly leading: number;
  readonly before: number;
}

export const TITLE: Style = { role: "H1", size: 18, leading: 23, before: 0 };
export const HEADING: Style = { role: "H2", size: 12.5, leading: 16, before: 12 };
export const BODY: Style = { role: "P", size: 10.5, leading: 14.5, before: 3 };
export const SMALL: Style = { role: "Caption", size: 8.5, leading: 11, before: 3 };

export interface About {
  readonly title: string;
  readonly language: string;
  /** `D:20261122131000Z`, or nothing. */
  readonly made: string;
  /** The last line of each sheet. */
  foot(page: number, pages: number): string;
}

export class Sheets {
  readonly #objects = new Objects();
  readonly #lettering: Lettering;
  readonly #tree = new StructureTree(this.#objects);
  readonly #sheets: { number: number; content: string[] }[] = [];
  readonly #pictures: number[] = [];
  #y = 0;

  constructor(draw: Drawer) {
    this.#lettering = new Lettering(this.#objects, draw);
    this.#turn();
  }

  /** A paragraph; newlines are lines. */
  write(runs: readonly Run[], style: Style): void {
    const part = this.#tree.part(style.role);
    this.#y -= style.before;
    if (style.role === "H2") this.#need(WITH_HEADING);
    for (const line of linesOf(runs, (COLUMN * 1_000) / style.size, this.#lettering)) {
      this.#need(style.leading);
      this.#y -= style.leading;
      this.#mark(part, setLine(line, MARGIN, this.#y, style.size));
    }
  }

  /** A picture with what it shows, and its caption on the same sheet. */
  show({ data, width, height, components }: Picture, alternative: string, caption: readonly Run[]): void {
    const scale = Math.min(COLUMN / width, PICTURE_HEIGHT / height, 1);
    const [wide, high] = [width * scale, height * scale];
    const colours = components === 1 ? "DeviceGray" : "DeviceRGB";
    const shape = `/Width ${width}/Height ${height}/ColorSpace/${colours}/BitsPerComponent 8`;
    const number = this.#objects.stream(`/Type/XObject/Subtype/Image${shape}/Filter/DCTDecode`, data, true);
    const name = `P${this.#pictures.push(number) - 1}`;
    this.#y -= BODY.before * 2;
    this.#need(high + 4 * SMALL.leading);
    this.#y -= high;
    const part = this.#tree.part("Figure", alternative);
    const placed = [wide, 0, 0, high, MARGIN, this.#y].map(points).join(" ");
    this.#mark(part, `q ${placed} cm /${name} Do Q`);
    this.write(caption, SMALL);
  }

  /** The whole file. */
  written(about: About): Bytes {
    const objects = this.#objects;
    const feet = this.#sheets.map((_, at) => about.foot(at + 1, this.#sheets.length));
    const lines = feet.map((foot) => this.#foot(foot));
    const pages = objects.reserve();
    const pictures = this.#pictures.map((number, at) => `/P${at} ${number} 0 R`).join("");
    const resources = objects.add(`<<${this.#lettering.resources()}/XObject<<${pictures}>>>>`);
    for (const [at, { number, content }] of this.#sheets.entries()) {
      const stream = objects.stream("", utf8([...content, lines[at] ?? ""].join("\n")));
      const box = `/MediaBox[0 0 ${SHEET.width} ${SHEET.height}]/StructParents ${at}/Tabs/S`;
      objects.put(
        number,
        `<</Type/Page/Parent ${pages} 0 R${box}/Resources ${resources} 0 R/Contents ${stream} 0 R>>`,
      );
    }
    const kids = this.#sheets.map(({ number }) => `${number} 0 R`).join(" ");
    objects.put(pages, `<</Type/Pages/Count ${this.#sheets.length}/Kids[${kids}]>>`);
    const tree = this.#tree.written(this.#sheets.map(({ number }) => number));
    const read = `/Lang${textString(about.language)}/MarkInfo<</Marked true>>/StructTreeRoot ${tree} 0 R`;
    const root = objects.add(
      `<</Type/Catalog/Pages ${pages} 0 R${read}/ViewerPreferences<</DisplayDocTitle true>>>>`,
    );
    const made = about.made === "" ? "" : `/CreationDate(${about.made})`;
    const info = objects.add(`<</Title${textString(about.title)}/Producer${textString("Chevet")}${made}>>`);
    return objects.written(root, info);
  }

  #foot(text: string): string {
    const [line = []] = linesOf([{ text, weight: "regular" }], (COLUMN * 1_000) / FOOT_SIZE, this.#lettering);
    return `/Artifact BMC ${setLine(line, MARGIN, MARGIN / 2, FOOT_SIZE)} EMC`;
  }

  #mark(part: Part, drawing: string): void {
    const at = this.#sheets.length - 1;
    const place = this.#tree.mark(part, at);
    this.#sheets[at]?.content.push(`/${part.role}<</MCID ${place}>>BDC ${drawing} EMC`);
  }

  #need(height: number): void {
    if (this.#y - height < MARGIN) this.#turn();
  }

  #turn(): void {
    this.#sheets.push({ number: this.#objects.reserve(), content: [] });
    this.#y = SHEET.height - MARGIN;
  }
}

function setLine(line: readonly Placed[], x: number, y: number, size: number): string {
  const shown = line.map(({ word: { font, hex }, isApart }) => {
    const space = isApart ? `/F1 ${size} Tf<20>Tj ` : "";
    return `${space}/${font} ${size} Tf<${hex}>Tj`;
  });
  return `BT 1 0 0 1 ${points(x)} ${points(y)} Tm ${shown.join(" ")} ET`;
}

function points(length: number): string {
  return String(Math.round(length * 100) / 100);
}
