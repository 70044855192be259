/** A rectangle dragged over a picture, in per mille of it. */

import type { Area } from "../../session/snapshot.ts";
import { el, setHidden } from "../dom.ts";

const MILLE = 1_000;
/** Smaller is a slip of the hand; chosen: a hundredth of the picture. */
const SMALLEST = 10;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The area between two points of the picture, in per mille, cut at its edges. */
export function areaBetween(a: Point, b: Point): Area {
  const [left, right] = [within(Math.min(a.x, b.x)), within(Math.max(a.x, b.x))];
  const [top, bottom] = [within(Math.min(a.y, b.y)), within(Math.max(a.y, b.y))];
  return { left, top, width: right - left, height: bottom - top };
}

function within(mille: number): number {
  return Math.min(MILLE, Math.max(0, Math.round(mille)));
}

export class Marquee {
  readonly #frame: HTMLElement;
  readonly #sheet: HTMLElement;
  readonly #onArea: (area: Area) => void;
  readonly #box = el("div", { class: "marquee", hidden: true });
  #from: Point | null = null;
  #isOn = false;

  /** `sheet` has the picture's shape and lies, zoomed, within `frame`. */
  constructor(frame: HTMLElement, sheet: HTMLElement, onArea: (area: Area) => void) {
    this.#frame = frame;
    this.#sheet = sheet;
    this.#onArea = onArea;
    sheet.append(this.#box);
    frame.addEventListener("pointerdown", (event) => {
      if (this.#isOn) this.#from = this.#pointOf(event.clientX, event.clientY);
    });
    frame.addEventListener("pointermove", (event) => this.#draw(event));
    frame.addEventListener("pointerup", (event) => this.#drop(event));
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  turn(on: boolean): void {
    this.#isOn = on;
    this.#from = null;
    setHidden(this.#box, true);
  }

  /** Without a pointer: the part that is seen. */
  takeVisible(): void {
    if (!this.#isOn) return;
    const { left, top, right, bottom } = this.#frame.getBoundingClientRect();
    this.#take(areaBetween(this.#pointOf(left, top), this.#pointOf(right, bottom)));
  }

  #draw(event: PointerEvent): void {
    if (this.#from === null) return;
    const area = areaBetween(this.#from, this.#pointOf(event.clientX, event.clientY));
    for (const side of ["left", "top", "width", "height"] as const) {
      this.#box.style[side] = `${area[side] / 10}%`;
    }
    setHidden(this.#box, false);
  }

  #drop(event: PointerEvent): void {
    if (this.#from === null) return;
    const area = areaBetween(this.#from, this.#pointOf(event.clientX, event.clientY));
    this.#from = null;
    setHidden(this.#box, true);
    this.#take(area);
  }

  #take(area: Area): void {
    if (area.width >= SMALLEST && area.height >= SMALLEST) this.#onArea(area);
  }

  #pointOf(clientX: number, clientY: number): Point {
    const { left, top, width, height } = this.#sheet.getBoundingClientRect();
    return { x: (MILLE * (clientX - left)) / width, y: (MILLE * (clientY - top)) / height };
  }
}
