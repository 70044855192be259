import { expect, test } from "vitest";
import { FixedScale, FollowingScale } from "@page/ui/consultation/pen.ts";

test("a pulse curve keeps its height, in seven bits or in eight", () => {
  const scale = new FixedScale();
  expect(scale.level(64)).toBe(0.5);
  expect(scale.level(192)).toBe(0.75);
  expect(scale.level(64)).toBe(0.25);
});

test("a small rhythm fills its box, a flat line stays in the middle", () => {
  const beating = new FollowingScale();
  const levels = Array.from({ length: 1_250 }, (_, n) => beating.level(n % 125 === 0 ? 180 : 120, 125));
  const late = levels.slice(-250);
  expect(Math.max(...late)).toBe(1);
  expect(Math.min(...late)).toBeLessThan(0.1);
  const flat = new FollowingScale();
  expect(Array.from({ length: 500 }, () => flat.level(128, 125)).at(-1)).toBe(0.5);
});

test("whatever comes, the line stays in its box", () => {
  const scale = new FollowingScale();
  for (const sample of [0, 255, 128, 0, 0, 255, 3]) {
    const level = scale.level(sample, 25);
    expect(level >= 0 && level <= 1).toBe(true);
  }
});
