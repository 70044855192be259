/** One group of tiles for each instrument: values with unit, quality in words, age and source. */

import type { PageSnapshot } from "../../session/snapshot.ts";
import { type GroupView, vitalGroups } from "../../session/vital_groups.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";
import { sourceText } from "./readings.ts";
import { Tile } from "./tile.ts";

export class Vitals {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #groups = new Map<string, Group>();
  /** It scrolls on a phone, the whole section beside a picture: keys must reach what scrolls. */
  readonly #grid = el("div", { class: "groups", role: "group", tabindex: 0 });

  constructor(texts: Texts) {
    this.#texts = texts;
    this.#grid.setAttribute("aria-labelledby", "vitals-title");
    this.element = el(
      "section",
      { class: "panel vitals", "aria-labelledby": "vitals-title", tabindex: 0 },
      el("h2", { id: "vitals-title" }, texts.say("vitals.title")),
      this.#grid,
    );
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    const views = vitalGroups(snapshot);
    for (const [key, group] of this.#groups) {
      if (views.some((view) => view.key === key)) continue;
      group.element.remove();
      this.#groups.delete(key);
    }
    for (const [place, view] of views.entries()) {
      const group = this.#groups.get(view.key) ?? new Group(this.#texts);
      this.#groups.set(view.key, group);
      const there = this.#grid.children[place] ?? null;
      if (there !== group.element) this.#grid.insertBefore(group.element, there);
      group.show(view, snapshot, now_ms);
    }
  }
}

class Group {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #tiles = new Map<string, Tile>();
  readonly #grid = el("div", { class: "tiles" });
  readonly #name = el("h3", {});
  readonly #state = el("p", { class: "instrument-state", "data-testid": "instrument-state" });
  readonly #source = el("p", { class: "instrument", "data-testid": "instrument" });
  readonly #alike = el("p", { class: "instrument-state" });

  constructor(texts: Texts) {
    this.#texts = texts;
    const head = el("div", { class: "group-head" }, this.#name, this.#source, this.#state, this.#alike);
    this.element = el("section", { class: "group" }, head, this.#grid);
  }

  show(view: GroupView, snapshot: PageSnapshot, now_ms: number): void {
    const texts = this.#texts;
    setText(this.#name, view.kind === "" ? texts.say("vitals.other") : texts.name("kind", view.kind));
    setText(this.#source, view.model === "" ? "" : sourceText(texts, view));
    const state = stateOf(view, snapshot);
    setData(this.element, "instrument", state);
    const isPlain = state === "unknown" || state === "measuring"; // the freshness says the rest
    setHidden(this.#state, isPlain);
    setText(this.#state, isPlain ? "" : this.#stateText(view, state));
    setHidden(this.#alike, view.alike < 2);
    setText(this.#alike, texts.say("vitals.alike", { n: view.alike }));
    this.#showTiles(view, state, snapshot, now_ms);
  }

  #stateText(view: GroupView, state: string): string {
    if (view.model === "") return this.#texts.say("vitals.instrument.none");
    return this.#texts.name("instrument", state);
  }

  #showTiles(view: GroupView, state: string, snapshot: PageSnapshot, now_ms: number): void {
    for (const [vital, tile] of this.#tiles) {
      if (view.tiles.some((other) => other.vital === vital)) continue;
      tile.element.remove();
      this.#tiles.delete(vital);
    }
    for (const [place, { vital }] of view.tiles.entries()) {
      const tile = this.#tiles.get(vital) ?? new Tile(this.#texts, vital);
      this.#tiles.set(vital, tile);
      const there = this.#grid.children[place] ?? null;
      if (there !== tile.element) this.#grid.insertBefore(tile.element, there);
    }
    for (const shown of view.tiles) {
      this.#tiles.get(shown.vital)?.show(shown, { group: view, state, snapshot, now_ms });
    }
  }
}

/** What an instrument was doing before the line was cut is not what it does now. */
function stateOf({ instrument }: GroupView, { link }: PageSnapshot): string {
  if (link.state === "cut") return "unknown";
  return instrument?.state ?? "unplugged";
}
