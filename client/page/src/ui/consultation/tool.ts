/** What a hand does on a still while a tool is taken up; places are per mille of the picture. */

import type { Point } from "./zoom.ts";

export interface Tool {
  /** A cross moved by the arrow keys stands for the pointer; without it they move the picture. */
  readonly isAimed: boolean;
  /** Drag to pan stays as it is. */
  readonly letsPan: boolean;
  press(at: Point): void;
  hover(at: Point): void;
  release(at: Point): void;
  /** The pointer has left the picture. */
  leave(): void;
  /** The tool was laid down. */
  end(): void;
}

const MILLE = 1_000;
/** What an arrow key moves the cross by; chosen: a hundredth of the picture. */
export const STEP = 10;

/** Whole per mille, within the picture. */
export function within({ x, y }: Point): Point {
  const cut = (mille: number) => Math.min(MILLE, Math.max(0, Math.round(mille)));
  return { x: cut(x), y: cut(y) };
}
