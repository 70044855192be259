/** The state of the line in one sentence. */

import type { LinkView, PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";

/** chosen: above this share of invented voice a person notices; a matter of the line, not of care. */
const WEAK_ABOVE_PCT = 5;

export function lineSentence(texts: Texts, { link }: PageSnapshot, now_ms: number): string {
  if (link.state === "cut") {
    const away = link.relayIsReachable ? "" : ` · ${texts.say("link.relay_away")}`;
    return texts.say("link.cut", { age: texts.age(now_ms - link.since_ms) }) + away;
  }
  if (link.state !== "up") return texts.say(`link.${link.state}`);
  if (link.siteIsPaused) return texts.say("link.paused");
  return [...lineRemarks(texts, link), ...siteRemarks(texts, link)].join(" · ");
}

function lineRemarks(texts: Texts, link: LinkView): string[] {
  const { line, concealed_pct, siteCameraIsOff, canShow } = link;
  const isBroken = concealed_pct > WEAK_ABOVE_PCT;
  const whose = line.weak === "none" ? "link.up" : (`link.weak.${line.weak}` as const);
  const remarks = [texts.say(isBroken && line.weak === "none" ? "link.weak" : whose)];
  if (isBroken && line.weak !== "none") remarks.push(texts.say("link.voice_breaks"));
  if (!canShow) return [...remarks, texts.say("link.no_codec")];
  if (siteCameraIsOff) return remarks;
  if (line.picture === "none") remarks.push(texts.say("link.voice_only"));
  if (line.picture === "heartbeat") {
    remarks.push(texts.say("link.beats", { n: wholeSeconds(line.beat_ms) }));
  }
  const isReduced = line.picture === "live" && (line.weak === "site" || line.weak === "both");
  if (isReduced) remarks.push(texts.say("link.picture_reduced"));
  return remarks;
}

function siteRemarks(texts: Texts, link: LinkView): string[] {
  const remarks = [];
  if (link.siteIsMuted) remarks.push(texts.say("link.site_muted"));
  if (link.siteCameraIsOff) remarks.push(texts.say("link.site_camera_off"));
  return remarks;
}

/** From one picture of a heartbeat to the next. */
export function wholeSeconds(beat_ms: number): number {
  return Math.max(1, Math.round(beat_ms / 1_000));
}
