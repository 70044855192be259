/** Who waits, before and during a consultation, with made-up people. */

import { EMPTY, type PageSnapshot, type WaitingView } from "../src/session/snapshot.ts";

/** Scenes around `live`, a consultation. */
export function waitingScenes(now_ms: number, live: PageSnapshot): Record<string, PageSnapshot> {
  const nobody: WaitingView = {
    ...{ id: "1", since_ms: now_ms - 260_000, siteName: "Mme Petit", sitePlace: "Pharmacie des Halles" },
    ...{ patientName: "Mme Durand", reason: "toux depuis trois jours", patient: null },
    ...{ background: null, vitals: live.vitals, question: null, told: null, refusal: null },
    ...{ areWordsToCompare: false, verified_ms: now_ms - 86_400_000, relayIsReachable: true },
    isUnsent: false,
  };
  const first: WaitingView = { ...nobody, patient: live.patient, background: live.background };
  const told = { minutes: 10, text: "Je termine une visite", isRedirected: false, at_ms: now_ms - 60_000 };
  const second: WaitingView = {
    ...{ ...nobody, id: "2", siteName: "M. Roux, infirmier", sitePlace: "Figeac", vitals: [], told },
    ...{ patientName: "M. Petit", reason: "plaie de jambe" },
  };
  const text = "Cette plaie vous paraît-elle infectée\u202f? Photos jointes.";
  const question = { text, at_ms: now_ms - 3_600_000 };
  const asked: WaitingView = { ...second, id: "3", question, told: null };
  const over: WaitingView = { ...nobody, id: "4", vitals: [], isUnsent: true };
  const own = {
    ...{ name: "Hélène MARTIN", rpps: "10001234567", issuer: "auth.esw.esante.gouv.fr" },
    verified_ms: now_ms - 900_000,
  };
  const url = "https://auth.esw.esante.gouv.fr/";
  return {
    proof_possible: { ...EMPTY, proof: { state: "possible", url: "", own: null } },
    proof_asking: { ...EMPTY, proof: { state: "asking", url, own: null } },
    proof_verified: { ...EMPTY, proof: { state: "verified", url: "", own } },
    proof_site: { ...live, siteProfession: { ...own, name: "Claire PETIT" } },
    waiting_room: { ...EMPTY, waiting: [first, second, asked] },
    waiting_unsent: { ...EMPTY, waiting: [first, over] },
    waiting_aside: { ...live, waiting: [second] },
    elsewhere: { ...EMPTY, isElsewhere: true },
  };
}
