/** The tree of what is on the sheets, which screen readers follow (ISO 32000-1, 14.7). */

import { type Objects, textString } from "./objects.ts";

/** A paragraph, a heading, a picture. */
export interface Part {
  readonly number: number;
  readonly role: string;
  /** What a picture shows. */
  readonly alternative: string;
  /** Where it is on the sheets. */
  readonly marks: { readonly sheet: number; readonly place: number }[];
}

export class StructureTree {
  readonly #objects: Objects;
  readonly #parts: Part[] = [];
  /** For each sheet, the part at each of its places. */
  readonly #places: number[][] = [];

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  part(role: string, alternative = ""): Part {
    const part = { number: this.#objects.reserve(), role, alternative, marks: [] };
    this.#parts.push(part);
    return part;
  }

  /** Something of this part is on this sheet; the number of its place there. */
  mark(part: Part, sheet: number): number {
    while (this.#places.length <= sheet) this.#places.push([]);
    const place = (this.#places[sheet]?.push(part.number) ?? 1) - 1;
    part.marks.push({ sheet, place });
    return place;
  }

  /** The number of its root; `pages` are the sheets' own. */
  written(pages: readonly number[]): number {
    const objects = this.#objects;
    const [root, whole] = [objects.reserve(), objects.reserve()];
    for (const { number, role, alternative, marks } of this.#parts) {
      const kids = marks.map(({ sheet, place }) => `<</Type/MCR/Pg ${pages[sheet]} 0 R/MCID ${place}>>`);
      const said = alternative === "" ? "" : `/Alt${textString(alternative)}`;
      objects.put(number, `<</Type/StructElem/S/${role}/P ${whole} 0 R${said}/K[${kids.join("")}]>>`);
    }
    const parts = this.#parts.map(({ number }) => `${number} 0 R`).join(" ");
    objects.put(whole, `<</Type/StructElem/S/Document/P ${root} 0 R/K[${parts}]>>`);
    const sheets = this.#places.map((held, at) => `${at}[${held.map((number) => `${number} 0 R`).join(" ")}]`);
    const parents = objects.add(`<</Nums[${sheets.join("")}]>>`);
    const next = `/ParentTreeNextKey ${this.#places.length}`;
    objects.put(root, `<</Type/StructTreeRoot/K ${whole} 0 R/ParentTree ${parents} 0 R${next}>>`);
    return root;
  }
}
