/** Asks once more before the consultation ends for both. */

import { undelivered } from "../../session/outgoing_files.ts";
import type { PageRequests } from "../../session/requests.ts";
import { isSummarySafe, type PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setHidden, setText } from "../dom.ts";

export class Ending {
  readonly element: HTMLDialogElement;
  readonly #texts: Texts;
  readonly #back: HTMLButtonElement;
  readonly #summary = el("p", { class: "warning", "data-testid": "end-warning" });
  readonly #files = el("p", { class: "warning", "data-testid": "end-files" });

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
      this.#files,
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

  show({ summary, documents }: PageSnapshot): void {
    const isSafe = isSummarySafe(summary);
    setHidden(this.#summary, isSafe);
    const key = summary.isChanged ? "end.summary_unsent" : "end.summary_waits";
    setText(this.#summary, isSafe ? "" : this.#texts.say(key));
    const names = undelivered(documents, summary.files).map(({ label }) => label);
    setHidden(this.#files, names.length === 0);
    setText(this.#files, this.#texts.say("end.files_wait", { names: names.join(", ") }));
  }
}
