/** Why the consultation stopped, in one sentence, and what to do. */

import type { PageSnapshot } from "../session/snapshot.ts";
import { button, el, setData, setText } from "./dom.ts";
import type { Screen, Surroundings } from "./screen.ts";

export class RefusedScreen implements Screen {
  readonly element: HTMLElement;
  readonly #texts;
  readonly #sentence = el("p", { class: "lead", "data-testid": "error" });
  readonly #hint = el("p", { "data-testid": "error-hint" });
  readonly #again: HTMLButtonElement;

  constructor({ texts, requests }: Surroundings) {
    this.#texts = texts;
    this.#again = button(texts.say("refused.again"), () => requests.startAgain(), {
      "data-testid": "error-again",
    });
    this.element = el(
      "section",
      { class: "card", role: "alert", "aria-labelledby": "refused-title" },
      el("h1", { id: "refused-title", tabindex: -1 }, texts.say("refused.title")),
      this.#sentence,
      this.#hint,
      this.#again,
    );
  }

  show(snapshot: PageSnapshot): void {
    const reason = snapshot.refusal ?? "broken";
    setText(this.#sentence, this.#texts.say(`refused.${reason}`));
    setText(this.#hint, this.#texts.say(`refused.${reason}.hint`));
    setData(this.#sentence, "reason", reason);
    const label = reason === "relay" ? "refused.retry" : "refused.again";
    setText(this.#again, this.#texts.say(label));
  }
}
