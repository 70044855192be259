/** What a screen may ask of the session; the session decides. */

import type { Preference } from "./line_state.ts";
import type { Self } from "./ports.ts";
import type { Area } from "./snapshot.ts";
import type { SummaryDraft } from "./summary.ts";

/** Steps of the examination a GP can ask for: `client.core.wire.Asked.what`. */
export type AskWhat =
  | "oximeter"
  | "temperature"
  | "pressure"
  | "glucose"
  | "weight"
  | "ecg"
  | "ear"
  | "throat"
  | "skin"
  | "still"
  | "clip"
  | "listen"
  | "text";

export interface PageRequests {
  /** Join with this invitation link, or its fragment alone; false when it is not an invitation. */
  join(self: Self, link: string): boolean;
  /** Log in at the provider of the page's host, who vouches for the GP's profession. */
  proveProfession(): void;
  /** Take the call of this site, a `SiteView.id`. */
  answer(id: string, self: Self): void;
  /** See this one now, a `WaitingView.id`; who is in front waits meanwhile. */
  accept(id: string): void;
  /** Ask this one for patience; `minutes` is `null` where nobody knows. */
  askToWait(id: string, minutes: number | null, text: string): void;
  /** Send this one elsewhere: nobody will come. */
  redirect(id: string, text: string): void;
  /** Let who is in front wait, and see who else does. */
  stepAside(): void;
  /** Tell the site that calls that nobody will come. */
  decline(id: string): void;
  /** This site can call no more; it has to be met again. */
  forgetSite(id: string): void;
  compareWords(equal: boolean): void;
  ask(what: AskWhat, text: string): void;
  /** This part of a still at full resolution, before the rest of it. */
  askRegion(still: number, area: Area): void;
  /** Show the site where to look, in per mille of the picture: a still, or 0 for the live one. */
  point(still: number, left: number, top: number): void;
  /** Take the pointer away. */
  pointNowhere(still: number): void;
  write(text: string): void;
  /** Keep what is written so far, encrypted, on this computer. */
  draftSummary(part: Partial<SummaryDraft>): void;
  /** Sign what is written and send it; it replaces what was sent before. */
  sendSummary(): void;
  /** Send the site a file that belongs to the summary; its number, `null` for one that cannot be. */
  offerFile(bytes: Uint8Array, label: string, mediaType: string): Promise<number | null>;
  /** What the picture is to follow; `balanced` takes a wish back. */
  wishPicture(preference: Preference): void;
  mute(on: boolean): void;
  turnCameraOff(on: boolean): void;
  /** End the consultation: `finished` or `unsuitable`. */
  end(reason: "finished" | "unsuitable"): void;
  /** Leave what went wrong or give up waiting, and what was written: back to the first screen. */
  startAgain(): void;
}
