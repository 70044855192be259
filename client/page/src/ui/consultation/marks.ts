/** What the GP draws over a copy of a picture; places are per mille of it. */

import type { Point, Size } from "./zoom.ts";

export type MarkKind = "pen" | "arrow" | "circle" | "text";

export interface Mark {
  readonly kind: MarkKind;
  /** Of a pen all it went through, of the others where it began and where it ended. */
  readonly points: readonly Point[];
  readonly text: string;
}

/** Marks of one copy; chosen: more hide what they are to show. */
export const MARKS_LIMIT = 200;
/** Places of one line; chosen: some seconds of drawing. */
export const PLACES_LIMIT = 2_000;
const MILLE = 1_000;
/** Of the picture's longer side. */
const WIDTH_SHARE = 0.004;
const HEAD_SHARE = 0.03;
const LETTER_SHARE = 0.035;
/** Seen on any ground: white within black. */
const INK = ["#000000", "#ffffff"] as const;

/** What a canvas draws with, as far as marks need it. */
export type Drawer = Pick<
  CanvasRenderingContext2D,
  | "beginPath" | "moveTo" | "lineTo" | "ellipse" | "stroke" | "fillText" | "strokeText"
  | "lineWidth" | "lineCap" | "lineJoin" | "strokeStyle" | "fillStyle" | "font" | "textBaseline"
>;

/** The mark as the hand goes on. */
export function drawnOn(mark: Mark, at: Point): Mark {
  if (mark.kind !== "pen") return { ...mark, points: [mark.points[0] ?? at, at] };
  return mark.points.length >= PLACES_LIMIT ? mark : { ...mark, points: [...mark.points, at] };
}

/** A slip of the hand, and a text without words, leave nothing. */
export function isMark({ kind, points, text }: Mark): boolean {
  if (kind === "text") return text.trim() !== "";
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return false;
  return kind === "pen" ? points.length > 1 : Math.hypot(last.x - first.x, last.y - first.y) > 5;
}

/** Draw the marks over a picture of this size. */
export function drawMarks(pen: Drawer, marks: readonly Mark[], size: Size): void {
  const longer = Math.max(size.width, size.height);
  pen.lineCap = "round";
  pen.lineJoin = "round";
  for (const mark of marks) {
    const points = mark.points.map(({ x, y }) => ({
      x: (x * size.width) / MILLE,
      y: (y * size.height) / MILLE,
    }));
    if (mark.kind === "text") write(pen, mark.text, points[0] ?? { x: 0, y: 0 }, longer);
    else strokeTwice(pen, () => trace(pen, mark.kind, points, longer), longer);
  }
}

function strokeTwice(pen: Drawer, draw: () => void, longer: number): void {
  for (const [turn, ink] of INK.entries()) {
    pen.lineWidth = longer * WIDTH_SHARE * (turn === 0 ? 2 : 1);
    pen.strokeStyle = ink;
    pen.beginPath();
    draw();
    pen.stroke();
  }
}

function trace(pen: Drawer, kind: MarkKind, points: readonly Point[], longer: number): void {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return;
  if (kind === "circle") return circle(pen, first, last);
  pen.moveTo(first.x, first.y);
  for (const { x, y } of points.slice(1)) pen.lineTo(x, y);
  if (kind === "arrow") head(pen, first, last, longer * HEAD_SHARE);
}

function circle(pen: Drawer, a: Point, b: Point): void {
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
  const [across, down] = [Math.abs(b.x - a.x) / 2, Math.abs(b.y - a.y) / 2];
  pen.ellipse(x, y, across, down, 0, 0, 2 * Math.PI);
}

function head(pen: Drawer, from: Point, to: Point, length: number): void {
  const way = Math.atan2(to.y - from.y, to.x - from.x);
  for (const turn of [Math.PI - 0.5, Math.PI + 0.5]) {
    pen.moveTo(to.x, to.y);
    pen.lineTo(to.x + length * Math.cos(way + turn), to.y + length * Math.sin(way + turn));
  }
}

function write(pen: Drawer, text: string, { x, y }: Point, longer: number): void {
  pen.font = `600 ${longer * LETTER_SHARE}px system-ui, sans-serif`;
  pen.textBaseline = "middle";
  pen.lineWidth = longer * WIDTH_SHARE * 2;
  pen.strokeStyle = INK[0];
  pen.fillStyle = INK[1];
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}
