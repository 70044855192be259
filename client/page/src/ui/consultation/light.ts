/** Brightness, contrast and gamma of what is looked at; the file stays as it is. */

import type { TextKey, Texts } from "../../texts.ts";
import { button, el, setHidden } from "../dom.ts";

const SVG = "http://www.w3.org/2000/svg";

export interface Lighting {
  /** Added to every value, of 1. */
  readonly brightness: number;
  /** 1: as it is; around the middle grey. */
  readonly contrast: number;
  /** 1: as it is; above, the dark parts open up. */
  readonly gamma: number;
}

export const AS_IT_IS: Lighting = { brightness: 0, contrast: 1, gamma: 1 };

/** Slope and intercept of the straight part, which follows the gamma. */
export function straight({ brightness, contrast }: Lighting): { slope: number; intercept: number } {
  return { slope: contrast, intercept: 0.5 - 0.5 * contrast + brightness };
}

type Knob = keyof Lighting;
const KNOBS: Readonly<Record<Knob, readonly [least: number, most: number]>> = {
  brightness: [-0.5, 0.5],
  contrast: [0.5, 3],
  gamma: [0.4, 2.5],
};

export class Light {
  readonly element: HTMLElement;
  /** Shows and hides the knobs. */
  readonly opener: HTMLButtonElement;
  readonly #box: HTMLElement;
  readonly #targets: readonly HTMLElement[];
  readonly #curves: readonly Element[];
  readonly #lines: readonly Element[];
  readonly #knobs: Readonly<Record<Knob, HTMLInputElement>>;

  constructor(texts: Texts, targets: readonly HTMLElement[]) {
    this.#targets = targets;
    const filter = shape("filter", { id: "light", "color-interpolation-filters": "sRGB" });
    this.#curves = functions(filter, "gamma");
    this.#lines = functions(filter, "linear");
    const svg = shape("svg", { class: "unseen", "aria-hidden": "true" });
    svg.append(filter);
    const names: readonly Knob[] = ["brightness", "contrast", "gamma"];
    const knobs = names.map((knob) => [knob, this.#slider(knob)] as const);
    this.#knobs = Object.fromEntries(knobs) as Record<Knob, HTMLInputElement>;
    const labels = knobs.map(([knob, slider]) =>
      el("label", {}, el("span", {}, texts.say(`light.${knob}` as TextKey)), slider),
    );
    const reset = button(texts.say("light.reset"), () => this.reset(), { "data-testid": "light-reset" });
    this.#box = el("div", { class: "tools lighting", id: "lighting", hidden: true }, ...labels, reset);
    this.element = el("div", {}, this.#box);
    this.element.append(svg); // beside what is hidden: a filter that is not displayed does nothing
    const facts = { "aria-expanded": "false", "aria-controls": "lighting", "data-testid": "light" };
    this.opener = button(texts.say("light.title"), () => this.#open(this.#box.hidden !== false), facts);
  }

  #open(on: boolean): void {
    setHidden(this.#box, !on);
    this.opener.ariaExpanded = String(on);
  }

  reset(): void {
    for (const [knob, slider] of Object.entries(this.#knobs)) {
      slider.value = String(AS_IT_IS[knob as Knob]);
    }
    this.#show();
  }

  /** What the knobs say; a canvas drawn from the picture wants the same. */
  get #lighting(): Lighting {
    const { brightness, contrast, gamma } = this.#knobs;
    return {
      brightness: brightness.valueAsNumber,
      contrast: contrast.valueAsNumber,
      gamma: gamma.valueAsNumber,
    };
  }

  #slider(knob: Knob): HTMLInputElement {
    const [min, max] = KNOBS[knob];
    const facts = { type: "range", min, max, step: 0.05, value: AS_IT_IS[knob] };
    const slider = el("input", { ...facts, "data-testid": `light-${knob}` });
    slider.addEventListener("input", () => this.#show());
    return slider;
  }

  #show(): void {
    const lighting = this.#lighting;
    const isPlain = Object.entries(AS_IT_IS).every(([knob, plain]) => lighting[knob as Knob] === plain);
    const { slope, intercept } = straight(lighting);
    for (const curve of this.#curves) curve.setAttribute("exponent", String(1 / lighting.gamma));
    for (const line of this.#lines) {
      line.setAttribute("slope", String(slope));
      line.setAttribute("intercept", String(intercept));
    }
    for (const target of this.#targets) target.style.filter = isPlain ? "" : "url(#light)";
  }
}

function functions(filter: Element, type: string): Element[] {
  const transfer = shape("feComponentTransfer", {});
  const made = ["feFuncR", "feFuncG", "feFuncB"].map((tag) => shape(tag, { type }));
  transfer.append(...made);
  filter.append(transfer);
  return made;
}

function shape(tag: string, attributes: Record<string, string>): Element {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
