/** Measures on a still: in its own pixels, and in millimetres once the GP has told one length. */

import type { Texts } from "../../texts.ts";
import { el, setHidden, setText } from "../dom.ts";
import type { Tool } from "./tool.ts";
import type { Point, Size } from "./zoom.ts";

const MILLE = 1_000;
const SVG = "http://www.w3.org/2000/svg";

/** Between two points in per mille of a picture, in pixels of it. */
export function length_px(a: Point, b: Point, { width, height }: Size): number {
  return Math.hypot(((b.x - a.x) * width) / MILLE, ((b.y - a.y) * height) / MILLE);
}

/** Millimetres, where this many pixels were said to be that long; `null` where nothing was said. */
export function length_mm(px: number, reference: Reference | null): number | null {
  return reference === null || reference.px <= 0 ? null : (px * reference.mm) / reference.px;
}

export interface Reference {
  readonly px: number;
  readonly mm: number;
}

export class Ruler implements Tool {
  readonly isAimed = true;
  readonly letsPan = false;
  /** The line, to be laid over the picture. */
  readonly drawing = document.createElementNS(SVG, "svg");
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #sizeOf: () => Size;
  readonly #line = document.createElementNS(SVG, "line");
  readonly #said = el("p", { class: "note", role: "status", "data-testid": "measured" });
  readonly #known = el("input", { type: "number", min: 0.1, max: 1_000, step: 0.1, inputmode: "decimal" });
  #from: Point | null = null;
  #to: Point | null = null;
  #isDrawing = false;
  #reference: Reference | null = null;

  constructor(texts: Texts, sizeOf: () => Size) {
    this.#texts = texts;
    this.#sizeOf = sizeOf;
    this.drawing.setAttribute("viewBox", `0 0 ${MILLE} ${MILLE}`);
    this.drawing.setAttribute("preserveAspectRatio", "none");
    this.drawing.setAttribute("class", "ruler");
    this.drawing.setAttribute("aria-hidden", "true");
    this.drawing.append(this.#line);
    this.#known.dataset["testid"] = "measure-known";
    this.#known.addEventListener("input", () => this.#learn());
    const label = el("label", {}, el("span", {}, texts.say("measure.known")), this.#known);
    this.element = el("div", { class: "tools measuring", hidden: true }, this.#said, label);
    this.forget();
  }

  /** Another picture: no line, and no length is known. */
  forget(): void {
    this.#from = null;
    this.#to = null;
    this.#reference = null;
    this.#known.value = "";
    this.#show();
  }

  press(at: Point): void {
    if (this.#isDrawing) return; // the second point, by the keyboard
    this.#from = at;
    this.#to = at;
    this.#isDrawing = true;
    this.#show();
  }

  hover(at: Point): void {
    if (!this.#isDrawing) return;
    this.#to = at;
    this.#show();
  }

  release(at: Point): void {
    const isOnePoint = this.#from?.x === at.x && this.#from.y === at.y;
    if (!this.#isDrawing || isOnePoint) return;
    this.#to = at;
    this.#isDrawing = false;
    this.#show();
  }

  leave(): void {}

  end(): void {
    this.#isDrawing = false;
  }

  get #length_px(): number {
    if (this.#from === null || this.#to === null) return 0;
    return length_px(this.#from, this.#to, this.#sizeOf());
  }

  /** The line drawn last is as long as the GP says. */
  #learn(): void {
    const [px, mm] = [this.#length_px, this.#known.valueAsNumber];
    this.#reference = px > 0 && mm > 0 ? { px, mm } : null;
    this.#show();
  }

  #show(): void {
    const px = this.#length_px;
    this.drawing.toggleAttribute("hidden", px === 0);
    setText(this.#said, this.#words(px));
    setHidden(this.#said, false);
    this.#line.setAttribute("x1", String(this.#from?.x ?? 0));
    this.#line.setAttribute("y1", String(this.#from?.y ?? 0));
    this.#line.setAttribute("x2", String(this.#to?.x ?? 0));
    this.#line.setAttribute("y2", String(this.#to?.y ?? 0));
  }

  #words(px: number): string {
    if (px === 0) return this.#texts.say("measure.how");
    const mm = length_mm(px, this.#reference);
    const facts = { px: this.#texts.number(px, 0), mm: this.#texts.number(mm ?? 0, 1) };
    return this.#texts.say(mm === null ? "measure.px" : "measure.mm", facts);
  }
}
