/** One tile a vital sign: value, unit, instrument, quality in words, and how fresh it is. */

import { freshness, instrumentFor, kindOf, rankOf, USUAL_VITALS } from "../../session/freshness.ts";
import type { Freshness } from "../../session/freshness.ts";
import type { PageSnapshot, VitalView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setText } from "../dom.ts";

export class Vitals {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #tiles = new Map<string, Tile>();
  readonly #grid = el("div", { class: "tiles" });

  constructor(texts: Texts) {
    this.#texts = texts;
    this.element = el(
      "section",
      { class: "panel vitals", "aria-labelledby": "vitals-title" },
      el("h2", { id: "vitals-title" }, texts.say("vitals.title")),
      this.#grid,
    );
    for (const vital of USUAL_VITALS) this.#tile(vital);
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    for (const { vital } of snapshot.vitals) this.#tile(vital);
    for (const [vital, tile] of this.#tiles) {
      const view = snapshot.vitals.find((candidate) => candidate.vital === vital);
      tile.show(view, snapshot, now_ms);
    }
  }

  #tile(vital: string): void {
    if (this.#tiles.has(vital)) return;
    const tile = new Tile(this.#texts, vital);
    const next = [...this.#tiles].find(([other]) => rankOf(other) > rankOf(vital));
    this.#grid.insertBefore(tile.element, next?.[1].element ?? null);
    this.#tiles.set(vital, tile);
  }
}

class Tile {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #vital: string;
  readonly #value = el("span", { class: "value", "data-testid": "value" });
  readonly #unit = el("span", { class: "unit", "data-testid": "unit" });
  readonly #fresh = el("p", { class: "fresh", "data-testid": "freshness" });
  readonly #quality = el("p", { class: "quality", "data-testid": "quality" });
  readonly #instrument = el("p", { class: "instrument", "data-testid": "instrument" });

  constructor(texts: Texts, vital: string) {
    this.#texts = texts;
    this.#vital = vital;
    this.element = el(
      "article",
      { class: "tile", "data-vital": vital },
      el("h3", {}, texts.name("vital", vital)),
      el("p", { class: "figure" }, this.#value, this.#unit),
      this.#fresh,
      el("div", { class: "source" }, this.#quality, this.#instrument),
    );
  }

  show(view: VitalView | undefined, snapshot: PageSnapshot, now_ms: number): void {
    const texts = this.#texts;
    const value = view?.value ?? null;
    const decimals = kindOf(this.#vital).decimals;
    setText(this.#value, value === null ? "—" : texts.number(value, decimals));
    setData(this.element, "value", value === null ? "none" : "some");
    setText(this.#unit, view === undefined || value === null ? "" : texts.name("unit", view.unit));
    const fresh = view === undefined ? null : freshness(view, snapshot, now_ms);
    setData(this.element, "fresh", fresh?.kind ?? "never");
    setText(this.#fresh, fresh === null ? texts.say("vitals.never") : freshText(texts, fresh));
    setText(this.#quality, view === undefined ? "" : qualityText(texts, view));
    setText(this.#instrument, this.#source(view, snapshot));
  }

  #source(view: VitalView | undefined, { instruments, link }: PageSnapshot): string {
    const found = instrumentFor(this.#vital, instruments);
    const model = view?.model ?? found?.model;
    // What an instrument was doing before the line was cut is not what it does now.
    const state = link.state === "cut" ? "unknown" : (found?.state ?? "unplugged");
    setData(this.element, "instrument", state);
    if (model === undefined) return this.#texts.say("vitals.instrument.none");
    const isPlain = state === "unknown" || state === "measuring"; // the freshness says the rest
    return isPlain ? model : `${model} · ${this.#texts.name("instrument", state)}`;
  }
}

function freshText(texts: Texts, fresh: Freshness): string {
  if (fresh.kind === "live" || fresh.kind === "now") return texts.say(`fresh.${fresh.kind}`);
  return texts.say(`fresh.${fresh.kind}`, { age: texts.age(fresh.age_ms) });
}

function qualityText(texts: Texts, view: VitalView): string {
  const taken = texts.say("vitals.taken", { time: texts.time(view.taken_ms) });
  return `${texts.name("quality", view.quality)} · ${taken}`;
}
