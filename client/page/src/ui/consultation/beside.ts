/** A second still beside the first: the other ear, or before and after. */

import type { StillView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setHidden, setText } from "../dom.ts";
import { describe, nameOf } from "./original.ts";
import { Pane } from "./pane.ts";

export class Beside {
  /** The second picture with its words; hidden while nothing is chosen. */
  readonly element: HTMLElement;
  /** Which one to lay beside. */
  readonly chooser: HTMLElement;
  readonly pane: Pane;
  readonly #texts: Texts;
  readonly #select = el("select", { "data-testid": "still-beside" });
  /** Its facts, to stand with the first one's. */
  readonly details = el("p", { class: "note", hidden: true });
  #offered = "";

  constructor(texts: Texts) {
    this.#texts = texts;
    this.pane = new Pane(texts, "beside-image");
    this.#select.setAttribute("aria-label", texts.say("beside.choose"));
    this.#select.addEventListener("change", () => setHidden(this.element, this.#select.value === ""));
    this.chooser = this.#select;
    this.element = el("div", { class: "beside-pane", hidden: true }, this.pane.element);
  }

  /** What can be laid beside `first`, and more of what is. */
  show(stills: readonly StillView[], first: StillView | null): void {
    if (first === null) return;
    const others = stills.filter((other) => other.id !== first.id && isSeen(other));
    this.#offer(others);
    const chosen = others.find(({ id }) => String(id) === this.#select.value);
    setHidden(this.element, chosen === undefined);
    setHidden(this.details, chosen === undefined);
    if (chosen === undefined) return this.pane.clear();
    this.pane.show(chosen);
    setText(this.details, describe(chosen, this.#texts));
  }

  close(): void {
    this.#select.value = "";
    this.pane.clear();
    setHidden(this.element, true);
  }

  #offer(others: readonly StillView[]): void {
    setHidden(this.#select, others.length === 0);
    const offered = others.map(({ id, label }) => `${id} ${label}`).join("\n");
    if (offered === this.#offered) return;
    this.#offered = offered;
    const chosen = this.#select.value;
    const none = el("option", { value: "" }, this.#texts.say("beside.none"));
    const options = others.map((still) =>
      el("option", { value: still.id }, this.#texts.say("beside.with", { name: nameOf(still, this.#texts) })),
    );
    this.#select.replaceChildren(none, ...options);
    this.#select.value = others.some(({ id }) => String(id) === chosen) ? chosen : "";
  }
}

function isSeen({ isClip, picture, preview }: StillView): boolean {
  return !isClip && (picture ?? preview) !== null;
}
