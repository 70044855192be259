import { expect, test } from "vitest";
import {
  APART_LIMIT,
  Chart,
  DEFERRED_AFTER_MS,
  KINDS_LIMIT,
  RESULTS_LIMIT,
  TREND_LIMIT,
  TREND_STEP_MS,
} from "@page/session/chart.ts";
import { ClockOffset } from "@page/session/clock_offset.ts";
import { trendKey } from "@page/session/vital_groups.ts";
import { READING, view } from "./readings.ts";

const RESULT = {
  kind: "lab_result" as const,
  test: "CRP",
  value: "<5",
  unit: "mg/L",
  quality: "good",
  taken_ms: 1_000,
  model: "Afinion 2",
  serial: "AF123",
  origin: "stored",
  record: 1,
  measured_at: null,
  marks: [],
  loinc: "1988-5",
  reference_range: null,
  flags: null,
  firmware: null,
};

const chart = () => new Chart(new ClockOffset());

test("a reading from a site's clock that leapt ahead grows old from when it was heard", () => {
  const told = chart();
  told.measured({ ...READING, taken_ms: 3_600_000 }, 1_000);
  expect(told.view().vitals[0]?.taken_ms).toBe(1_000);
});

test("a reading that comes late keeps its true time", () => {
  const told = chart();
  told.measured(READING, 60_000);
  expect(told.view().vitals[0]?.taken_ms).toBe(1_000);
});

test("a reading that waited for the line is told as deferred, one that was on its way is not", () => {
  const told = chart();
  told.measured({ ...READING, vital: "spo2" }, 1_000 + DEFERRED_AFTER_MS);
  told.measured({ ...READING, vital: "pulse" }, 1_001 + DEFERRED_AFTER_MS);
  expect(told.view().vitals.map(({ isDeferred }) => isDeferred)).toEqual([false, true]);
});

test("who the patient is and what was asked is forgotten with the rest", () => {
  const told = chart();
  told.background({ kind: "background", answers: [], refused: ["pictures"], protocol: "", at_ms: 1 });
  expect(told.view().background?.refused).toEqual(["pictures"]);
  told.forget();
  expect(told.view().background).toBeNull();
});

test("how the site goes on without a picture is the newest said, and not of later than now", () => {
  const told = chart();
  expect(told.view().wentOn).toBeNull();
  told.wentOn({ kind: "went_on", how: "voice", at_ms: 1_000 }, 2_000);
  told.wentOn({ kind: "went_on", how: "telephone", at_ms: 9_000 }, 3_000);
  expect(told.view().wentOn).toEqual({ how: "telephone", at_ms: 3_000 });
  told.forget();
  expect(told.view().wentOn).toBeNull();
});

test("a site that names ever new vital signs fills nothing", () => {
  const told = chart();
  for (let n = 0; n < 2 * KINDS_LIMIT; n += 1) told.measured({ ...READING, vital: `vital ${n}` }, n);
  expect(told.view().vitals).toHaveLength(KINDS_LIMIT);
  expect(told.view().trends.size).toBe(KINDS_LIMIT);
});

test("two oximeters do not overwrite each other", () => {
  const told = chart();
  told.measured({ ...READING, serial: "5012", value: 97 }, 1_000);
  told.measured({ ...READING, serial: "5013", value: 91 }, 1_000);
  expect(told.view().vitals.map(({ value }) => value)).toEqual([97, 91]);
});

test("firmware is told once and stays", () => {
  const told = chart();
  told.measured({ ...READING, firmware: "1.4" }, 1_000);
  told.measured({ ...READING, taken_ms: 2_000, value: 96 }, 2_000);
  expect(told.view().vitals).toEqual([view({ value: 96, taken_ms: 2_000, firmware: "1.4" })]);
});

test.each([{ origin: "stored" }, { origin: "spot", marks: ["control"] }])(
  "what is in a memory or of a control solution is never a present value: %o",
  (other) => {
    const told = chart();
    told.measured(READING, 1_000);
    told.measured({ ...READING, ...other, value: 55, taken_ms: 9_000 }, 9_000);
    expect(told.view().vitals.map(({ value }) => value)).toEqual([97]);
    expect(told.view().apart.items.map(({ value }) => value)).toEqual([55]);
    expect([...told.view().trends.values()].flat().map(({ value }) => value)).toEqual([97]);
  },
);

test("of a memory of thousands the newest are kept, and all are counted", () => {
  const told = chart();
  const stored = { ...READING, origin: "stored" };
  for (let n = 0; n < APART_LIMIT + 500; n += 1) told.measured({ ...stored, value: n }, n);
  const { items, count } = told.view().apart;
  expect([items.length, count]).toEqual([APART_LIMIT, APART_LIMIT + 500]);
  expect(items.at(-1)?.value).toBe(APART_LIMIT + 499);
});

test("results are kept as they were sent, the newest of them, and all are counted", () => {
  const told = chart();
  for (let n = 0; n < RESULTS_LIMIT + 1; n += 1) told.result({ ...RESULT, value: `${n}` }, 5_000);
  const { items, count } = told.view().results;
  expect([items.length, count]).toEqual([RESULTS_LIMIT, RESULTS_LIMIT + 1]);
  const { kind: _, ...usual } = RESULT;
  expect(items.at(-1)).toEqual({ ...usual, value: `${RESULTS_LIMIT}` });
});

test("the course of a stream takes a point every two seconds, and only the newest", () => {
  const told = chart();
  for (let n = 0; n < 3 * TREND_LIMIT; n += 1) {
    told.measured({ ...READING, value: n, taken_ms: n * 1_000 }, n * 1_000);
  }
  const points = told.view().trends.get(trendKey(view())) ?? [];
  expect(points).toHaveLength(TREND_LIMIT);
  const [last, before] = [points.at(-1), points.at(-2)];
  expect((last?.at_ms ?? 0) - (before?.at_ms ?? 0)).toBe(TREND_STEP_MS);
});

test("every single measurement is in its course", () => {
  const told = chart();
  for (const value of [36.8, 37.2, 37.9]) {
    told.measured({ ...READING, vital: "temperature", origin: "spot", value }, 1_000);
  }
  expect([...told.view().trends.values()][0]?.map(({ value }) => value)).toEqual([36.8, 37.2, 37.9]);
});

test("after the consultation nothing about the patient is left", () => {
  const told = chart();
  told.measured(READING, 1_000);
  told.measured({ ...READING, origin: "stored" }, 1_000);
  told.result(RESULT, 1_000);
  told.forget();
  const { vitals, trends, apart, results } = told.view();
  expect([vitals.length, trends.size, apart.count, results.count]).toEqual([0, 0, 0, 0]);
});
