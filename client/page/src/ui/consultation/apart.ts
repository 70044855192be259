/** What is in the instruments' memories, and controls: listed, and never a present value. */

import { type MeasuredTogether, records } from "../../session/records.ts";
import type { Newest, PageSnapshot, VitalView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setHidden, setText } from "../dom.ts";
import { beside, clockText, noteText, number, pressure, sourceText } from "./readings.ts";

/** Rows shown at first, and more at each press; chosen: what a person reads at a glance. */
export const ROWS = 10;
/** chosen: no table on the page grows beyond what a browser draws at once. */
export const MOST_ROWS = 500;

export class Apart {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #list = el("ol", { class: "apart-list", "data-testid": "apart" });
  readonly #count = el("p", { class: "note", "data-testid": "apart-count", role: "status" });
  readonly #more: HTMLButtonElement;
  #shown: Newest<VitalView> | null = null;
  #most = ROWS;

  constructor(texts: Texts) {
    this.#texts = texts;
    this.#more = button(texts.say("apart.more"), () => this.#showMore(), { "data-testid": "apart-more" });
    this.element = el(
      "section",
      { class: "panel apart", "aria-labelledby": "apart-title" },
      el("h2", { id: "apart-title" }, texts.say("apart.title")),
      el("p", { class: "warning" }, texts.say("apart.warning")),
      this.#list,
      el("div", { class: "line" }, this.#count, this.#more),
    );
  }

  show({ apart }: PageSnapshot): void {
    setHidden(this.element, apart.count === 0);
    if (apart === this.#shown) return;
    this.#shown = apart;
    this.#draw(apart);
  }

  #showMore(): void {
    this.#most = Math.min(MOST_ROWS, this.#most + 5 * ROWS);
    if (this.#shown !== null) this.#draw(this.#shown);
  }

  #draw({ items, count }: Newest<VitalView>): void {
    const rows = records(items, this.#most);
    this.#list.replaceChildren(...rows.map((row) => this.#row(row)));
    const values = rows.reduce((sum, row) => sum + row.length, 0);
    setText(this.#count, this.#texts.say("apart.count", { shown: values, count }));
    setHidden(this.#more, values >= items.length || this.#most >= MOST_ROWS);
  }

  #row(row: MeasuredTogether): HTMLElement {
    const texts = this.#texts;
    const [first] = row;
    const isControl = row.some(({ marks }) => marks.includes("control"));
    const origin = isControl ? "control" : "stored";
    const at = first.measured_at;
    const said = at === null ? texts.say("apart.no_clock") : clockText(texts, at);
    const notes = noteText(texts, { ...first, measured_at: null });
    return el(
      "li",
      { "data-origin": origin },
      el("p", { class: "origin" }, texts.say(`apart.${origin}`)),
      el("p", { class: "apart-value" }, ...valueParts(texts, row)),
      el("p", { class: "apart-clock" }, notes === "" ? said : `${said} · ${notes}`),
      el("p", { class: "instrument" }, sourceText(texts, first)),
    );
  }
}

/** "Tension 128/76 mmHg (moy. 93) · Pouls 72 /min", or each value by itself. */
function valueParts(texts: Texts, row: MeasuredTogether): (Node | string)[] {
  const systolic = row.find(({ vital }) => vital === "systolic");
  if (systolic !== undefined) {
    const others = row.filter((view) => view !== systolic);
    const value = el("strong", {}, pressure(texts, systolic, others));
    const unit = ` ${texts.name("unit", systolic.unit)} `;
    return [`${texts.name("vital", "pressure")} `, value, unit, beside(texts, others)];
  }
  return row.flatMap((view, place) => {
    const value = el("strong", {}, number(texts, view));
    const unit = view.value === null ? texts.quality(view.quality, "") : texts.name("unit", view.unit);
    const name = texts.name("vital", view.vital);
    return [`${place === 0 ? "" : " · "}${name} `, value, ` ${unit}`];
  });
}
