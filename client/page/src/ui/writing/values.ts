/** What was measured, as a press puts it into the summary: exactly as the instrument gave it. */

import type { PageSnapshot, VitalView } from "../../session/snapshot.ts";
import { vitalGroups } from "../../session/vital_groups.ts";
import type { Texts } from "../../texts.ts";
import { beside, number, pressure, sourceText } from "../consultation/readings.ts";
import { button, el, legible, setHidden, setText } from "../dom.ts";

/** A value as it is written down, and what tells it from the next one. */
export interface Quotable {
  readonly name: string;
  readonly text: string;
}

/** Every value an instrument vouches for: value, unit, what came with it, instrument, moment. */
export function quotable(snapshot: PageSnapshot, texts: Texts): readonly Quotable[] {
  return vitalGroups(snapshot).flatMap(({ tiles }) =>
    tiles.flatMap(({ vital, main, others }) => {
      if (main === undefined || !isVouchedFor(main, others)) return [];
      const isPressure = vital === "pressure";
      const value = isPressure ? pressure(texts, main, others) : number(texts, main);
      const name = texts.name("vital", vital);
      const also = beside(texts, others);
      const figure = `${value} ${texts.name("unit", main.unit)}${also === "" ? "" : ` (${also})`}`;
      const quality = main.quality === "good" ? [] : [texts.quality(main.quality, "")];
      const sent = main.sent_as === null ? [] : [texts.say("vitals.sent_as", { value: main.sent_as })];
      const at = texts.say("writing.measured", { time: texts.time(main.taken_ms) });
      const around = [...quality, ...sent, sourceText(texts, main), at].join(", ");
      const text = legible(texts.say("writing.value", { name, figure, around }));
      return [{ name: `${name} ${figure}`, text }];
    }),
  );
}

/** Half a blood pressure is none. */
function isVouchedFor(main: VitalView, others: readonly VitalView[]): boolean {
  return main.value !== null && others.every(({ vital, value }) => vital !== "diastolic" || value !== null);
}

/** One button a value. */
export class Values {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #onChosen: (text: string) => void;
  readonly #list = el("div", { class: "chips", "data-testid": "quotable" });
  #shown = "";

  constructor(texts: Texts, onChosen: (text: string) => void) {
    this.#texts = texts;
    this.#onChosen = onChosen;
    this.element = el(
      "div",
      { class: "quote", role: "group", "aria-labelledby": "quote-title", hidden: true },
      el("h3", { id: "quote-title" }, texts.say("writing.insert")),
      this.#list,
    );
  }

  show(snapshot: PageSnapshot): void {
    const found = quotable(snapshot, this.#texts);
    setHidden(this.element, found.length === 0);
    const names = JSON.stringify(found.map(({ name }) => name));
    for (const [place, { text }] of found.entries()) {
      const chip = this.#list.children[place];
      if (names === this.#shown && chip instanceof HTMLElement) chip.dataset["text"] = text;
    }
    if (names === this.#shown) return;
    this.#shown = names;
    this.#draw(found);
  }

  /** A value that streams changes under the finger: the button stays, what it says is new. */
  #draw(found: readonly Quotable[]): void {
    while (this.#list.children.length > found.length) this.#list.lastElementChild?.remove();
    for (const [place, { name, text }] of found.entries()) {
      let chip = this.#list.children[place] as HTMLElement | undefined;
      if (chip === undefined) {
        const made = button("", () => this.#onChosen(made.dataset["text"] ?? ""), { class: "chip" });
        this.#list.append(made);
        chip = made;
      }
      setText(chip, name);
      chip.dataset["text"] = text;
    }
  }
}
