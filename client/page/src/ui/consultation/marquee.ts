/** A rectangle dragged over a picture, in per mille of it. */

import type { Area } from "../../session/snapshot.ts";
import { el, setHidden } from "../dom.ts";
import { type Tool, within } from "./tool.ts";
import type { Point } from "./zoom.ts";

/** Smaller is a slip of the hand; chosen: a hundredth of the picture. */
const SMALLEST = 10;

/** The area between two points of the picture, in per mille, cut at its edges. */
export function areaBetween(a: Point, b: Point): Area {
  const [from, to] = [within(a), within(b)];
  const [left, top] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  return { left, top, width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
}

export class Marquee implements Tool {
  readonly isAimed = false;
  readonly letsPan = false;
  /** To be laid over the picture. */
  readonly element = el("div", { class: "marquee", hidden: true });
  readonly #onArea: (area: Area) => void;
  #from: Point | null = null;

  constructor(onArea: (area: Area) => void) {
    this.#onArea = onArea;
  }

  press(at: Point): void {
    this.#from = at;
  }

  hover(at: Point): void {
    if (this.#from === null) return;
    const area = areaBetween(this.#from, at);
    for (const side of ["left", "top", "width", "height"] as const) {
      this.element.style[side] = `${area[side] / 10}%`;
    }
    setHidden(this.element, false);
  }

  release(at: Point): void {
    if (this.#from === null) return;
    const area = areaBetween(this.#from, at);
    this.end();
    this.take(area);
  }

  leave(): void {}

  end(): void {
    this.#from = null;
    setHidden(this.element, true);
  }

  /** Ask for this part, unless it is a slip. */
  take(area: Area): void {
    if (area.width >= SMALLEST && area.height >= SMALLEST) this.#onArea(area);
  }
}
