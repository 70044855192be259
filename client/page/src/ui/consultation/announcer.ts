/** Tells readings aloud as they arrive, for who does not see them; seldom enough to be bearable. */

import type { PageSnapshot, VitalView } from "../../session/snapshot.ts";
import { trendKey } from "../../session/vital_groups.ts";
import type { Texts } from "../../texts.ts";
import { el, setText } from "../dom.ts";
import { NONE, number } from "./readings.ts";

/** One vital sign of one instrument speaks no more often. */
export const SAY_EVERY_MS = 10_000;
/** chosen: each is a word or three; more at once nobody follows. */
const MOST_AT_ONCE = 4;

interface Said {
  readonly at_ms: number;
  readonly what: string;
  readonly taken_ms: number;
}

/** Which readings to tell now: new ones that differ from what was last said of them. */
export class Chatter {
  readonly #said = new Map<string, Said>();

  news(vitals: readonly VitalView[], now_ms: number): VitalView[] {
    return vitals.filter((view) => this.#isNews(view, now_ms)).slice(0, MOST_AT_ONCE);
  }

  /** This one was told. */
  told(view: VitalView, now_ms: number): void {
    this.#said.set(trendKey(view), { at_ms: now_ms, what: contentOf(view), taken_ms: view.taken_ms });
  }

  #isNews(view: VitalView, now_ms: number): boolean {
    const before = this.#said.get(trendKey(view));
    if (before === undefined) return true;
    if (now_ms - before.at_ms < SAY_EVERY_MS || view.taken_ms === before.taken_ms) return false;
    return view.origin !== "live" || contentOf(view) !== before.what;
  }
}

/** What a person would hear as the same. */
function contentOf({ value, quality }: VitalView): string {
  return `${value} ${quality}`;
}

export class Announcer {
  readonly element = el("p", { class: "unseen", role: "status", "data-testid": "announced" });
  readonly #texts: Texts;
  readonly #chatter = new Chatter();

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  show({ vitals, link }: PageSnapshot, now_ms: number): void {
    if (link.state === "cut") return; // what is old is not told anew
    const news = this.#chatter.news(vitals, now_ms);
    if (news.length === 0) return;
    for (const view of news) this.#chatter.told(view, now_ms);
    setText(this.element, news.map((view) => this.#words(view)).join(" ; "));
  }

  #words(view: VitalView): string {
    const value = number(this.#texts, view);
    const name = this.#texts.name("vital", view.vital);
    if (value === NONE) return `${name} ${this.#texts.quality(view.quality, "")}`;
    return `${name} ${value} ${this.#texts.name("unit", view.unit)}`;
  }
}
