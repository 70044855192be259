/** Asking for the next step of the examination, and what became of each request. */

import type { AskWhat, PageRequests } from "../../session/requests.ts";
import type { AskView, PageSnapshot } from "../../session/snapshot.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { button, el, setData, setHidden, setText } from "../dom.ts";
import { phrases } from "./phrases.ts";

type Step = Exclude<AskWhat, "text">;

/** In the order of an examination. */
const STEPS = {
  "asks.measure": ["oximeter", "temperature", "pressure", "glucose", "weight", "ecg"],
  "asks.look": ["ear", "throat", "skin", "still", "clip", "listen"],
} as const satisfies Partial<Record<TextKey, readonly Step[]>>;
/** How far an arrow key goes in a menu. */
const ARROWS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Asks {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #requests: PageRequests;
  readonly #list = el("ol", { class: "ask-list", "data-testid": "asks" });
  readonly #none: HTMLElement;
  readonly #lines = new Map<number, { line: HTMLElement; state: HTMLElement }>();

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#requests = requests;
    this.#none = el("p", { class: "note" }, texts.say("asks.none"));
    this.element = el(
      "section",
      { class: "panel asks", "aria-labelledby": "asks-title" },
      el("h2", { id: "asks-title" }, texts.say("asks.title")),
      this.#menu("asks.measure"),
      this.#menu("asks.look"),
      this.#free(),
      phrases(texts, requests),
      this.#none,
      this.#list,
    );
  }

  show({ asks }: PageSnapshot): void {
    setHidden(this.#none, asks.length > 0);
    for (const ask of asks) this.#show(ask);
  }

  #show(ask: AskView): void {
    let shown = this.#lines.get(ask.id);
    if (shown === undefined) {
      const state = el("span", { class: "state", "data-testid": "ask-state" });
      const time = el("time", {}, this.#texts.time(ask.asked_ms));
      const what = ask.what === "text" ? ask.text : this.#texts.say(`ask.${ask.what as AskWhat}`);
      const line = el("li", { "data-ask": ask.what }, time, el("span", {}, what), state);
      shown = { line, state };
      this.#lines.set(ask.id, shown);
      this.#list.prepend(line);
    }
    setText(shown.state, this.#texts.say(`ask.state.${ask.state}`));
    setData(shown.line, "state", ask.state);
  }

  /** One stop of the tab key; arrows go from step to step. */
  #menu(name: keyof typeof STEPS): HTMLElement {
    const label = this.#texts.say(name);
    const steps = STEPS[name].map((what, place) => this.#step(what, place === 0));
    const menu = el("div", { class: "steps", role: "toolbar", "aria-label": label }, ...steps);
    menu.addEventListener("keydown", (event) => {
      const way = ARROWS[event.key];
      const from = steps.findIndex((step) => step === document.activeElement);
      if (way === undefined || from < 0) return;
      event.preventDefault();
      const next = steps[(from + way + steps.length) % steps.length];
      for (const step of steps) step.tabIndex = step === next ? 0 : -1;
      next?.focus();
    });
    return el("div", { class: "menu" }, el("h3", {}, label), menu);
  }

  #step(what: Step, isFirst: boolean): HTMLButtonElement {
    return button(this.#texts.say(`ask.short.${what}`), () => this.#requests.ask(what, ""), {
      "data-testid": `ask-${what}`,
      title: this.#texts.say(`ask.${what}`),
      tabindex: isFirst ? 0 : -1,
    });
  }

  #free(): HTMLFormElement {
    const label = this.#texts.say("ask.text");
    const input = el("input", {
      "aria-label": label,
      placeholder: this.#texts.say("ask.text.hint"),
      maxlength: 200,
      autocomplete: "off",
      "data-testid": "ask-text",
    });
    const send = el(
      "button",
      { type: "submit", "data-testid": "ask-text-send" },
      this.#texts.say("ask.text.send"),
    );
    const form = el("form", { class: "line" }, input, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (text === "") return;
      this.#requests.ask("text", text);
      input.value = "";
    });
    return form;
  }
}
