/** What the site told of the line: whose is weak, what of the picture goes, and what it follows. */

import type { Message } from "../core/wire.ts";

const WEAK = ["none", "site", "gp", "both"] as const;
const MODES = ["live", "heartbeat", "none"] as const;
/** `client.core.adaptation.plan.Preference`. */
export const PREFERENCES = ["balanced", "smooth", "sharp", "still_first"] as const;

/** Whose line holds the call back; ours is the GP's. */
export type Weak = (typeof WEAK)[number];
export type PictureMode = (typeof MODES)[number];
export type Preference = (typeof PREFERENCES)[number];

export interface LineState {
  readonly weak: Weak;
  readonly picture: PictureMode;
  /** From one picture of a heartbeat to the next; 0 in any other mode. */
  readonly beat_ms: number;
  /** What the picture follows now, by our wish or by the site's. */
  readonly preference: Preference;
}

export const USUAL: LineState = { weak: "none", picture: "live", beat_ms: 0, preference: "balanced" };

/** As the newest report says; a word this page does not know yet says nothing. */
export function lineState(report: Extract<Message, { kind: "link_report" }> | null): LineState {
  if (report === null) return USUAL;
  return {
    weak: known(WEAK, report.weak) ?? USUAL.weak,
    picture: known(MODES, report.picture) ?? USUAL.picture,
    beat_ms: report.beat_ms,
    preference: known(PREFERENCES, report.preference) ?? USUAL.preference,
  };
}

/** A preference by its word; the usual one for a word this page does not know. */
export function wished(word: string): Preference {
  return known(PREFERENCES, word) ?? USUAL.preference;
}

function known<T extends string>(words: readonly T[], word: string): T | undefined {
  return words.find((one) => one === word);
}
