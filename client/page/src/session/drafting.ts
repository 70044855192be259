/** What the GP writes for the summary of one visit, kept until the site has it. */

import type { Exchanges } from "./exchanges.ts";
import type { DraftOwner, Drafts } from "./ports.ts";
import { isSummarySafe } from "./snapshot.ts";
import { draftOf, keptDraft, NO_DRAFT, type SummaryDraft } from "./summary.ts";

export class Drafting {
  readonly #drafts: Drafts;
  readonly #owner: DraftOwner;
  readonly #onChange: () => void;
  /** Where it goes; `null` before the consultation. */
  #exchanges: Exchanges | null = null;

  constructor(drafts: Drafts, owner: DraftOwner, onChange: () => void) {
    this.#drafts = drafts;
    this.#owner = owner;
    this.#onChange = onChange;
  }

  /** The consultation begins: bring back what was kept, unless something is written by then. */
  async begin(exchanges: Exchanges): Promise<void> {
    this.#exchanges = exchanges;
    const draft = await this.#drafts.load(this.#owner);
    if (draft !== "" && !exchanges.summary.isChanged) exchanges.draft(draftOf(draft));
    this.#onChange();
  }

  write(part: Partial<SummaryDraft>): void {
    if (this.#exchanges === null) return;
    this.#exchanges.draft(part);
    this.#drafts.keep(this.#owner, keptDraft(this.#exchanges.drafted));
    this.#onChange();
  }

  /** Only this page has what is written. */
  get isUnsaved(): boolean {
    return this.#exchanges !== null && !isSummarySafe(this.#exchanges.summary);
  }

  /** The site has it: only the GP's own notes are kept until the end. */
  received(): void {
    const { notes } = this.#exchanges?.drafted ?? NO_DRAFT;
    if (notes === "") this.#drafts.erase(this.#owner);
    else this.#drafts.keep(this.#owner, keptDraft({ ...NO_DRAFT, notes }));
  }

  /** The consultation is over: the GP's notes go too, but nothing that only this page has. */
  over(): void {
    if (!this.isUnsaved) this.erase();
  }

  /** Of a consultation that never began, what an earlier one left stays for the next. */
  erase(): void {
    if (this.#exchanges !== null) this.#drafts.erase(this.#owner);
  }
}
