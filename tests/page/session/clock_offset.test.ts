import { expect, test } from "vitest";
import { ClockOffset } from "@page/session/clock_offset.ts";

test("without a word from the site its clock is taken as ours", () => {
  expect(new ClockOffset().here(5)).toBe(5);
});

test("the fastest message tells the offset", () => {
  const offset = new ClockOffset();
  offset.heard(10_000, 70_400);
  offset.heard(11_000, 71_050);
  offset.heard(12_000, 73_000);
  expect(offset.here(20_000)).toBe(80_050);
});

test("a site whose clock is ahead is brought back", () => {
  const offset = new ClockOffset();
  offset.heard(100_000, 40_000);
  expect(offset.here(100_500)).toBe(40_500);
});
