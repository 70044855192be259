import { expect, test } from "vitest";
import { dayOf, isoOf, NO_MOMENT } from "@page/moments.ts";
import { Texts } from "@page/texts.ts";

const french = new Texts("fr");
/** What a site's clock may say: `count` of the wire goes further than any calendar. */
const IMPOSSIBLE = [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 8.64e15 + 1, Number.NaN, Infinity];

test.each(IMPOSSIBLE)("a moment that no calendar has (%d) is said to be none", (at_ms) => {
  for (const said of [french.time(at_ms), french.date(at_ms), french.shortDate(at_ms)]) {
    expect(said).toBe(NO_MOMENT);
  }
  expect(isoOf(at_ms)).toBeNull();
});

test("a moment has the calendar's words to its very ends, and ISO's for years of four digits", () => {
  expect(french.date(8.64e15)).toContain("275760");
  expect(isoOf(8.64e15)).toBeNull();
  expect(isoOf(Date.UTC(-1, 0))).toBeNull();
  expect(isoOf(Date.UTC(9999, 11, 31, 23, 59))).toBe("9999-12-31T23:59:00.000Z");
});

test("what an instrument's clock says is told as another day only by the instrument", () => {
  expect(french.deviceTime("2026-11-20T08:15:00")).toBe("20 novembre 2026 08:15");
  expect(french.deviceTime("2026-99-99T08:15:00")).toBe("2026-99-99T08:15:00");
  expect(french.deviceTime("hier")).toBe("hier");
  expect(dayOf("2026", "02", "29")).toBeNull();
  expect(dayOf("2028", "02", "29")?.getUTCDate()).toBe(29);
});
