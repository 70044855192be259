/** Whether the picture on the screen is live, one of a heartbeat, or stands still. */

import type { LinkView } from "./snapshot.ts";

/** chosen: several pictures of the slowest motion the site sends; from then on it is stamped. */
export const FROZEN_AFTER_MS = 2_000;
/** chosen: a heartbeat's picture may be lost once; it is on its way for about a second. */
const BEATS_MISSED = 2;
const ON_ITS_WAY_MS = 1_000;

export type Liveness =
  | { readonly kind: "none" }
  | { readonly kind: "live" }
  | { readonly kind: "beat"; readonly every_ms: number; readonly age_ms: number }
  | { readonly kind: "frozen"; readonly age_ms: number };

/**
 * What the picture shown since `seen_ms` is at `now_ms`; `null`: none came yet. Where there is no
 * codec for it, what a browser draws is a black one of its own.
 */
export function liveness(seen_ms: number | null, link: LinkView, now_ms: number): Liveness {
  if (seen_ms === null || !link.canShow) return { kind: "none" };
  const { state, line } = link;
  const age_ms = Math.max(0, now_ms - seen_ms);
  if (state !== "up" || line.picture !== "heartbeat") {
    return age_ms > FROZEN_AFTER_MS ? { kind: "frozen", age_ms } : { kind: "live" };
  }
  const frozenAfter_ms = Math.max(FROZEN_AFTER_MS, BEATS_MISSED * line.beat_ms + ON_ITS_WAY_MS);
  if (age_ms > frozenAfter_ms) return { kind: "frozen", age_ms };
  return { kind: "beat", every_ms: line.beat_ms, age_ms };
}
