/** The drawer in which the GP writes: notes, and the summary that is signed and sent. */

import type { PageRequests } from "../../session/requests.ts";
import type { PageSnapshot, SummaryView } from "../../session/snapshot.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { button, el, setData, setText } from "../dom.ts";
import { ChosenStills } from "./chosen_stills.ts";
import { Files } from "./files.ts";
import { begunWith, type Template, templates } from "./templates.ts";
import { Values } from "./values.ts";

/** UTF-16 units; chosen: two pages, which fit one parcel even at three bytes each. */
export const SUMMARY_LIMIT = 4_800;
/** UTF-16 units of the notes, which stay here. */
const NOTES_LIMIT = 20_000;

export class Summary {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #requests: PageRequests;
  readonly #input: HTMLTextAreaElement;
  readonly #notes: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #state = el("p", { class: "note", role: "status", "data-testid": "summary-state" });
  readonly #parts: readonly { readonly element: HTMLElement; show(snapshot: PageSnapshot): void }[];
  #isFilled = false;

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#requests = requests;
    this.#input = el("textarea", {
      rows: 10,
      maxlength: SUMMARY_LIMIT,
      "aria-labelledby": "summary-title",
      "aria-describedby": "summary-hint",
      "data-testid": "summary",
    });
    this.#input.addEventListener("input", () => requests.draftSummary({ text: this.#input.value }));
    this.#notes = el("textarea", {
      rows: 3,
      maxlength: NOTES_LIMIT,
      id: "notes",
      "aria-describedby": "notes-hint",
      "data-testid": "notes-input",
    });
    this.#notes.addEventListener("input", () => requests.draftSummary({ notes: this.#notes.value }));
    this.#send = button(texts.say("summary.send"), () => requests.sendSummary(), {
      class: "primary",
      "data-testid": "summary-send",
    });
    const values = new Values(texts, (text) => this.insert(text));
    const stills = new ChosenStills(texts, (chosen) => requests.draftSummary({ stills: chosen }));
    this.#parts = [values, stills, new Files(texts, requests)];
    this.element = el(
      "section",
      { class: "panel summary", "aria-labelledby": "summary-title" },
      el("h2", { id: "summary-title" }, texts.say("summary.title")),
      this.#noteBox(),
      this.#begin(),
      this.#input,
      el("p", { class: "hint", id: "summary-hint" }, texts.say("writing.hint")),
      ...this.#parts.map(({ element }) => element),
      el("div", { class: "line" }, this.#state, this.#send),
    );
  }

  /** Bring the field into sight and put the cursor in it. */
  open(): void {
    this.#input.focus();
  }

  /** Put a line where the cursor is, on a line of its own. */
  insert(line: string): void {
    const { value, selectionStart, selectionEnd } = this.#input;
    const [before, after] = [value.slice(0, selectionStart), value.slice(selectionEnd)];
    const lead = before === "" || before.endsWith("\n") ? "" : "\n";
    const inserted = `${lead}${line}\n`;
    if (value.length + inserted.length > SUMMARY_LIMIT) return;
    const at = before.length + inserted.length;
    this.#write(`${before}${inserted}${after.replace(/^\n/, "")}`);
    this.#input.setSelectionRange(at, at);
  }

  show(snapshot: PageSnapshot): void {
    const { summary } = snapshot;
    if (!this.#isFilled && (summary.draftText !== "" || summary.notes !== "")) {
      this.#isFilled = true; // a draft from before a reload; from here on the fields lead
      if (this.#input.value === "") this.#input.value = summary.draftText;
      if (this.#notes.value === "") this.#notes.value = summary.notes;
    }
    const { key, time_ms } = stateOf(summary);
    setText(this.#state, this.#texts.say(key, { time: this.#texts.time(time_ms) }));
    setData(this.#state, "state", key.replace("summary.", ""));
    this.#send.disabled = !summary.isChanged || isEmpty(summary);
    setText(this.#send, this.#texts.say(summary.isSent ? "summary.resend" : "summary.send"));
    for (const part of this.#parts) part.show(snapshot);
  }

  #write(text: string): void {
    this.#isFilled = true;
    this.#input.value = text;
    this.#requests.draftSummary({ text });
    this.#input.focus();
  }

  #noteBox(): HTMLElement {
    const label = el("label", { for: "notes" }, this.#texts.say("writing.notes"));
    const hint = el("p", { class: "hint", id: "notes-hint" }, this.#texts.say("writing.notes.hint"));
    return el("div", { class: "field" }, label, this.#notes, hint);
  }

  /** One button a template. */
  #begin(): HTMLElement {
    const begin = (template: Template) => () => {
      const text = begunWith(template, this.#input.value);
      if (text.length > SUMMARY_LIMIT) return;
      this.#requests.draftSummary({ template: template.id });
      this.#write(text);
      const first = Math.max(0, text.indexOf("\n", text.indexOf(template.text)));
      this.#input.setSelectionRange(first, first);
    };
    const buttons = templates(this.#texts.language).map((template) =>
      button(this.#texts.say(`template.${template.name}` as TextKey), begin(template), { "data-template": template.id }),
    );
    const label = el("h3", { id: "begin-title" }, this.#texts.say("writing.begin"));
    return el("div", { class: "begin", role: "group", "aria-labelledby": "begin-title" }, label, ...buttons);
  }
}

function isEmpty({ draftText, stills, files }: SummaryView): boolean {
  return draftText.trim() === "" && stills.length === 0 && files.length === 0;
}

function stateOf(summary: SummaryView) {
  const { received_ms, isChanged, isSent } = summary;
  if (isEmpty(summary) && !isSent) return { key: "summary.empty", time_ms: 0 } as const;
  if (isChanged && !isSent) return { key: "summary.draft", time_ms: 0 } as const;
  if (isChanged) return { key: "summary.changed", time_ms: 0 } as const;
  if (received_ms === null) return { key: "summary.sending", time_ms: 0 } as const;
  return { key: "summary.received", time_ms: received_ms } as const;
}
