/** What there is to know of the patient: at a glance what may matter at once, the rest at a tap. */

import { ageYears, answerTo, CONSENTS, type PatientView } from "../../session/patient_file.ts";
import type { PageSnapshot } from "../../session/snapshot.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";

/** Always in sight, told or not. */
const GLANCES = ["allergies", "treatments"] as const;
/** The other questions a site may send, in the order they are shown. */
const QUESTIONS = ["since", "pain", "home_temperature", "antecedents", "pregnancy", "oxygen"] as const;
/** How far the identity was checked, as the site received it. */
const STATUSES = ["provisional", "retrieved", "validated", "qualified"] as const;
const FACTS = ["doctor", "address", "callback"] as const;

export class PatientStrip {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #glances: ReadonlyMap<(typeof GLANCES)[number], HTMLElement>;
  readonly #refused = el("p", { class: "refused-consent", "data-testid": "refused-consents" });
  readonly #rest = el("details", { class: "patient-file", "data-testid": "patient-file" });
  readonly #list = el("dl", {});
  #shown: readonly unknown[] = [];

  constructor(texts: Texts) {
    this.#texts = texts;
    this.#glances = new Map(GLANCES.map((name) => [name, el("strong", { "data-testid": name })]));
    const pairs = [...this.#glances].map(([name, value]) =>
      el("p", { class: "glance" }, el("span", { class: "label" }, texts.say(`patient.${name}`)), value),
    );
    const title = texts.say("patient.file");
    this.#rest.append(el("summary", {}, title), this.#list);
    this.element = el("section", { class: "patient-strip", "aria-label": title });
    this.element.append(...pairs, this.#refused, this.#rest);
  }

  show({ patient, background }: PageSnapshot): void {
    setHidden(this.element, patient === null && background === null);
    if (this.#shown[0] === patient && this.#shown[1] === background) return;
    this.#shown = [patient, background];
    for (const [name, value] of this.#glances) {
      const answer = answerTo(background, name);
      setText(value, answer === "" ? this.#texts.say("patient.not_said") : answer);
      setData(value, "said", answer === "" ? "no" : "yes");
    }
    this.#showRefused(background?.refused ?? []);
    this.#list.replaceChildren(...this.#rows({ patient, background }));
    setHidden(this.#rest, this.#list.childElementCount === 0);
  }

  #showRefused(refused: readonly string[]): void {
    const said = refused.map((item) => {
      const known = CONSENTS.find((consent) => consent === item);
      return known === undefined ? item : this.#texts.say(`refused_consent.${known}`);
    });
    setHidden(this.#refused, said.length === 0);
    setText(this.#refused, this.#texts.say("patient.refused", { what: said.join(", ") }));
  }

  #rows({ patient, background }: Pick<PageSnapshot, "patient" | "background">): HTMLElement[] {
    const rows: [string, string][] = [];
    if (patient !== null) {
      rows.push([this.#texts.say("patient.name"), fullName(patient)]);
      const status = STATUSES.find((known) => known === patient.status);
      const said = status === undefined ? patient.status : this.#texts.say(`identity.${status}`);
      rows.push([this.#texts.say("patient.identity"), said]);
      rows.push([this.#texts.say("patient.birthDate"), this.#texts.birthDate(patient.birthDate)]);
      for (const fact of FACTS) rows.push([this.#texts.say(`patient.${fact}`), patient[fact]]);
    }
    for (const name of QUESTIONS) {
      rows.push([this.#texts.say(`patient.${name}`), answerTo(background, name)]);
    }
    for (const { question, label, answer } of background?.answers ?? []) {
      if (question === "other") rows.push([label, answer]);
    }
    const said = rows.filter(([, value]) => value !== "");
    return said.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value)));
  }
}

/** "Durand, Marie Louise (née Petit)" is for paper: here what distinguishes, in the forms' order. */
export function fullName({ birthName, firstNames, usedName }: PatientView): string {
  const used = usedName === "" || usedName === birthName ? "" : ` (${usedName})`;
  return [birthName + used, firstNames].filter((part) => part.trim() !== "").join(" ");
}

/** "78 ans, femme", as far as it is known. */
export function ageAndSex(texts: Texts, patient: PatientView | null, now_ms: number): string {
  if (patient === null) return "";
  const years = ageYears(patient.birthDate, now_ms);
  const age = years === null ? [] : [texts.say(years === 1 ? "patient.year" : "patient.years", { n: years })];
  const isKnown = patient.sex === "female" || patient.sex === "male";
  const sex = isKnown ? [texts.say(`patient.sex.${patient.sex}` as TextKey)] : [];
  return [...age, ...sex].join(", ");
}
