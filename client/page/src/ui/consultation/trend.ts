/** The course of a tile's values in this session: a line, its extremes, no judgement. */

import type uPlot from "uplot";
import type { TrendPoint, VitalView } from "../../session/snapshot.ts";
import { decimalsOf } from "../../session/vital_groups.ts";
import type { Texts } from "../../texts.ts";
import { el, setHidden, setText } from "../dom.ts";

const HEIGHT_PX = 130;
/** chosen: a flat course stays flat in the middle. */
const LEAST_SPAN = 4;
const FONT = "12px system-ui, sans-serif";

export interface Course {
  readonly view: VitalView;
  readonly points: readonly TrendPoint[];
}

/** Opened by a tap or by the keyboard; drawn, and its library fetched, only while it is open. */
export class Trend {
  readonly element = el("details", { class: "trend", "data-testid": "trend" });
  readonly #texts: Texts;
  readonly #body = el("div", { class: "courses" });
  #plots: Plot[] = [];
  #names = "";

  constructor(texts: Texts) {
    this.#texts = texts;
    this.element.append(el("summary", {}, texts.say("trend.open")), this.#body);
  }

  show(courses: readonly Course[]): void {
    const told = courses.filter(({ points }) => points.length > 1);
    setHidden(this.element, told.length === 0);
    if (!this.element.open || told.length === 0) return this.#clear();
    const names = told.map(({ view }) => view.vital).join();
    if (names !== this.#names) this.#lay(told, names);
    for (const [place, course] of told.entries()) this.#plots[place]?.show(course);
  }

  close(): void {
    this.#clear();
  }

  #lay(told: readonly Course[], names: string): void {
    this.#clear();
    this.#names = names;
    this.#plots = told.map(() => new Plot(this.#texts));
    this.#body.replaceChildren(...this.#plots.map(({ element }) => element));
  }

  #clear(): void {
    for (const plot of this.#plots) plot.close();
    this.#plots = [];
    this.#names = "";
    if (this.#body.hasChildNodes()) this.#body.replaceChildren();
  }
}

/** One course, with its extremes in words for who does not see the line. */
class Plot {
  readonly element = el("figure", { class: "course" });
  readonly #texts: Texts;
  readonly #caption = el("figcaption", {});
  readonly #box = el("div", { class: "plot", "aria-hidden": "true" });
  readonly #resized = new ResizeObserver(() => this.#fit());
  #drawn: readonly TrendPoint[] = [];
  #plot: uPlot | null = null;
  #isOpen = true;

  constructor(texts: Texts) {
    this.#texts = texts;
    this.element.append(this.#caption, this.#box);
    this.#resized.observe(this.#box);
  }

  show(course: Course): void {
    if (course.points === this.#drawn) return;
    const isFirst = this.#drawn.length === 0;
    this.#drawn = course.points;
    setText(this.#caption, this.#words(course));
    if (isFirst) void this.#begin(course.view);
    else this.#plot?.setData(plotted(course.points));
  }

  close(): void {
    this.#isOpen = false;
    this.#resized.disconnect();
    this.#plot?.destroy();
  }

  async #begin(view: VitalView): Promise<void> {
    const { default: Chart } = await import("uplot");
    if (!this.#isOpen) return;
    this.#plot = new Chart(this.#options(view), plotted(this.#drawn), this.#box);
    this.#fit();
  }

  #fit(): void {
    const width = this.#box.clientWidth;
    if (this.#plot !== null && width > 0) this.#plot.setSize({ width, height: HEIGHT_PX });
  }

  #words({ view, points }: Course): string {
    const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
    const name = this.#texts.name("vital", view.vital);
    if (values.length === 0) return name;
    const say = (value: number) => this.#texts.number(value, decimalsOf(view.vital));
    const facts = {
      low: say(Math.min(...values)),
      high: say(Math.max(...values)),
      unit: this.#texts.name("unit", view.unit),
      from: this.#texts.time(points[0]?.at_ms ?? 0),
      to: this.#texts.time(points.at(-1)?.at_ms ?? 0),
    };
    return `${name} : ${this.#texts.say("trend.words", facts)}`;
  }

  /** Colours are asked for at each drawing, so that a change of theme is followed. */
  #options(view: VitalView): uPlot.Options {
    const ink = (name: string) => () => getComputedStyle(this.#box).getPropertyValue(name);
    const axis = { stroke: ink("--soft"), font: FONT, grid: { stroke: ink("--edge"), width: 1 } };
    const decimals = decimalsOf(view.vital);
    return {
      width: Math.max(1, this.#box.clientWidth),
      height: HEIGHT_PX,
      ms: 1,
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_, low, high) => rangeOf(low, high) } },
      axes: [
        { ...axis, size: 24, space: 70, values: (_, at) => at.map((ms) => this.#texts.time(ms)) },
        { ...axis, size: 44, space: 28, values: (_, at) => at.map((n) => this.#texts.number(n, decimals)) },
      ],
      series: [
        {},
        { stroke: ink("--accent"), width: 2, points: { show: view.origin !== "live", size: 8 } },
      ],
    };
  }
}

/** Times and values as they are drawn; a missing value breaks the line. */
export function plotted(points: readonly TrendPoint[]): [number[], (number | null)[]] {
  return [points.map(({ at_ms }) => at_ms), points.map(({ value }) => value)];
}

/** From the lowest to the highest value, and no less than a few units: noise is no course. */
export function rangeOf(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, LEAST_SPAN];
  const span = Math.max(high - low, LEAST_SPAN) * 1.1;
  const floor = (low + high - span) / 2;
  return [floor, floor + span];
}
