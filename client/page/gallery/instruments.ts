/** A pharmacy's instruments at once: what streams, what was measured once, what is remembered. */

import type { PageSnapshot, ResultView, VitalView } from "../src/session/snapshot.ts";
import { trendKey } from "../src/session/vital_groups.ts";

const MINUTE_MS = 60_000;

/** Scenes with many instruments. */
export function instruments(live: PageSnapshot, now_ms: number): Record<string, PageSnapshot> {
  const vitals = measured(now_ms);
  const fresh_ms = now_ms + 3_000; // still fresh when the picture is taken
  const many: PageSnapshot = {
    ...live,
    vitals: vitals.map((view) => (view.origin === "live" ? { ...view, taken_ms: fresh_ms } : view)),
    trends: new Map(vitals.map((view) => [trendKey(view), course(view, now_ms)])),
    instruments: [
      { kind: "oximeter", model: "Contec CMS50D+", serial: "5012", firmware: "1.4", state: "measuring" },
      { kind: "blood_pressure", model: "A&D UA-767PC", serial: "5070400123", firmware: null, state: "ready" },
      { kind: "thermometer", model: "FORA IR42", serial: "2207", firmware: null, state: "unplugged" },
      { kind: "glucometer", model: "OneTouch Ultra 2", serial: "YXR1234", firmware: "P02.00", state: "ready" },
      { kind: "scale", model: "Marsden M-430", serial: null, firmware: null, state: "measuring" },
    ],
    apart: { items: remembered(now_ms), count: 1_204 },
    results: { items: results(now_ms), count: 3 },
  };
  const second = { kind: "oximeter", model: "Nonin 3150", serial: "501", firmware: null, state: "measuring" };
  return {
    consultation_instruments: many,
    consultation_two_oximeters: {
      ...live,
      vitals: [
        value("spo2", 97, "%", fresh_ms, "CMS50E"),
        value("pulse", 76, "/min", fresh_ms, "CMS50E"),
        { ...value("spo2", 93, "%", fresh_ms, "Nonin 3150"), serial: "501" },
        { ...value("pulse", 77, "/min", fresh_ms, "Nonin 3150"), serial: "501" },
      ],
      instruments: [...live.instruments, second],
    },
  };
}

function value(vital: string, number: number | null, unit: string, taken_ms: number, model: string): VitalView {
  const told = { origin: "live", record: null, measured_at: null, marks: [], sent_as: null, isDeferred: false };
  return { vital, value: number, unit, quality: "good", taken_ms, model, serial: null, firmware: null, ...told };
}

function measured(now_ms: number): VitalView[] {
  const oximeter = { serial: "5012", firmware: "1.4" };
  const spot = { origin: "spot", record: 1 };
  const cuff = { ...spot, serial: "5070400123", measured_at: "2026-11-12T14:26:00" };
  const at_ms = now_ms - 3 * MINUTE_MS;
  const [contec, cuffs, scale] = ["Contec CMS50D+", "A&D UA-767PC", "Marsden M-430"];
  return [
    { ...value("spo2", 97, "%", now_ms, contec), ...oximeter },
    { ...value("pulse", 76, "/min", now_ms, contec), ...oximeter },
    { ...value("perfusion_index", 4.2, "%", now_ms, contec), ...oximeter },
    { ...value("systolic", 128, "mm[Hg]", at_ms, cuffs), ...cuff },
    { ...value("diastolic", 76, "mm[Hg]", at_ms, cuffs), ...cuff },
    { ...value("mean_pressure", 93, "mm[Hg]", at_ms, cuffs), ...cuff },
    { ...value("pulse", 72, "/min", at_ms, cuffs), ...cuff },
    { ...value("temperature", 37.8, "Cel", now_ms - 9 * MINUTE_MS, "FORA IR42"), ...spot, serial: "2207" },
    { ...value("weight", 72.3, "kg", now_ms, scale), ...spot, quality: "unstable", sent_as: "159.4 lb" },
  ];
}

function course(view: VitalView, now_ms: number) {
  if (view.origin !== "live") return [{ at_ms: view.taken_ms, value: view.value }];
  return Array.from({ length: 120 }, (_, n) => {
    const isLost = n > 60 && n < 70;
    const wave = Math.round(2 * Math.sin(n / 9));
    return { at_ms: now_ms - (120 - n) * 2_000, value: isLost ? null : (view.value ?? 0) + wave };
  });
}

function remembered(now_ms: number): VitalView[] {
  const meter = { model: "OneTouch Ultra 2", serial: "YXR1234", firmware: "P02.00" };
  const glucose = (record: number, number: number, at: string, marks: string[] = []) => ({
    ...value("glucose", number, "mg/dL", now_ms, ""),
    ...{ ...meter, origin: "stored", record, measured_at: at, marks },
  });
  const cuff = { model: "A&D UA-767PC", serial: "5070400123", origin: "stored", record: 9 };
  const old = { ...cuff, measured_at: "2015-03-12T16:45:00" };
  return [
    glucose(3, 118, "2026-11-11T12:10:00"),
    glucose(4, 104, "2026-11-12T07:32:00", ["before_meal"]),
    glucose(5, 112, "2026-11-12T07:40:00", ["control"]),
    { ...value("systolic", 141, "mm[Hg]", now_ms, ""), ...old },
    { ...value("diastolic", 88, "mm[Hg]", now_ms, ""), ...old },
    { ...value("mean_pressure", 105, "mm[Hg]", now_ms, ""), ...old },
    { ...value("pulse", 81, "/min", now_ms, ""), ...old },
  ];
}

function results(now_ms: number): ResultView[] {
  const analyser = { model: "Afinion 2", serial: "AF0012345", firmware: "21.04", quality: "good" };
  const sample = { origin: "spot", record: 1, measured_at: "2026-11-12T14:21:00", marks: [] };
  const usual = { ...analyser, ...sample, taken_ms: now_ms - 8 * MINUTE_MS };
  const made = { ...usual, flags: null, reference_range: null };
  return [
    { ...made, test: "CRP", value: "<5", unit: "mg/L", loinc: "1988-5", reference_range: "0 to 10" },
    { ...made, test: "HbA1c", value: "5.9", unit: "%", loinc: "4548-4", flags: "N" },
    { ...made, test: "CTRL C I", value: "31", unit: "mg/L", loinc: null, marks: ["control"] },
  ];
}
