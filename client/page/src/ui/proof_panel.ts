/** On the first screen: have one's profession vouched for, where the host has a broker. */

import type { ProfessionView, ProofState, ProofView } from "../session/profession.ts";
import type { TextKey, Texts } from "../texts.ts";
import { button, el, setHidden, setText } from "./dom.ts";

const SAID: Readonly<Record<ProofState, TextKey>> = {
  absent: "proof.possible",
  possible: "proof.possible",
  asking: "proof.asking",
  refused: "proof.refused",
  unreachable: "proof.unreachable",
  verified: "proof.verified",
};

/** What a sentence about a proof is filled in with. */
export function provedBy(texts: Texts, { name, rpps, issuer, verified_ms }: ProfessionView) {
  return { name, rpps, issuer, date: texts.shortDate(verified_ms), time: texts.time(verified_ms) };
}

export class ProofPanel {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #said = el("p", { class: "hint", role: "status", "data-testid": "proof" });
  readonly #ask: HTMLButtonElement;
  readonly #login: HTMLAnchorElement;

  constructor(texts: Texts, prove: () => void) {
    this.#texts = texts;
    this.#ask = button(texts.say("proof.ask"), prove, {
      class: "quiet",
      "data-testid": "proof-ask",
    });
    this.#login = el("a", { target: "_blank", rel: "noopener noreferrer", "data-testid": "proof-login" });
    this.#login.append(texts.say("proof.open"));
    this.element = el("section", { class: "asking", "aria-label": texts.say("proof.title") });
    this.element.append(this.#said, this.#ask, this.#login);
  }

  show({ state, url, own }: ProofView): void {
    setHidden(this.element, state === "absent");
    setHidden(this.#ask, state === "asking" || state === "verified");
    setHidden(this.#login, url === "");
    if (url !== "" && this.#login.href !== url) this.#login.href = url;
    setText(this.#said, this.#texts.say(SAID[state], own === null ? {} : provedBy(this.#texts, own)));
  }
}
