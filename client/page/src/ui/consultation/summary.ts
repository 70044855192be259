/** The summary the GP writes while examining. */

import type { PageRequests } from "../../session/requests.ts";
import type { PageSnapshot, SummaryView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setData, setText } from "../dom.ts";

/** UTF-16 units; chosen: two pages, which fit one parcel even at three bytes each. */
export const SUMMARY_LIMIT = 5_000;

export class Summary {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #input: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #state = el("p", { class: "note", role: "status", "data-testid": "summary-state" });
  #isFilled = false;

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#input = el("textarea", {
      rows: 5,
      maxlength: SUMMARY_LIMIT,
      "aria-labelledby": "summary-title",
      "aria-describedby": "summary-hint",
      "data-testid": "summary",
    });
    this.#input.addEventListener("input", () => requests.draftSummary(this.#input.value));
    const send = () => requests.sendSummary(this.#input.value.trim());
    this.#send = button(texts.say("summary.send"), send, {
      class: "primary",
      "data-testid": "summary-send",
    });
    this.element = el(
      "section",
      { class: "panel summary", "aria-labelledby": "summary-title" },
      el("h2", { id: "summary-title" }, texts.say("summary.title")),
      el("p", { class: "hint", id: "summary-hint" }, texts.say("summary.hint")),
      this.#input,
      el("div", { class: "line" }, this.#state, this.#send),
    );
  }

  /** Bring the field into sight and put the cursor in it. */
  open(): void {
    this.#input.focus();
  }

  show({ summary }: PageSnapshot): void {
    if (!this.#isFilled && summary.draftText !== "") {
      this.#isFilled = true; // a draft from before a reload; from here on the field leads
      if (this.#input.value === "") this.#input.value = summary.draftText;
    }
    const { key, time_ms } = stateOf(summary);
    setText(this.#state, this.#texts.say(key, { time: this.#texts.time(time_ms) }));
    setData(this.#state, "state", key.replace("summary.", ""));
    const isUnchanged = summary.draftText.trim() === summary.sentText;
    this.#send.disabled = isUnchanged;
    const label = summary.sentText === "" ? "summary.send" : "summary.resend";
    setText(this.#send, this.#texts.say(label));
  }
}

function stateOf(summary: SummaryView) {
  const { draftText, sentText, received_ms } = summary;
  if (draftText === "" && sentText === "") return { key: "summary.empty", time_ms: 0 } as const;
  if (sentText === "") return { key: "summary.draft", time_ms: 0 } as const;
  if (draftText.trim() !== sentText) return { key: "summary.changed", time_ms: 0 } as const;
  if (received_ms === null) return { key: "summary.sending", time_ms: 0 } as const;
  return { key: "summary.received", time_ms: received_ms } as const;
}
