/** Readings and views for tests, with whatever differs. */

import type { VitalView } from "@page/session/snapshot.ts";

export const READING = {
  kind: "measured" as const,
  vital: "spo2",
  value: 97,
  unit: "%",
  quality: "good",
  taken_ms: 1_000,
  model: "CMS50E",
  serial: null,
  origin: "live",
  record: null,
  measured_at: null,
  marks: [],
  sent_as: null,
  firmware: null,
};

export function view(other: Partial<VitalView> = {}): VitalView {
  const { kind: _, ...usual } = READING;
  return { ...usual, isDeferred: false, ...other };
}

/** What a cuff measures in one go. */
export function cuff(record: number, systolic: number, taken_ms = 1_000): VitalView[] {
  const same = { unit: "mm[Hg]", model: "UA-767", origin: "spot", record, taken_ms };
  return [
    view({ ...same, vital: "systolic", value: systolic }),
    view({ ...same, vital: "diastolic", value: 76 }),
    view({ ...same, vital: "mean_pressure", value: 93 }),
    view({ ...same, vital: "pulse", value: 72, unit: "/min" }),
  ];
}

export function instrument(other: Record<string, string | null> = {}) {
  const usual = { kind: "oximeter", model: "CMS50E", serial: null, firmware: null, state: "measuring" };
  return { ...usual, ...other } as { [K in keyof typeof usual]: (typeof usual)[K] } & {
    serial: string | null;
    firmware: string | null;
  };
}
