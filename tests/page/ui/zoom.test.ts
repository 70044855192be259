import { describe, expect, test } from "vitest";
import { FITTED, fitted, moved, scaled, ZOOM_LIMIT } from "@page/ui/consultation/zoom.ts";

const FRAME = { width: 800, height: 600 };

describe("the zoom", () => {
  test("keeps what lies under the pointer under it", () => {
    const at = { x: 100, y: -50 };
    const near = scaled(FITTED, 2, at, FRAME);
    const place = (zoom: typeof near) => [(at.x - zoom.x) / zoom.factor, (at.y - zoom.y) / zoom.factor];
    expect(place(near)).toEqual(place(FITTED));
  });

  test("never shows less than the whole, nor more than its limit", () => {
    expect(scaled(FITTED, 0.1, { x: 9, y: 9 }, FRAME)).toEqual(FITTED);
    expect(scaled(FITTED, 1_000, { x: 0, y: 0 }, FRAME).factor).toBe(ZOOM_LIMIT);
  });

  test("ends at the picture's edges", () => {
    const near = scaled(FITTED, 2, { x: 0, y: 0 }, FRAME);
    expect(moved(near, 10_000, -10_000, FRAME)).toEqual({ factor: 2, x: 400, y: -300 });
    expect(moved(FITTED, 50, 50, FRAME)).toEqual(FITTED);
  });
});

test("a picture fits its frame whole, whichever side is longer", () => {
  expect(fitted({ width: 640, height: 480 }, { width: 1_600, height: 600 })).toEqual({ width: 800, height: 600 });
  expect(fitted({ width: 640, height: 480 }, { width: 320, height: 900 })).toEqual({ width: 320, height: 240 });
  expect(fitted({ width: 0, height: 0 }, FRAME)).toEqual({ width: 0, height: 0 });
});
