/** How fresh a number is, so that nothing old ever looks new. */

import type { InstrumentView, LinkView, VitalView } from "./snapshot.ts";

/** chosen: an instrument that streams tells each second; three missed ones are no longer "live". */
export const LIVE_FOR_MS = 3_000;

export type Freshness =
  | { readonly kind: "live" }
  /** One measurement, made at the value's own time. */
  | { readonly kind: "spot"; readonly age_ms: number }
  /** It waited at the site for the line; its own time is long past. */
  | { readonly kind: "deferred"; readonly age_ms: number }
  /** A value of a stream that goes on no more. */
  | { readonly kind: "ago"; readonly age_ms: number }
  | { readonly kind: "cut"; readonly age_ms: number };

/** How fresh this value is at `now_ms`; a cut line outweighs every age, a pulled cable "live". */
export function freshness(
  view: VitalView,
  instrument: InstrumentView | undefined,
  link: LinkView,
  now_ms: number,
): Freshness {
  if (link.state === "cut") return { kind: "cut", age_ms: now_ms - link.since_ms };
  const age_ms = Math.max(0, now_ms - view.taken_ms);
  if (view.isDeferred) return { kind: "deferred", age_ms };
  if (view.origin !== "live") return { kind: "spot", age_ms };
  const isSending = instrument?.state === "measuring";
  return isSending && age_ms < LIVE_FOR_MS ? { kind: "live" } : { kind: "ago", age_ms };
}
