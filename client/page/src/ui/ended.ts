/** After the goodbye: who ended, whether the summary arrived, what this page kept. */

import { type DocumentView, undelivered } from "../session/outgoing_files.ts";
import { isSummarySafe, type PageSnapshot, type SummaryView } from "../session/snapshot.ts";
import type { History } from "../store/history.ts";
import type { TextKey } from "../texts.ts";
import { Keeping } from "./after/keeping.ts";
import { el, setHidden, setText } from "./dom.ts";
import type { Screen, Surroundings } from "./screen.ts";

export class EndedScreen implements Screen {
  readonly element: HTMLElement;
  readonly #texts;
  readonly #title = el("h1", { id: "ended-title", tabindex: -1 });
  readonly #who = el("p", { class: "lead", "data-testid": "ended-reason" });
  readonly #summary = el("p", { "data-testid": "ended-summary" });
  readonly #files = el("p", { class: "warning", "data-testid": "ended-files" });
  /** As they were before the session let go of them. */
  #documents: readonly DocumentView[] = [];
  readonly #lost = el("textarea", { readonly: true, rows: 8, "aria-labelledby": "ended-title" });
  readonly #keeping: Keeping;

  constructor({ texts, requests }: Surroundings, history: History) {
    this.#texts = texts;
    this.#keeping = new Keeping(texts, history, () => requests.startAgain());
    this.element = el(
      "section",
      { class: "card", "aria-labelledby": "ended-title" },
      this.#title,
      this.#who,
      this.#summary,
      this.#files,
      this.#lost,
      this.#keeping.element,
    );
  }

  show(snapshot: PageSnapshot): void {
    const isEnding = snapshot.end?.isEnding ?? false;
    setText(this.#title, this.#texts.say(isEnding ? "ended.ending" : "ended.title"));
    setText(this.#who, this.#texts.say(whoKey(snapshot)));
    const key = isEnding ? null : summaryKey(snapshot.summary);
    setHidden(this.#summary, key === null);
    if (key !== null) setText(this.#summary, this.#texts.say(key));
    setHidden(this.#lost, key !== "ended.summary.lost");
    if (this.#lost.value !== snapshot.summary.draftText) {
      this.#lost.value = snapshot.summary.draftText;
    }
    this.#showFiles(snapshot, isEnding);
    setHidden(this.#keeping.element, isEnding);
    this.#keeping.show(snapshot);
  }

  #showFiles({ documents, summary }: PageSnapshot, isEnding: boolean): void {
    if (documents.length > 0) this.#documents = documents;
    const names = undelivered(this.#documents, summary.files).map(({ label }) => label);
    setHidden(this.#files, isEnding || names.length === 0);
    setText(this.#files, this.#texts.say("ended.files.lost", { names: names.join(", ") }));
  }
}

function whoKey({ end }: PageSnapshot): TextKey {
  if (end?.reason === "unsuitable") return "ended.unsuitable";
  return end?.byUs ? "ended.by_us" : "ended.by_site";
}

function summaryKey(summary: SummaryView): TextKey | null {
  if (!isSummarySafe(summary)) return "ended.summary.lost";
  return summary.draftText === "" ? null : "ended.summary.received";
}
