/** The top row: with whom, about whom, how protected, and the state of the line in one sentence. */

import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";
import { lineSentence } from "./line_words.ts";
import { ageAndSex } from "./patient_strip.ts";

export class Banner {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #site = el("strong", { "data-testid": "site" });
  readonly #place = el("span", { class: "place" });
  readonly #patient = el("strong", { "data-testid": "patient" });
  readonly #age = el("span", { class: "age", "data-testid": "patient-age" });
  readonly #reason = el("span", { class: "place", "data-testid": "reason" });
  readonly #sealed = el("span", { "data-testid": "sealed" });
  readonly #protection: HTMLElement;
  readonly #link = el("p", { class: "link", "data-testid": "link-state" });

  constructor(texts: Texts, controls: HTMLElement) {
    this.#texts = texts;
    this.#protection = pair(texts.say("header.encrypted"), this.#sealed);
    this.element = el(
      "header",
      { class: "banner" },
      pair(texts.say("header.patient"), this.#patient, this.#age, this.#reason),
      pair(texts.say("header.site"), this.#site, this.#place),
      this.#protection,
      el("div", { class: "steering" }, this.#link, controls),
    );
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    const texts = this.#texts;
    setText(this.#site, snapshot.siteName || texts.say("site.unnamed"));
    setText(this.#place, snapshot.sitePlace);
    setText(this.#patient, snapshot.patientName || texts.say("patient.unnamed"));
    const age = ageAndSex(texts, snapshot.patient, now_ms);
    setHidden(this.#age, age === "");
    setText(this.#age, age);
    setText(this.#reason, snapshot.reason);
    const { isSealed } = snapshot.link;
    setHidden(this.#protection, isSealed === null);
    setText(this.#sealed, texts.say(isSealed === true ? "header.sealed" : "header.unsealed"));
    setText(this.#link, lineSentence(texts, snapshot, now_ms));
    setData(this.#link, "link", snapshot.link.state);
    setData(this.#link, "weak", snapshot.link.line.weak);
  }
}

function pair(label: string, ...values: HTMLElement[]): HTMLElement {
  return el("div", { class: "pair" }, el("span", { class: "label" }, label), ...values);
}
