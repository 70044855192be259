/** Why the consultation stopped, in one sentence, and what to do. */

import type { PageRequests } from "../session/requests.ts";
import { isSummarySafe, type PageSnapshot } from "../session/snapshot.ts";
import { button, el, setData, setHidden, setText } from "./dom.ts";
import type { Screen, Surroundings } from "./screen.ts";

export class RefusedScreen implements Screen {
  readonly element: HTMLElement;
  readonly #texts;
  readonly #sentence = el("p", { class: "lead", "data-testid": "error" });
  readonly #hint = el("p", { "data-testid": "error-hint" });
  /** What the GP had written and nobody has: to be copied. */
  readonly #lost = el("p", { "data-testid": "refused-lost" });
  readonly #written = el("textarea", { readonly: true, rows: 8, "aria-labelledby": "refused-written" });
  readonly #again: HTMLButtonElement;
  #isSure = false;

  constructor({ texts, requests }: Surroundings) {
    this.#texts = texts;
    this.#again = button(texts.say("refused.again"), () => this.#leave(requests), {
      "data-testid": "error-again",
    });
    this.#lost.id = "refused-written";
    setText(this.#lost, texts.say("ended.summary.lost"));
    this.element = el(
      "section",
      { class: "card", role: "alert", "aria-labelledby": "refused-title" },
      el("h1", { id: "refused-title", tabindex: -1 }, texts.say("refused.title")),
      this.#sentence,
      this.#hint,
      this.#lost,
      this.#written,
      this.#again,
    );
  }

  show(snapshot: PageSnapshot): void {
    const reason = snapshot.refusal ?? "broken";
    setText(this.#sentence, this.#texts.say(`refused.${reason}`));
    setText(this.#hint, this.#texts.say(`refused.${reason}.hint`));
    setData(this.#sentence, "reason", reason);
    const label = reason === "relay" ? "refused.retry" : "refused.again";
    setText(this.#again, this.#texts.say(this.#isSure ? "history.erase.sure" : label));
    const written = isSummarySafe(snapshot.summary) ? "" : snapshot.summary.draftText;
    if (this.#written.value !== written) this.#written.value = written;
    for (const part of [this.#lost, this.#written]) setHidden(part, written === "");
  }

  /** Two presses where the only copy of what was written would go. */
  #leave(requests: PageRequests): void {
    if (this.#written.value === "" || this.#isSure) return requests.startAgain();
    this.#isSure = true;
    setText(this.#again, this.#texts.say("history.erase.sure"));
  }
}
