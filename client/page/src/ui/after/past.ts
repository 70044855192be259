/** On the first screen: the consultations this GP has kept on purpose. */

import type { History, HistoryLine } from "../../store/history.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setHidden, setText } from "../dom.ts";
import { download } from "./keeping.ts";

export class Past {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #history: History;
  readonly #list = el("ul", { class: "sites past", "data-testid": "history" });

  constructor(texts: Texts, history: History) {
    this.#texts = texts;
    this.#history = history;
    const all = this.#sure("history.erase_all", texts.say("history.erase_all"), () => history.eraseAll());
    this.element = el(
      "details",
      { class: "card past-box", hidden: true },
      el("summary", {}, texts.say("history.title")),
      this.#list,
      all,
    );
    void this.#fill();
  }

  async #fill(): Promise<void> {
    const lines = await this.#history.lines();
    setHidden(this.element, lines.length === 0);
    this.#list.replaceChildren(...lines.map((line) => this.#line(line)));
  }

  #line(line: HistoryLine): HTMLElement {
    const { date, time } = { date: this.#texts.date(line.at_ms), time: this.#texts.time(line.at_ms) };
    const patient = line.patient || this.#texts.say("patient.unnamed");
    const name = this.#texts.say("history.line", { date, time, patient, site: line.site });
    const content = el("div", { hidden: true, "data-testid": "history-content" });
    const open = button(this.#texts.say("history.open"), () => void this.#open(line, content, open), {
      "aria-label": this.#texts.say("history.open.label", { name }),
      "data-testid": "history-open",
    });
    const label = this.#texts.say("history.erase.label", { name });
    const erase = this.#sure("history.erase", label, () => this.#history.erase(line.id));
    return el("li", {}, el("span", {}, name), open, erase, content);
  }

  async #open(line: HistoryLine, content: HTMLElement, opener: HTMLElement): Promise<void> {
    if (!content.hidden) {
      content.hidden = true;
      content.replaceChildren();
      return setText(opener, this.#texts.say("history.open"));
    }
    const kept = await this.#history.open(line.id);
    if (kept === null) content.replaceChildren(el("p", { class: "wrong" }, this.#texts.say("history.damaged")));
    else {
      const told = el("p", { role: "status" });
      const failed = () => setText(told, this.#texts.say("after.export.failed"));
      const save = button(this.#texts.say("after.export"), () => void download(kept.files, kept.at_ms).catch(failed));
      content.replaceChildren(el("pre", { class: "kept-summary" }, kept.summary), save, told);
    }
    content.hidden = false;
    setText(opener, this.#texts.say("history.close"));
  }

  /** What cannot be undone takes two presses. */
  #sure(key: "history.erase" | "history.erase_all", label: string, act: () => Promise<void>): HTMLElement {
    let isSure = false;
    const press = button(
      this.#texts.say(key),
      () => {
        if (isSure) return void act().then(() => this.#fill());
        isSure = true;
        setText(press, this.#texts.say("history.erase.sure"));
        press.removeAttribute("aria-label");
      },
      { class: "quiet", "aria-label": label, "data-testid": key.replace(".", "-") },
    );
    return press;
  }
}
