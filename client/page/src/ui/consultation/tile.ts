/** One tile: a value, how it came to be, how old it is, what the instrument says beside it. */

import { type Freshness, freshness } from "../../session/freshness.ts";
import type { PageSnapshot, VitalView } from "../../session/snapshot.ts";
import { type GroupView, type TileView, trendKey } from "../../session/vital_groups.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";
import { beside, freshText, NONE, noteText, number, pressure } from "./readings.ts";
import { Trend } from "./trend.ts";

export interface TileSurroundings {
  readonly group: GroupView;
  /** What its instrument is doing, as far as is known. */
  readonly state: string;
  readonly snapshot: PageSnapshot;
  readonly now_ms: number;
}

export class Tile {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #value = el("span", { class: "value", "data-testid": "value" });
  readonly #unit = el("span", { class: "unit", "data-testid": "unit" });
  readonly #fresh = el("p", { class: "fresh", "data-testid": "freshness" });
  readonly #beside = el("p", { class: "beside", "data-testid": "beside" });
  readonly #quality = el("p", { class: "quality", "data-testid": "quality" });
  readonly #notes = el("p", { class: "notes", "data-testid": "notes" });
  readonly #trend: Trend;

  constructor(texts: Texts, vital: string) {
    this.#texts = texts;
    this.#trend = new Trend(texts);
    this.element = el(
      "article",
      { class: "tile", "data-vital": vital },
      el("h4", {}, texts.name("vital", vital)),
      el("p", { class: "figure" }, this.#value, this.#unit),
      this.#fresh,
      el("div", { class: "details" }, this.#beside, this.#quality, this.#notes),
      this.#trend.element,
    );
  }

  show({ vital, main, others }: TileView, around: TileSurroundings): void {
    const { group, state, snapshot, now_ms } = around;
    const texts = this.#texts;
    const value = vital === "pressure" ? pressure(texts, main, others) : number(texts, main);
    setText(this.#value, value);
    setData(this.element, "value", value === NONE ? "none" : "some");
    setData(this.element, "instrument", state);
    setText(this.#unit, main === undefined || value === NONE ? "" : texts.name("unit", main.unit));
    const fresh = main && freshness(main, group.instrument, snapshot.link, now_ms);
    setData(this.element, "fresh", fresh?.kind ?? "never");
    const isSaid = main !== undefined && fresh !== undefined;
    setText(this.#fresh, isSaid ? freshText(texts, fresh, main) : texts.say("vitals.never"));
    this.#show(this.#beside, beside(texts, others));
    this.#show(this.#quality, main === undefined ? "" : this.#qualityText(main, group.kind, fresh));
    this.#show(this.#notes, main === undefined ? "" : noteText(texts, main));
    setData(this.element, "unstable", main?.quality === "unstable" ? "yes" : "no");
    const views = main === undefined ? [] : [main, ...others];
    this.#trend.show(views.map((view) => ({ view, points: snapshot.trends.get(trendKey(view)) ?? [] })));
  }

  #show(element: HTMLElement, text: string): void {
    setHidden(element, text === "");
    setText(element, text);
  }

  /** With the time, unless the words for its freshness have it. */
  #qualityText(view: VitalView, kind: string, fresh: Freshness | undefined): string {
    const quality = this.#texts.quality(view.quality, kind);
    if (fresh?.kind === "spot" || fresh?.kind === "deferred") return quality;
    const key = view.origin === "live" ? "vitals.taken" : "vitals.spot";
    return `${quality} · ${this.#texts.say(key, { time: this.#texts.time(view.taken_ms) })}`;
  }
}
