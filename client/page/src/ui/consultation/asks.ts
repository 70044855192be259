/** Asking for the next step of the examination, and what became of each request. */

import type { AskWhat, PageRequests } from "../../session/requests.ts";
import type { AskView, PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setData, setHidden, setText } from "../dom.ts";

/** In the order of an examination. */
const STEPS: readonly Exclude<AskWhat, "text">[] = ["oximeter", "temperature", "ear", "still", "clip", "listen"];

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
      el("div", { class: "steps" }, ...STEPS.map((what) => this.#step(what))),
      this.#free(),
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

  #step(what: Exclude<AskWhat, "text">): HTMLButtonElement {
    const label = this.#texts.say(`ask.${what}`);
    return button(label, () => this.#requests.ask(what, ""), { "data-testid": `ask-${what}` });
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
