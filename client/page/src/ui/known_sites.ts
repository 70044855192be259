/** On the first screen: whom this browser knows, who calls, and whether its keys are lost. */

import type { Self } from "../session/ports.ts";
import type { PageRequests } from "../session/requests.ts";
import type { PageSnapshot, SiteView } from "../session/snapshot.ts";
import type { Texts } from "../texts.ts";
import { button, el, setHidden } from "./dom.ts";

/** Who the GP is, as the form has it now; `null` when it has no name yet, which the form tells. */
export type AskSelf = () => Self | null;

export class KnownSites {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #requests: PageRequests;
  readonly #self: AskSelf;
  readonly #list = el("ul", { class: "sites", "data-testid": "known-sites" });
  #shown = "";

  constructor(texts: Texts, requests: PageRequests, self: AskSelf) {
    this.#texts = texts;
    this.#requests = requests;
    this.#self = self;
    this.element = el(
      "section",
      { "aria-labelledby": "sites-title", hidden: true },
      el("h2", { id: "sites-title" }, texts.say("sites.title")),
      this.#list,
      el("p", { class: "hint" }, texts.say("sites.hint")),
    );
  }

  show({ sites }: PageSnapshot): void {
    setHidden(this.element, sites.length === 0);
    const told = JSON.stringify(sites);
    if (told === this.#shown) return; // else a button would be rebuilt under the finger
    this.#shown = told;
    this.#list.replaceChildren(...sites.map((site) => this.#row(site)));
  }

  #row(site: SiteView): HTMLElement {
    const row = el("li", { "data-testid": "known-site" });
    const verified = this.#texts.say("sites.verified", { date: this.#texts.date(site.verified_ms) });
    if (site.called_ms === null) {
      row.append(el("strong", {}, site.name), " ", el("span", { class: "hint" }, verified), " ");
      row.append(this.#forget(site));
      return row;
    }
    const time = this.#texts.time(site.called_ms);
    const calls = this.#texts.say("sites.calls", { name: site.name, time });
    const answer = button(this.#texts.say("sites.answer"), () => this.#answer(site), {
      class: "primary",
      "data-testid": "answer-call",
    });
    const decline = button(
      this.#texts.say("sites.decline"),
      () => this.#requests.decline(site.id),
      { "data-testid": "decline-call" },
    );
    row.append(el("p", { class: "ready", role: "alert" }, calls), answer, " ", decline);
    return row;
  }

  #answer(site: SiteView): void {
    const self = this.#self();
    if (self !== null) this.#requests.answer(site.id, self);
  }

  #forget(site: SiteView): HTMLElement {
    const label = this.#texts.say("sites.forget.label", { name: site.name });
    return button(
      this.#texts.say("sites.forget"),
      () => this.#requests.forgetSite(site.id),
      { "aria-label": label, "data-testid": "forget-site" },
    );
  }
}

/** What has happened, what it means, and that nothing is made anew without a word. */
export function lostKeys(texts: Texts, accept: () => void): HTMLElement {
  const box = el("div", { class: "wrong", role: "alert", "data-testid": "lost-keys" });
  const understood = button(
    texts.say("lost.understood"),
    () => {
      box.hidden = true;
      accept();
    },
    { "data-testid": "lost-keys-understood" },
  );
  box.append(el("p", {}, texts.say("lost.what")), el("p", {}, texts.say("lost.then")), understood);
  return box;
}
