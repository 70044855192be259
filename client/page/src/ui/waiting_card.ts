/** One who waits: who, since when, why, what is known before the call, and what to answer. */

import { freshness } from "../session/freshness.ts";
import { ageYears } from "../session/patient_file.ts";
import type { PageRequests } from "../session/requests.ts";
import { EMPTY, type VitalView, type WaitingView } from "../session/snapshot.ts";
import type { Texts } from "../texts.ts";
import { freshText, number } from "./consultation/readings.ts";
import { button, el, setHidden, setText } from "./dom.ts";
import { WaitForm } from "./wait_form.ts";

export class WaitingCard {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #title = el("h3", { "data-testid": "waiting-site" });
  readonly #since = el("p", { class: "hint" });
  readonly #patient = el("p", { "data-testid": "waiting-patient" });
  readonly #reason = el("p", { "data-testid": "waiting-reason" });
  readonly #question = el("blockquote", { "data-testid": "waiting-question" });
  readonly #background = el("dl", { class: "packet", "data-testid": "waiting-background" });
  readonly #vitals = el("ul", { class: "packet", "data-testid": "waiting-vitals" });
  readonly #told = el("p", { class: "ready", role: "status", "data-testid": "waiting-told" });
  readonly #accept: HTMLButtonElement;
  readonly #form: WaitForm;
  #background_shown = "";

  constructor(texts: Texts, requests: PageRequests, view: WaitingView) {
    this.#texts = texts;
    this.#accept = button("", () => requests.accept(view.id), {
      class: "primary",
      "data-testid": "answer-call",
    });
    this.#form = new WaitForm(texts, requests, view.id);
    this.element = el(
      "li",
      { class: "waiting", "data-testid": "waiting-one" },
      ...[this.#title, this.#since, this.#patient, this.#reason, this.#question],
      ...[this.#background, this.#vitals, this.#told],
      el("div", { class: "choices" }, this.#accept, ...this.#form.buttons),
      this.#form.element,
    );
  }

  show(view: WaitingView, now_ms: number): void {
    const texts = this.#texts;
    const name = view.siteName || texts.say("site.unnamed");
    setText(this.#title, view.sitePlace === "" ? name : `${name}, ${view.sitePlace}`);
    const facts = { time: texts.time(view.since_ms), age: texts.age(now_ms - view.since_ms) };
    show(this.#since, view.isUnsent ? "" : texts.say("room.since", facts));
    // Once it is over nothing is known of the patient any more: the card keeps whose text it is.
    const isForgotten = view.isUnsent && view.patientName === "";
    if (!isForgotten) show(this.#patient, patientText(texts, view, now_ms));
    show(this.#reason, view.reason && texts.say("room.reason", { reason: view.reason }));
    show(this.#question, view.question?.text ?? "");
    this.#showBackground(view);
    this.#showVitals(view, now_ms);
    show(this.#told, toldText(texts, view));
    setText(this.#accept, texts.say(acceptKey(view)));
    const canBeTold = view.verified_ms !== null && view.told?.isRedirected !== true;
    this.#form.setPossible(canBeTold && !view.isUnsent);
  }

  #showBackground({ background }: WaitingView): void {
    const told = JSON.stringify(background?.answers ?? []);
    if (told === this.#background_shown) return;
    this.#background_shown = told;
    const said = background?.answers.filter(({ answer }) => answer !== "") ?? [];
    this.#background.replaceChildren(
      ...said.flatMap(({ question, label, answer }) => [
        el("dt", {}, label || this.#texts.name("patient", question)),
        el("dd", {}, answer),
      ]),
    );
  }

  #showVitals({ vitals }: WaitingView, now_ms: number): void {
    const lines = vitals.map((view) => vitalText(this.#texts, view, now_ms));
    while (this.#vitals.childElementCount > lines.length) this.#vitals.lastElementChild?.remove();
    for (const [at, line] of lines.entries()) {
      const row = this.#vitals.children[at] ?? this.#vitals.appendChild(el("li"));
      setText(row, line);
    }
  }
}

function show(element: HTMLElement, text: string): void {
  setHidden(element, text === "");
  setText(element, text);
}

function acceptKey({ question, areWordsToCompare, refusal, isUnsent }: WaitingView) {
  if (isUnsent) return "room.unsent.look";
  if (refusal !== null) return "room.look";
  if (question !== null) return "room.open";
  return areWordsToCompare ? "room.compare" : "room.accept";
}

function patientText(texts: Texts, { patientName, patient }: WaitingView, now_ms: number): string {
  const years = ageYears(patient?.birthDate ?? "", now_ms);
  const names = [patientName || texts.say("patient.unnamed")];
  if (years !== null) names.push(texts.say("room.years", { n: years }));
  if (patient?.doctor) names.push(texts.say("room.doctor", { name: patient.doctor }));
  return names.join(" · ");
}

function vitalText(texts: Texts, view: VitalView, now_ms: number): string {
  const name = texts.name("vital", view.vital);
  const value = `${number(texts, view)} ${texts.name("unit", view.unit)}`;
  // Never as live: without a line no instrument vouches for now.
  const made = freshness(view, undefined, EMPTY.link, now_ms);
  const fresh = freshText(texts, made, view);
  return [`${name} ${value}`, view.model, texts.quality(view.quality, ""), fresh].join(" · ");
}

function toldText(texts: Texts, { told, isUnsent }: WaitingView): string {
  if (isUnsent) return texts.say("room.unsent");
  if (told === null) return "";
  const facts = { time: texts.time(told.at_ms), text: told.text, n: told.minutes ?? 0 };
  if (told.isRedirected) return texts.say("room.told.redirected", facts);
  if (told.minutes !== null) {
    return texts.say(told.text === "" ? "room.told.minutes" : "room.told.minutes_text", facts);
  }
  return told.text === "" ? texts.say("room.told.seen") : texts.say("room.told.text", facts);
}
