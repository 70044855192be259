/** How fresh a number is, so that nothing old ever looks new. */

import type { InstrumentView, LinkView, VitalView } from "./snapshot.ts";

/** How a vital sign is shown: `devices.readings.Vital`. */
export interface VitalKind {
  readonly decimals: number;
  /** Its instrument keeps sending while it measures; else each value stands alone. */
  readonly isContinuous: boolean;
  /** The kind of instrument that gives it. */
  readonly instrument: string;
}

const VITALS: Readonly<Record<string, VitalKind>> = {
  spo2: { decimals: 0, isContinuous: true, instrument: "oximeter" },
  pulse: { decimals: 0, isContinuous: true, instrument: "oximeter" },
  perfusion_index: { decimals: 1, isContinuous: true, instrument: "oximeter" },
  temperature: { decimals: 1, isContinuous: false, instrument: "thermometer" },
};

/** Where a vital sign stands among the others on the screen; unknown ones come last. */
export function rankOf(vital: string): number {
  const rank = Object.keys(VITALS).indexOf(vital);
  return rank < 0 ? Number.MAX_SAFE_INTEGER : rank;
}

/** The vital signs that have a tile before anything was measured, in this order. */
export const USUAL_VITALS: readonly string[] = ["spo2", "pulse", "temperature"];

/** What is known of a vital sign; one added later is shown plainly, with what it brings. */
export function kindOf(vital: string): VitalKind {
  return VITALS[vital] ?? { decimals: 1, isContinuous: false, instrument: "" };
}

/** chosen: an oximeter sends each second; three missed ones are no longer "live". */
export const LIVE_FOR_MS = 3_000;

export type Freshness =
  | { readonly kind: "live" }
  | { readonly kind: "now" }
  | { readonly kind: "ago"; readonly age_ms: number }
  | { readonly kind: "cut"; readonly age_ms: number };

/** What decides about freshness besides the value's own age. */
export interface Surroundings {
  readonly link: LinkView;
  readonly instruments: readonly InstrumentView[];
}

/** How fresh this value is at `now_ms`; a cut line outweighs every age, a pulled cable "live". */
export function freshness(view: VitalView, around: Surroundings, now_ms: number): Freshness {
  const { link, instruments } = around;
  if (link.state === "cut") return { kind: "cut", age_ms: now_ms - link.since_ms };
  const age_ms = Math.max(0, now_ms - view.taken_ms);
  if (age_ms >= LIVE_FOR_MS) return { kind: "ago", age_ms };
  if (!kindOf(view.vital).isContinuous) return { kind: "now" };
  const isSending = instrumentFor(view.vital, instruments)?.state === "measuring";
  return isSending ? { kind: "live" } : { kind: "ago", age_ms };
}

/** The instrument that gives this vital sign, as the site last described it. */
export function instrumentFor(
  vital: string,
  instruments: readonly InstrumentView[],
): InstrumentView | undefined {
  const wanted = kindOf(vital).instrument;
  return instruments.find((instrument) => instrument.kind === wanted);
}
