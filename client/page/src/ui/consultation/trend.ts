/** The course of a tile's values in this session: a line, its extremes, no judgement. */

import type { TrendPoint, VitalView } from "../../session/snapshot.ts";
import { decimalsOf } from "../../session/vital_groups.ts";
import type { Texts } from "../../texts.ts";
import { el, setHidden, setText } from "../dom.ts";

const SVG = "http://www.w3.org/2000/svg";
export const WIDTH = 240;
export const HEIGHT = 48;
const MARGIN = 4;
/** chosen: a flat course stays flat in the middle. */
const LEAST_SPAN = 4;

export interface Course {
  readonly view: VitalView;
  readonly points: readonly TrendPoint[];
}

interface Dot {
  readonly x: number;
  readonly y: number;
}

/** Opened by a tap or by the keyboard; drawn only while it is open. */
export class Trend {
  readonly element = el("details", { class: "trend", "data-testid": "trend" });
  readonly #texts: Texts;
  readonly #body = el("div", { class: "courses" });
  #drawn: readonly (readonly TrendPoint[])[] = [];

  constructor(texts: Texts) {
    this.#texts = texts;
    this.element.append(el("summary", {}, texts.say("trend.open")), this.#body);
  }

  show(courses: readonly Course[]): void {
    const told = courses.filter(({ points }) => points.length > 1);
    setHidden(this.element, told.length === 0);
    if (!this.element.open || told.length === 0) return;
    const points = told.map((course) => course.points);
    if (points.every((own, at) => own === this.#drawn[at])) return;
    this.#drawn = points;
    this.#body.replaceChildren(...told.map((course) => this.#figure(course)));
  }

  #figure({ view, points }: Course): HTMLElement {
    const known = points.filter((point) => point.value !== null);
    const name = this.#texts.name("vital", view.vital);
    const figure = el("figure", { class: "course" }, el("figcaption", {}, name));
    const values = known.map((point) => point.value ?? 0);
    if (values.length === 0) return figure;
    const say = (value: number) => this.#texts.number(value, decimalsOf(view.vital));
    const facts = {
      low: say(Math.min(...values)),
      high: say(Math.max(...values)),
      unit: this.#texts.name("unit", view.unit),
      from: this.#texts.time(points[0]?.at_ms ?? 0),
      to: this.#texts.time(points.at(-1)?.at_ms ?? 0),
    };
    const words = this.#texts.say("trend.words", facts);
    setText(figure.firstElementChild ?? figure, `${name} : ${words}`);
    figure.append(drawn(points, view.origin === "live"));
    return figure;
  }
}

/** Lines through the points, broken where there was no value; single measurements are dots too. */
export function runs(points: readonly TrendPoint[]): readonly (readonly Dot[])[] {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = Math.max(high - low, LEAST_SPAN);
  const floor = (low + high - span) / 2;
  const start_ms = points[0]?.at_ms ?? 0;
  const lasted_ms = Math.max(1, (points.at(-1)?.at_ms ?? 0) - start_ms);
  const parts: Dot[][] = [[]];
  for (const { at_ms, value } of points) {
    if (value === null) parts.push([]);
    else {
      const x = MARGIN + ((at_ms - start_ms) / lasted_ms) * (WIDTH - 2 * MARGIN);
      const y = HEIGHT - MARGIN - ((value - floor) / span) * (HEIGHT - 2 * MARGIN);
      parts.at(-1)?.push({ x: round(x), y: round(y) });
    }
  }
  return parts.filter((part) => part.length > 0);
}

function drawn(points: readonly TrendPoint[], isStream: boolean): SVGElement {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  for (const run of runs(points)) {
    svg.append(shape("polyline", { points: run.map(({ x, y }) => `${x},${y}`).join(" ") }));
    const dots = isStream ? run.slice(0, run.length === 1 ? 1 : 0) : run;
    svg.append(...dots.map(({ x, y }) => shape("circle", { cx: x, cy: y, r: 3 })));
  }
  return svg;
}

function shape(tag: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
