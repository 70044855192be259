/** Requests, messages and the summary as the screens show them. */

export type AskState = "sending" | "received" | "done" | "not_possible";

export interface AskView {
  readonly id: number;
  readonly what: string;
  readonly text: string;
  readonly asked_ms: number;
  readonly state: AskState;
}

export interface TextView {
  /** Steady for the life of the page: the screen adds only what is new. */
  readonly id: number;
  readonly isMine: boolean;
  readonly text: string;
  readonly at_ms: number;
  /** Ours: the site's receipt is here. Theirs: always true. */
  readonly isReceived: boolean;
}

export interface SummaryView {
  /** As written so far. */
  readonly draftText: string;
  /** What was last sent; empty when nothing was. */
  readonly sentText: string;
  /** Page's clock, when the site's receipt for it came; `null` until then. */
  readonly received_ms: number | null;
  /** A version of it was sent. */
  readonly isSent: boolean;
  /** Anything of it differs from what was last sent. */
  readonly isChanged: boolean;
  /** `SummaryDraft` tells what these are. */
  readonly notes: string;
  readonly template: string;
  readonly stills: readonly number[];
  readonly files: readonly number[];
}

/** Whether the site holds exactly what is written now. */
export function isSummarySafe(summary: SummaryView): boolean {
  const { draftText, stills, files, isChanged, received_ms } = summary;
  const isEmpty = draftText.trim() === "" && stills.length === 0 && files.length === 0;
  return isEmpty || (!isChanged && received_ms !== null);
}
