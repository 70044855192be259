import { describe, expect, test } from "vitest";
import { plotted, rangeOf } from "@page/ui/consultation/trend.ts";

describe("the course of a value", () => {
  test("is broken where the instrument vouched for none", () => {
    const points = [
      { at_ms: 1_000, value: 97 },
      { at_ms: 3_000, value: null },
      { at_ms: 5_000, value: 95 },
    ];
    expect(plotted(points)).toEqual([
      [1_000, 3_000, 5_000],
      [97, null, 95],
    ]);
  });

  test("that is flat lies flat in the middle, noise is not blown up", () => {
    const [floor, top] = rangeOf(97, 97);
    expect((floor + top) / 2).toBeCloseTo(97);
    expect(top - floor).toBeGreaterThan(4);
  });

  test("that is wide is seen whole", () => {
    const [floor, top] = rangeOf(60, 140);
    expect(floor).toBeLessThan(60);
    expect(top).toBeGreaterThan(140);
  });

  test("without any value has a place all the same", () => {
    expect(rangeOf(null, null)).toEqual([0, 4]);
  });
});
