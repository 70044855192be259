/** The one picture of a visit that the screens show. */

import { hex } from "../bytes.ts";
import type { Page } from "./album.ts";
import type { ClockOffset } from "./clock_offset.ts";
import { EMPTY, type PageSnapshot, type StillView } from "./snapshot.ts";
import type { Visit } from "./visit.ts";

const JPEG_START = 0xff;
/** Complete pictures, made once: the screen must see the same object again. */
const pictures = new WeakMap<Page, Blob>();

/** Everything the page can show of this visit now. */
export function picture(visit: Visit): PageSnapshot {
  const { phase, waitingFor, refusal, words, wordsEqualHere, verified_ms, end } = visit;
  const mine = { phase, waitingFor, refusal, words, wordsEqualHere, verified_ms, end };
  const { microphone, camera, own } = visit.media;
  const base = { ...EMPTY, ...mine, waitingSince_ms: visit.since_ms };
  const link = { ...EMPTY.link, relayIsReachable: visit.relayIsReachable };
  const consultation = visit.consultation;
  if (consultation === null) {
    return { ...base, link, media: { ...EMPTY.media, microphone, camera, own } };
  }
  const { siteIsMuted, siteCameraIsOff, siteIsPaused, line, ...told } = consultation.chart.view(
    consultation.offset,
  );
  const { current, ...stands } = consultation.link;
  const { asks, texts, summary } = consultation.exchanges;
  return {
    ...base,
    ...told,
    asks,
    texts,
    summary,
    link: { ...link, ...stands, siteIsMuted, siteCameraIsOff, siteIsPaused, line },
    wish: consultation.wish,
    stills: consultation.album.pages.map((page) => stillView(page, consultation.offset)),
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

function stillView(page: Page, offset: ClockOffset): StillView {
  const { id, label, size, width, height, taken_ms, sha256 } = page.offer;
  return {
    id,
    label,
    state: page.state,
    held: page.held,
    size,
    width,
    height,
    taken_ms: offset.here(taken_ms),
    sha256_hex: hex(sha256),
    picture: page.state === "complete" ? pictureOf(page) : null,
  };
}

function pictureOf(page: Page): Blob {
  const known = pictures.get(page);
  if (known !== undefined) return known;
  const type = page.data[0] === JPEG_START ? "image/jpeg" : "image/png";
  const made = new Blob([page.data], { type });
  pictures.set(page, made);
  return made;
}
