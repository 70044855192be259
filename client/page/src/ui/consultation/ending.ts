/** Asks once more before the consultation ends for both. */

import type { PageRequests } from "../../session/requests.ts";
import { isSummarySafe, type PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setHidden, setText } from "../dom.ts";

export class Ending {
  readonly element: HTMLDialogElement;
  readonly #texts: Texts;
  readonly #back: HTMLButtonElement;
  readonly #summary = el("p", { class: "warning", "data-testid": "end-warning" });

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    const end = (reason: "finished" | "unsuitable") => () => {
      this.element.close();
      requests.end(reason);
    };
    this.#back = button(texts.say("end.back"), () => this.element.close(), {
      "data-testid": "end-back",
    });
    this.element = el(
      "dialog",
      { "aria-labelledby": "end-title", "data-testid": "end-dialog" },
      el("h2", { id: "end-title" }, texts.say("end.title")),
      el("p", {}, texts.say("end.lead")),
      this.#summary,
      el(
        "div",
        { class: "choices" },
        button(texts.say("end.confirm"), end("finished"), {
          class: "primary",
          "data-testid": "end-confirm",
        }),
        this.#back,
      ),
      button(texts.say("end.unsuitable"), end("unsuitable"), {
        class: "quiet",
        "data-testid": "end-unsuitable",
      }),
    );
  }

  open(): void {
    this.element.showModal();
    this.#back.focus(); // Enter pressed twice must not end a consultation
  }

  show({ summary }: PageSnapshot): void {
    const isSafe = isSummarySafe(summary);
    const isSent = summary.draftText.trim() === summary.sentText;
    setHidden(this.#summary, isSafe);
    const key = isSent ? "end.summary_waits" : "end.summary_unsent";
    setText(this.#summary, isSafe ? "" : this.#texts.say(key));
  }
}
