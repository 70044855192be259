/** One who waits, as the waiting room shows it: the packet from before the call. */

import type { WaitingView } from "./snapshot.ts";
import type { Visit } from "./visit.ts";

/** It is over, and what the GP wrote for it is nowhere but here. */
export function isUnsent({ end, drafting }: Visit): boolean {
  return end !== null && drafting.isUnsaved;
}

export function waitingView(id: string, visit: Visit): WaitingView {
  const { since_ms, phase, refusal, consultation, relayIsReachable } = visit;
  const { verified_ms } = visit.certainty;
  const told = consultation?.told ?? null;
  const chart = consultation?.chart.view();
  return {
    ...{ id, since_ms, refusal, verified_ms, relayIsReachable, isUnsent: isUnsent(visit) },
    areWordsToCompare: phase === "comparing",
    siteName: chart?.siteName ?? "",
    sitePlace: chart?.sitePlace ?? "",
    patientName: chart?.patientName ?? "",
    reason: chart?.reason ?? "",
    patient: chart?.patient ?? null,
    background: chart?.background ?? null,
    vitals: chart?.vitals ?? [],
    question: consultation?.question ?? null,
    told: told && {
      ...{ minutes: told.minutes, text: told.text, at_ms: told.at_ms },
      isRedirected: told.is_redirected,
    },
  };
}
