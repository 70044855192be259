/** A question that was left for the GP, and the ways to answer it. */

import type { PageRequests } from "../../session/requests.ts";
import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setHidden, setText } from "../dom.ts";
import { Memo } from "./memo.ts";

export class Expertise {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #asked = el("p", { class: "hint" });
  readonly #question = el("blockquote", { class: "question", "data-testid": "question" });
  readonly #memo: Memo;

  constructor(texts: Texts, requests: PageRequests, write: () => void) {
    this.#texts = texts;
    this.#memo = new Memo(texts, requests);
    const answer = button(texts.say("expertise.answer"), write, {
      class: "primary",
      "data-testid": "expertise-answer",
    });
    this.element = el(
      "section",
      { class: "panel expertise", "aria-labelledby": "expertise-title", hidden: true },
      el("h2", { id: "expertise-title" }, texts.say("expertise.title")),
      this.#asked,
      this.#question,
      el("p", {}, texts.say("expertise.how")),
      el("div", { class: "line" }, answer),
      this.#memo.element,
    );
  }

  show({ question }: PageSnapshot, now_ms: number): void {
    setHidden(this.element, question === null);
    this.#memo.show(now_ms);
    if (question === null) return;
    const facts = { date: this.#texts.date(question.at_ms), time: this.#texts.time(question.at_ms) };
    setText(this.#asked, this.#texts.say("expertise.asked", facts));
    setText(this.#question, question.text);
  }

  close(): void {
    this.#memo.close();
  }
}
