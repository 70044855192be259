/** What a GP writes while examining: notes for themselves, and the summary the site gets. */

/** As written so far; kept on this computer until the site has it. */
export interface SummaryDraft {
  readonly text: string;
  /** For the GP alone; they never leave this computer. */
  readonly notes: string;
  /** Name and version of the template it was begun with: `teleconsultation/1`; or nothing. */
  readonly template: string;
  /** Stills chosen for the document, in order. */
  readonly stills: readonly number[];
  /** Files of ours that belong to it. */
  readonly files: readonly number[];
}

export const NO_DRAFT: SummaryDraft = { text: "", notes: "", template: "", stills: [], files: [] };

/** Whether the site would get the same; notes do not count, they stay here. */
export function isSameSummary(left: SummaryDraft, right: SummaryDraft): boolean {
  return toldOf(left) === toldOf(right);
}

/** Whether there is nothing in it to send. */
export function isEmptySummary({ text, stills, files }: SummaryDraft): boolean {
  return text.trim() === "" && stills.length === 0 && files.length === 0;
}

function toldOf({ text, template, stills, files }: SummaryDraft): string {
  return JSON.stringify([text.trim(), template, stills, files]);
}

/** The draft as it is kept. */
export function keptDraft(draft: SummaryDraft): string {
  return JSON.stringify(draft);
}

/** What `keptDraft` made; an empty one for anything else. */
export function draftOf(kept: string): SummaryDraft {
  try {
    const found = JSON.parse(kept === "" ? "{}" : kept) as Partial<Record<keyof SummaryDraft, unknown>>;
    const said = (value: unknown) => (typeof value === "string" ? value : "");
    const numbers = (value: unknown) => (Array.isArray(value) ? value.filter(Number.isSafeInteger) : []);
    const { text, notes, template } = found;
    const chosen = { stills: numbers(found.stills), files: numbers(found.files) };
    return { text: said(text), notes: said(notes), template: said(template), ...chosen };
  } catch {
    return { ...NO_DRAFT, text: kept }; // of a page before templates
  }
}
