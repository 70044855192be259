import { expect, test } from "vitest";
import { areaBetween } from "@page/ui/consultation/marquee.ts";

test("an area lies between two points, whichever came first, and within the picture", () => {
  const area = { left: 200, top: 300, width: 400, height: 100 };
  expect(areaBetween({ x: 200.4, y: 399.9 }, { x: 599.6, y: 300 })).toEqual(area);
  const all = { left: 0, top: 0, width: 1_000, height: 1_000 };
  expect(areaBetween({ x: -50, y: 1_200 }, { x: 1_050, y: -1 })).toEqual(all);
  expect(areaBetween({ x: 1_200, y: 5 }, { x: 1_300, y: 8 }).width).toBe(0);
});
