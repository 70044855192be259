/** What the GP writes for the summary of one visit, kept until the site has it. */

import type { Exchanges } from "./exchanges.ts";
import type { DraftOwner, Drafts } from "./ports.ts";
import { isSummarySafe } from "./snapshot.ts";
import { draftOf, keptDraft, NO_DRAFT, type SummaryDraft } from "./summary.ts";

export class Drafting {
  readonly #drafts: Drafts;
  readonly #owner: DraftOwner;

  constructor(drafts: Drafts, owner: DraftOwner) {
    this.#drafts = drafts;
    this.#owner = owner;
  }

  /** Bring back what was kept, unless something is written already. */
  async restore(exchanges: Exchanges): Promise<void> {
    const draft = await this.#drafts.load(this.#owner);
    if (draft !== "" && !exchanges.summary.isChanged) exchanges.draft(draftOf(draft));
  }

  write(exchanges: Exchanges, part: Partial<SummaryDraft>): void {
    exchanges.draft(part);
    this.#drafts.keep(this.#owner, keptDraft(exchanges.drafted));
  }

  /** The site has it: only the GP's own notes are kept until the end. */
  received({ drafted: { notes } }: Exchanges): void {
    if (notes === "") this.#drafts.erase(this.#owner);
    else this.#drafts.keep(this.#owner, keptDraft({ ...NO_DRAFT, notes }));
  }

  /** The consultation is over: the GP's notes go too, but nothing that the site does not have. */
  over({ summary }: Exchanges): void {
    if (isSummarySafe(summary)) this.erase();
  }

  erase(): void {
    this.#drafts.erase(this.#owner);
  }
}
