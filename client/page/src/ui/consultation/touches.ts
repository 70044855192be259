/** What fingers, a mouse or a pen do on an element: one drags or works, two pinch, the wheel zooms. */

import type { Point } from "./zoom.ts";

/** Places are the window's, in pixels. */
export interface Hands {
  press(at: Point): void;
  hover(at: Point): void;
  release(at: Point): void;
  leave(): void;
  drag(dx: number, dy: number): void;
  /** Larger by this factor around this place. */
  pinch(by: number, at: Point): void;
}

const WHEEL_STEP = 1.25;

export class Touches {
  /** A tool has the hand: the browser's own drag is not wanted. */
  isHeld = false;
  readonly #hands: Hands;
  readonly #down = new Map<number, Point>();

  constructor(element: HTMLElement, hands: Hands) {
    this.#hands = hands;
    element.addEventListener("wheel", (event) => this.#turn(event), { passive: false });
    element.addEventListener("pointerdown", (event) => {
      element.setPointerCapture(event.pointerId);
      this.#press(event);
    });
    element.addEventListener("pointermove", (event) => this.#move(event));
    element.addEventListener("pointerleave", () => this.#down.size === 0 && hands.leave());
    for (const end of ["pointerup", "pointercancel"] as const) {
      element.addEventListener(end, (event) => this.#lift(event));
    }
  }

  #turn(event: WheelEvent): void {
    event.preventDefault();
    this.#hands.pinch(event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP, placeOf(event));
  }

  #press(event: PointerEvent): void {
    this.#down.set(event.pointerId, placeOf(event));
    if (this.#down.size === 1) this.#hands.press(placeOf(event));
  }

  #move(event: PointerEvent): void {
    const [before, at] = [this.#down.get(event.pointerId), placeOf(event)];
    if (before === undefined) return this.#hands.hover(at);
    const other = [...this.#down].find(([id]) => id !== event.pointerId)?.[1];
    this.#down.set(event.pointerId, at);
    if (other === undefined) {
      this.#hands.hover(at);
      if (!this.isHeld) this.#hands.drag(at.x - before.x, at.y - before.y);
    } else this.#pinch(before, at, other);
  }

  #pinch(before: Point, at: Point, other: Point): void {
    const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    this.#hands.pinch(apart(at) / apart(before), middle);
  }

  #lift(event: PointerEvent): void {
    if (!this.#down.delete(event.pointerId) || this.#down.size > 0) return;
    this.#hands.release(placeOf(event));
    if (event.pointerType !== "mouse") this.#hands.leave();
  }
}

function placeOf({ clientX: x, clientY: y }: MouseEvent): Point {
  return { x, y };
}
