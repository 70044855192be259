import { expect, test } from "vitest";
import { Chart, KINDS_LIMIT } from "@page/session/chart.ts";
import { ClockOffset } from "@page/session/clock_offset.ts";

const reading = (vital: string, value: number, taken_ms: number) => ({
  kind: "measured" as const,
  vital,
  value,
  unit: "%",
  quality: "good",
  taken_ms,
  model: "CMS50E",
  serial: null,
  origin: "live",
  record: null,
  measured_at: null,
  marks: [],
  sent_as: null,
  firmware: null,
});

test("a reading from a site's clock that leapt ahead grows old from when it was heard", () => {
  const chart = new Chart();
  chart.measured(reading("spo2", 97, 3_600_000), 1_000);
  expect(chart.view(new ClockOffset()).vitals[0]?.taken_ms).toBe(1_000);
});

test("a reading that comes late keeps its true time", () => {
  const chart = new Chart();
  chart.measured(reading("spo2", 97, 1_000), 60_000);
  expect(chart.view(new ClockOffset()).vitals[0]?.taken_ms).toBe(1_000);
});

test("a site that names ever new vital signs fills nothing", () => {
  const chart = new Chart();
  for (let n = 0; n < 2 * KINDS_LIMIT; n += 1) chart.measured(reading(`vital ${n}`, n, n), n);
  expect(chart.view(new ClockOffset()).vitals).toHaveLength(KINDS_LIMIT);
});
