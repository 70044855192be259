/** Which stills go into the document: one box to tick for each that came whole. */

import type { PageSnapshot, StillView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { nameOf } from "../consultation/original.ts";
import { el, setHidden } from "../dom.ts";

export class ChosenStills {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #onChosen: (stills: readonly number[]) => void;
  readonly #list = el("ul", { class: "choices-list", "data-testid": "chosen-stills" });
  readonly #boxes = new Map<number, HTMLInputElement>();
  #chosen: readonly number[] = [];

  constructor(texts: Texts, onChosen: (stills: readonly number[]) => void) {
    this.#texts = texts;
    this.#onChosen = onChosen;
    this.element = el(
      "div",
      { class: "pick", role: "group", "aria-labelledby": "pick-title", hidden: true },
      el("h3", { id: "pick-title" }, texts.say("writing.stills")),
      this.#list,
    );
  }

  show({ stills, summary }: PageSnapshot): void {
    this.#chosen = summary.stills;
    const whole = stills.filter(({ state, isClip }) => state === "complete" && !isClip);
    setHidden(this.element, whole.length === 0);
    for (const still of whole) {
      const box = this.#boxes.get(still.id) ?? this.#add(still);
      const isChosen = summary.stills.includes(still.id);
      if (box.checked !== isChosen) box.checked = isChosen;
    }
  }

  #add(still: StillView): HTMLInputElement {
    const box = el("input", { type: "checkbox", "data-testid": "still-chosen" });
    box.addEventListener("change", () => {
      const others = this.#chosen.filter((id) => id !== still.id);
      this.#onChosen(box.checked ? [...others, still.id] : others);
    });
    const time = this.#texts.time(still.taken_ms);
    const name = `${nameOf(still, this.#texts)} · ${time}`;
    this.#list.append(el("li", {}, el("label", {}, box, el("span", {}, name))));
    this.#boxes.set(still.id, box);
    return box;
  }
}
