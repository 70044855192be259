import { expect, test } from "vitest";
import { freshness } from "@page/session/freshness.ts";
import { EMPTY } from "@page/session/snapshot.ts";
import { instrument, view } from "./readings.ts";

const UP = { ...EMPTY.link, state: "up" } as const;
const CUT = { ...UP, state: "cut", since_ms: 2_000 } as const;

test("an instrument that keeps sending is live, then only as fresh as its age", () => {
  expect(freshness(view(), instrument(), UP, 3_999)).toEqual({ kind: "live" });
  expect(freshness(view(), instrument(), UP, 4_000)).toEqual({ kind: "ago", age_ms: 3_000 });
});

test.each([instrument({ state: "unplugged" }), undefined])(
  "a pulled cable ends live at once, however young the value",
  (gone) => expect(freshness(view(), gone, UP, 1_200)).toEqual({ kind: "ago", age_ms: 200 }),
);

test("a single measurement is never live, however young and whatever its instrument does", () => {
  const spot = view({ vital: "spo2", origin: "spot", record: 1 });
  expect(freshness(spot, instrument(), UP, 1_500)).toEqual({ kind: "spot", age_ms: 500 });
});

test("a cut line outweighs every age", () => {
  const expected = { kind: "cut", age_ms: 43_000 };
  expect(freshness(view(), instrument(), CUT, 45_000)).toEqual(expected);
  expect(freshness(view({ origin: "spot" }), instrument(), CUT, 45_000)).toEqual(expected);
});

test("a reading from the future is not older than now", () => {
  const future = view({ origin: "spot", taken_ms: 9_000 });
  expect(freshness(future, instrument(), UP, 1_000)).toEqual({ kind: "spot", age_ms: 0 });
});

test("a reading that waited for the line says so, whatever its kind; a cut outweighs it", () => {
  const late = { isDeferred: true } as const;
  expect(freshness(view(late), instrument(), UP, 61_000)).toEqual({ kind: "deferred", age_ms: 60_000 });
  const spot = view({ ...late, origin: "spot" });
  expect(freshness(spot, instrument(), UP, 61_000)).toEqual({ kind: "deferred", age_ms: 60_000 });
  expect(freshness(spot, instrument(), CUT, 45_000).kind).toBe("cut");
});
