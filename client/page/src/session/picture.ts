/** The one picture of a visit that the screens show. */

import { paperViews } from "./paper_views.ts";
import { EMPTY, type PageSnapshot } from "./snapshot.ts";
import { soundViews } from "./sound_views.ts";
import { stillViews } from "./still_views.ts";
import type { Visit } from "./visit.ts";

/** Everything the page can show of this visit now. */
export function picture(visit: Visit): PageSnapshot {
  const { phase, waitingFor, refusal, end } = visit;
  const { words, isSure: wordsEqualHere, verified_ms, siteProfession } = visit.certainty;
  const mine = { phase, waitingFor, refusal, words, wordsEqualHere, verified_ms, end, siteProfession };
  const { microphone, camera, own } = visit.media;
  const base = { ...EMPTY, ...mine, waitingSince_ms: visit.since_ms };
  const link = { ...EMPTY.link, relayIsReachable: visit.relayIsReachable };
  const consultation = visit.consultation;
  if (consultation === null) {
    return { ...base, link, media: { ...EMPTY.media, microphone, camera, own } };
  }
  const { siteIsMuted, siteCameraIsOff, siteIsPaused, line, ...told } = consultation.chart.view();
  const { current, ...stands } = consultation.link;
  const { asks, texts, summary } = consultation.exchanges;
  return {
    ...base,
    ...told,
    question: consultation.question,
    asks,
    texts,
    summary,
    documents: consultation.files.views,
    link: { ...link, ...stands, siteIsMuted, siteCameraIsOff, siteIsPaused, line },
    wish: consultation.wish,
    stills: stillViews(consultation.album.pages, consultation.offset),
    sounds: soundViews(consultation.album.pages, consultation.offset),
    papers: paperViews(consultation.album.pages, consultation.offset),
    media: {
      microphone,
      camera,
      own,
      // Nothing of the patient is shown or heard of before its time, and nothing after.
      picture: phase === "consulting" ? (current?.picture ?? null) : null,
      voice: phase === "comparing" || phase === "consulting" ? (current?.voice ?? null) : null,
    },
  };
}
