import { expect, test } from "vitest";
import { freshness, instrumentFor } from "@page/session/freshness.ts";
import { EMPTY } from "@page/session/snapshot.ts";

const OXIMETER = { kind: "oximeter", model: "CMS50E", state: "measuring" };
const UP = { link: { ...EMPTY.link, state: "up" }, instruments: [OXIMETER] } as const;
const reading = (vital: string, taken_ms: number) => ({
  vital,
  value: 97,
  unit: "%",
  quality: "good",
  taken_ms,
  model: "CMS50E",
});

test("an oximeter that keeps sending is live, then only as fresh as its age", () => {
  expect(freshness(reading("spo2", 1_000), UP, 3_999)).toEqual({ kind: "live" });
  expect(freshness(reading("spo2", 1_000), UP, 4_000)).toEqual({ kind: "ago", age_ms: 3_000 });
});

test("a pulled cable ends live at once, however young the value", () => {
  const unplugged = { ...UP, instruments: [{ ...OXIMETER, state: "unplugged" }] };
  expect(freshness(reading("spo2", 1_000), unplugged, 1_200)).toEqual({ kind: "ago", age_ms: 200 });
});

test("a thermometer is never live", () => {
  expect(freshness(reading("temperature", 1_000), UP, 1_500)).toEqual({ kind: "now" });
});

test("a cut line outweighs every age", () => {
  const cut = { ...UP, link: { ...UP.link, state: "cut", since_ms: 2_000 } } as const;
  expect(freshness(reading("spo2", 1_900), cut, 45_000)).toEqual({ kind: "cut", age_ms: 43_000 });
});

test("a reading from the future is not older than now", () => {
  expect(freshness(reading("temperature", 9_000), UP, 1_000)).toEqual({ kind: "now" });
});

test("each vital sign finds the instrument that gives it", () => {
  const instruments = [
    { kind: "thermometer", model: "IR42", state: "ready" },
    { kind: "oximeter", model: "CMS50E", state: "measuring" },
  ];
  expect(instrumentFor("pulse", instruments)?.model).toBe("CMS50E");
  expect(instrumentFor("glucose", instruments)).toBeUndefined();
});
