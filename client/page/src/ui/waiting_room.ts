/** Who waits, on every screen: in full where nobody is seen, else behind one button. */

import type { PageRequests } from "../session/requests.ts";
import type { PageSnapshot, WaitingView } from "../session/snapshot.ts";
import type { Texts } from "../texts.ts";
import { button, el, setData, setHidden, setText } from "./dom.ts";
import { WaitingCard } from "./waiting_card.ts";

export class WaitingRoomPanel {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #requests: PageRequests;
  readonly #count = el("h2", { id: "room-title", "data-testid": "room-count" });
  readonly #toggle: HTMLButtonElement;
  readonly #aside: HTMLButtonElement;
  readonly #people = el("ul", { class: "room-list", "data-testid": "waiting-room" });
  readonly #questionsTitle: HTMLElement;
  readonly #questions = el("ul", { class: "room-list", "data-testid": "questions" });
  readonly #cards = new Map<string, WaitingCard>();
  #isOpen = false;

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#requests = requests;
    this.#toggle = button(texts.say("room.show"), () => this.#open(!this.#isOpen), {
      "aria-controls": "room-body",
      "data-testid": "room-toggle",
    });
    this.#aside = button(texts.say("room.aside"), () => requests.stepAside(), {
      "data-testid": "step-aside",
    });
    this.#questionsTitle = el("h2", {}, texts.say("room.questions"));
    const head = el("div", { class: "room-head" }, this.#count, this.#toggle, this.#aside);
    const body = el("div", { id: "room-body", class: "room-body" });
    body.append(this.#people, this.#questionsTitle, this.#questions);
    this.element = el("section", { class: "room", "aria-labelledby": "room-title" }, head, body);
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    const { waiting, phase } = snapshot;
    const isAlone = phase === "arriving";
    setHidden(this.element, waiting.length === 0);
    setHidden(this.#toggle, isAlone);
    setHidden(this.#aside, phase !== "consulting");
    setData(this.element, "open", isAlone || this.#isOpen ? "yes" : "no");
    this.#toggle.setAttribute("aria-expanded", String(this.#isOpen));
    const people = waiting.filter(({ question }) => question === null);
    const questions = waiting.filter(({ question }) => question !== null);
    setText(this.#count, countText(this.#texts, people.filter(({ isUnsent }) => !isUnsent).length));
    setHidden(this.#questionsTitle, questions.length === 0);
    this.#forgetGone(waiting);
    this.#list(this.#people, people, now_ms);
    this.#list(this.#questions, questions, now_ms);
  }

  #open(isOpen: boolean): void {
    this.#isOpen = isOpen;
    setText(this.#toggle, this.#texts.say(isOpen ? "room.hide" : "room.show"));
    setData(this.element, "open", isOpen ? "yes" : "no");
    this.#toggle.setAttribute("aria-expanded", String(isOpen));
  }

  #list(list: HTMLElement, views: readonly WaitingView[], now_ms: number): void {
    setHidden(list, views.length === 0);
    for (const view of views) {
      const card = this.#cards.get(view.id) ?? new WaitingCard(this.#texts, this.#requests, view);
      this.#cards.set(view.id, card);
      if (card.element.parentElement !== list) list.append(card.element);
      card.show(view, now_ms);
    }
  }

  #forgetGone(waiting: readonly WaitingView[]): void {
    for (const [id, card] of this.#cards) {
      if (waiting.some((view) => view.id === id)) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
  }
}

function countText(texts: Texts, count: number): string {
  if (count === 0) return texts.say("room.none");
  return count === 1 ? texts.say("room.one") : texts.say("room.many", { n: count });
}
