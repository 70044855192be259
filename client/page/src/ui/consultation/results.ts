/** Results of laboratory tests, each exactly as its analyser sent it. */

import type { Newest, PageSnapshot, ResultView } from "../../session/snapshot.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { button, el, setHidden, setText } from "../dom.ts";
import { clockText, NONE, sourceText } from "./readings.ts";

/** Rows shown before a press shows all that is kept; chosen: a panel of tests. */
export const ROWS = 20;

const COLUMNS: readonly TextKey[] = [
  "results.test",
  "results.value",
  "results.reference",
  "results.flags",
  "results.source",
];

export class Results {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #body = el("tbody", { "data-testid": "results" });
  readonly #count = el("p", { class: "note", "data-testid": "results-count", role: "status" });
  readonly #all: HTMLButtonElement;
  #shown: Newest<ResultView> | null = null;
  #isWhole = false;

  constructor(texts: Texts) {
    this.#texts = texts;
    this.#all = button(texts.say("results.all"), () => this.#showAll(), { "data-testid": "results-all" });
    const head = el("tr", {}, ...COLUMNS.map((key) => el("th", { scope: "col" }, texts.say(key))));
    this.element = el(
      "section",
      { class: "panel results", "aria-labelledby": "results-title" },
      el("h2", { id: "results-title" }, texts.say("results.title")),
      el("div", { class: "table", tabindex: 0, role: "region", "aria-labelledby": "results-title" },
        el("table", {}, el("thead", {}, head), this.#body)),
      el("div", { class: "line" }, this.#count, this.#all),
    );
  }

  show({ results }: PageSnapshot): void {
    setHidden(this.element, results.count === 0);
    if (results === this.#shown) return;
    this.#shown = results;
    this.#draw(results);
  }

  #showAll(): void {
    this.#isWhole = true;
    if (this.#shown !== null) this.#draw(this.#shown);
  }

  #draw({ items, count }: Newest<ResultView>): void {
    const rows = items.slice(this.#isWhole ? 0 : -ROWS).reverse();
    this.#body.replaceChildren(...rows.map((row) => this.#row(row)));
    setText(this.#count, this.#texts.say("results.count", { shown: rows.length, count }));
    setHidden(this.#all, rows.length >= items.length);
  }

  #row(result: ResultView): HTMLElement {
    const texts = this.#texts;
    const isControl = result.marks.includes("control");
    const test = el("th", { scope: "row" }, result.test);
    if (result.loinc !== null) {
      test.append(el("span", { class: "loinc" }, texts.say("results.loinc", { code: result.loinc })));
    }
    const value = el("td", { class: "result-value" }, el("strong", {}, result.value ?? NONE));
    value.append(el("span", {}, ` ${result.unit ?? ""}`));
    if (result.quality !== "good") {
      value.append(el("span", { class: "result-quality" }, texts.quality(result.quality, "")));
    }
    return el(
      "tr",
      { "data-origin": isControl ? "control" : result.origin },
      test,
      value,
      el("td", { "data-label": texts.say("results.reference") }, result.reference_range ?? NONE),
      el("td", { "data-label": texts.say("results.flags") }, result.flags ?? NONE),
      el("td", { class: "result-source" }, ...this.#source(result, isControl)),
    );
  }

  #source(result: ResultView, isControl: boolean): Node[] {
    const texts = this.#texts;
    const line = (text: string) => el("span", { class: "source-line" }, text);
    const marks = result.marks.filter((mark) => mark !== "control").map((m) => texts.name("mark", m));
    const origin = isControl ? "control" : result.origin === "stored" ? "stored" : "made";
    const at = result.measured_at;
    return [
      el("strong", { class: "source-line" }, texts.say(`results.${origin}`)),
      ...(at === null ? [] : [line(clockText(texts, at))]),
      line(texts.say("results.received", { time: texts.time(result.taken_ms) })),
      ...marks.map(line),
      line(sourceText(texts, result)),
    ];
  }
}
