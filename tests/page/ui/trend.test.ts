import { expect, test } from "vitest";
import { HEIGHT, runs, WIDTH } from "@page/ui/consultation/trend.ts";

const at = (at_ms: number, value: number | null) => ({ at_ms, value });

test("the line is broken where there was no value", () => {
  const parts = runs([at(0, 97), at(1, 98), at(2, null), at(3, null), at(4, 96)]);
  expect(parts.map((part) => part.length)).toEqual([2, 1]);
});

test("a steady value stays in the middle, within the box", () => {
  const [run] = runs([at(0, 97), at(1_000, 97)]);
  expect(run?.map(({ y }) => y)).toEqual([HEIGHT / 2, HEIGHT / 2]);
  expect(run?.every(({ x }) => x >= 0 && x <= WIDTH)).toBe(true);
});

test("values at one and the same moment divide nothing by zero", () => {
  expect(runs([at(5, 1), at(5, 2)])[0]?.every(({ x }) => Number.isFinite(x))).toBe(true);
});
