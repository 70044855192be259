/** Between "join" and the words: what is being waited for, and for how long. */

import type { PageSnapshot } from "../session/snapshot.ts";
import { button, el, setText } from "./dom.ts";
import type { Screen, Surroundings } from "./screen.ts";

export class WaitingScreen implements Screen {
  readonly element: HTMLElement;
  readonly #texts;
  readonly #step = el("p", { class: "lead", role: "status", "data-testid": "waiting-step" });
  readonly #elapsed = el("p", { class: "hint" });

  constructor({ texts, requests }: Surroundings) {
    this.#texts = texts;
    const cancel = button(texts.say("waiting.cancel"), () => requests.startAgain(), {
      "data-testid": "waiting-cancel",
    });
    this.element = el(
      "section",
      { class: "card", "aria-labelledby": "waiting-title" },
      el("h1", { id: "waiting-title", tabindex: -1 }, texts.say("waiting.title")),
      el("div", { class: "progress", "aria-hidden": "true" }),
      this.#step,
      this.#elapsed,
      cancel,
    );
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    setText(this.#step, this.#texts.say(`waiting.${snapshot.waitingFor}`));
    const age = this.#texts.age(now_ms - snapshot.waitingSince_ms);
    setText(this.#elapsed, this.#texts.say("waiting.elapsed", { age }));
  }
}
