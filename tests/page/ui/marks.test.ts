import { describe, expect, test } from "vitest";
import { type Drawer, drawMarks, drawnOn, isMark, type Mark, PLACES_LIMIT } from "@page/ui/consultation/marks.ts";

const ARROW: Mark = { kind: "arrow", points: [{ x: 100, y: 100 }], text: "" };
const SIZE = { width: 1_000, height: 500 };

/** A canvas that only writes down what is done on it. */
class Paper implements Drawer {
  readonly said: string[] = [];
  lineWidth = 0;
  lineCap = "round" as const;
  lineJoin = "round" as const;
  strokeStyle = "";
  fillStyle = "";
  font = "";
  textBaseline = "middle" as const;
  beginPath(): void {}
  moveTo(x: number, y: number): void {
    this.said.push(`move ${x} ${y}`);
  }
  lineTo(x: number, y: number): void {
    this.said.push(`line ${Math.round(x)} ${Math.round(y)}`);
  }
  ellipse(x: number, y: number, across: number, down: number): void {
    this.said.push(`ellipse ${x} ${y} ${across} ${down}`);
  }
  stroke(): void {
    this.said.push(`stroke ${this.strokeStyle}`);
  }
  strokeText(text: string): void {
    this.said.push(`edge ${text}`);
  }
  fillText(text: string, x: number, y: number): void {
    this.said.push(`text ${text} ${x} ${y}`);
  }
}

function drawn(marks: readonly Mark[]): string[] {
  const paper = new Paper();
  drawMarks(paper, marks, SIZE);
  return paper.said;
}

describe("a mark", () => {
  test("of a pen keeps all it went through, up to its limit; of an arrow its two ends", () => {
    const to = { x: 200, y: 150 };
    expect(drawnOn(drawnOn(ARROW, { x: 5, y: 5 }), to).points).toEqual([{ x: 100, y: 100 }, to]);
    let pen: Mark = { ...ARROW, kind: "pen" };
    for (let n = 0; n < 2 * PLACES_LIMIT; n += 1) pen = drawnOn(pen, to);
    expect(pen.points).toHaveLength(PLACES_LIMIT);
  });

  test("that is a slip of the hand is none, nor is a text without words", () => {
    expect(isMark(drawnOn(ARROW, { x: 102, y: 102 }))).toBe(false);
    expect(isMark(drawnOn(ARROW, { x: 200, y: 100 }))).toBe(true);
    expect(isMark({ ...ARROW, kind: "text", text: "  " })).toBe(false);
    expect(isMark({ ...ARROW, kind: "text", text: "ici" })).toBe(true);
  });

  test("lies at its place of the picture, seen on any ground", () => {
    const said = drawn([drawnOn(ARROW, { x: 200, y: 100 })]);
    expect(said.slice(0, 2)).toEqual(["move 100 50", "line 200 50"]);
    expect(said.filter((line) => line.startsWith("stroke"))).toEqual(["stroke #000000", "stroke #ffffff"]);
  });

  test("that is a circle fills the box between its two ends", () => {
    expect(drawn([drawnOn({ ...ARROW, kind: "circle" }, { x: 300, y: 300 })])).toContain("ellipse 200 100 100 50");
  });

  test("that is a text stands where it was placed", () => {
    expect(drawn([{ ...ARROW, kind: "text", text: "ici" }])).toEqual(["edge ici", "text ici 100 50"]);
  });
});
