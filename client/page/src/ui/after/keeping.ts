/** After the goodbye: keep this consultation, export it, or let it go. */

import { isoOf } from "../../moments.ts";
import { isSummarySafe, type PageSnapshot } from "../../session/snapshot.ts";
import type { History, KeptConsultation, KeptFile } from "../../store/history.ts";
import { recallSelf } from "../../store/self.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setText } from "../dom.ts";

/** What writes documents is loaded only when somebody exports or keeps. */
const writer = () => import("../../exports/archive.ts");

/** Hand a file to the browser's downloads; its name says when, and nothing of a patient. */
export async function download(files: readonly KeptFile[], at_ms: number): Promise<void> {
  const address = URL.createObjectURL((await writer()).zipped(files));
  const moment = (isoOf(at_ms) ?? "").slice(0, 16).replace(/[T:]/g, "-");
  const link = el("a", { href: address, download: `chevet-${moment}.zip` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it meanwhile
}

export class Keeping {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #history: History;
  readonly #told = el("p", { role: "status", "data-testid": "after-told" });
  readonly #keep: HTMLButtonElement;
  /** The consultation as it ended; the session has let go of it by then. */
  #last: PageSnapshot | null = null;
  #isSure = false;

  constructor(texts: Texts, history: History, forget: () => void) {
    this.#texts = texts;
    this.#history = history;
    this.#keep = button(texts.say("after.keep"), () => void this.#keepIt(), { "data-testid": "after-keep" });
    const save = button(texts.say("after.export"), () => void this.#save(), { "data-testid": "after-export" });
    const leave = button(texts.say("after.forget"), () => this.#leave(leave, forget), { class: "quiet", "data-testid": "after-forget" });
    this.element = el(
      "section",
      { class: "after", "aria-labelledby": "after-title" },
      el("h2", { id: "after-title" }, texts.say("after.title")),
      el("p", { class: "hint" }, texts.say("after.lead")),
      el("div", { class: "choices" }, this.#keep, save),
      el("p", { class: "hint" }, texts.say("after.export.hint")),
      this.#told,
      leave,
    );
  }

  /** The first picture after the goodbye has everything; of later ones only the summary counts. */
  show(snapshot: PageSnapshot): void {
    this.#last = { ...(this.#last ?? snapshot), summary: snapshot.summary };
  }

  /** Two presses where the only copy of what was written would go. */
  #leave(leave: HTMLElement, forget: () => void): void {
    const isCopied = this.#keep.disabled || this.#last === null || isSummarySafe(this.#last.summary);
    if (isCopied || this.#isSure) return forget();
    this.#isSure = true;
    setText(leave, this.#texts.say("history.erase.sure"));
  }

  async #gathered(last: PageSnapshot): Promise<KeptConsultation> {
    return (await writer()).gathered(last, recallSelf(() => localStorage), this.#texts);
  }

  async #keepIt(): Promise<void> {
    if (this.#last === null) return;
    this.#keep.disabled = true;
    const isKept = await this.#gathered(this.#last).then(
      (whole) => this.#history.keep(whole),
      () => false, // what writes documents could not be loaded
    );
    setText(this.#told, this.#texts.say(isKept ? "after.kept" : "after.keep.failed"));
    this.#keep.disabled = isKept;
  }

  async #save(): Promise<void> {
    if (this.#last === null) return;
    const saved = this.#gathered(this.#last).then(({ files, at_ms }) => download(files, at_ms));
    await saved.catch(() => setText(this.#told, this.#texts.say("after.export.failed")));
  }
}
