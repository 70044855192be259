/** What to tell one who waits: patience, with minutes and a word, or where to turn. */

import type { PageRequests } from "../session/requests.ts";
import type { Texts } from "../texts.ts";
import { button, el, setHidden, setText } from "./dom.ts";

/** chosen: what doctors say. */
const MINUTES = [5, 10, 15, 30, 60] as const;
const TEXT_LIMIT = 400;

export class WaitForm {
  readonly element: HTMLFormElement;
  readonly buttons: readonly HTMLButtonElement[];
  readonly #texts: Texts;
  readonly #minutes = el("select", { "data-testid": "wait-minutes" });
  readonly #minutesBox: HTMLElement;
  readonly #label = el("label");
  readonly #text: HTMLTextAreaElement;
  readonly #wrong = el("p", { class: "wrong", role: "alert" });
  #isRedirecting = false;

  constructor(texts: Texts, requests: PageRequests, id: string) {
    this.#texts = texts;
    this.#text = el("textarea", {
      id: `wait-text-${id}`,
      rows: 2,
      maxlength: TEXT_LIMIT,
      "data-testid": "wait-text",
    });
    this.#label.htmlFor = this.#text.id;
    this.#minutes.append(
      el("option", { value: "" }, texts.say("room.minutes.unknown")),
      ...MINUTES.map((n) => el("option", { value: n }, texts.say("room.minutes", { n }))),
    );
    this.#minutesBox = el("label", {}, texts.say("room.minutes.label"), " ", this.#minutes);
    const send = el("button", { type: "submit", "data-testid": "wait-send" });
    setText(send, texts.say("room.send"));
    this.element = el("form", { novalidate: true, hidden: true, class: "wait-form" });
    this.element.append(this.#minutesBox, this.#label, this.#text, this.#wrong, send);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(requests, id);
    });
    this.buttons = [
      this.#opener("room.wait", false, "ask-to-wait"),
      this.#opener("room.redirect", true, "redirect"),
    ];
  }

  /** Only who is known for sure is told anything. */
  setPossible(isPossible: boolean): void {
    for (const opener of this.buttons) setHidden(opener, !isPossible);
    if (!isPossible) this.element.hidden = true;
  }

  #opener(key: "room.wait" | "room.redirect", isRedirecting: boolean, id: string) {
    const open = () => {
      this.#isRedirecting = isRedirecting;
      this.element.hidden = false;
      setHidden(this.#minutesBox, isRedirecting);
      setText(this.#label, this.#texts.say(isRedirecting ? "room.where" : "room.word"));
      setText(this.#wrong, "");
      this.#text.focus();
    };
    return button(this.#texts.say(key), open, { "data-testid": id });
  }

  #send(requests: PageRequests, id: string): void {
    const text = this.#text.value.trim();
    if (this.#isRedirecting && text === "") {
      setText(this.#wrong, this.#texts.say("room.where.missing"));
      return this.#text.focus();
    }
    const minutes = this.#minutes.value === "" ? null : Number(this.#minutes.value);
    if (this.#isRedirecting) requests.redirect(id, text);
    else requests.askToWait(id, minutes, text);
    this.#text.value = "";
    this.element.hidden = true;
  }
}
