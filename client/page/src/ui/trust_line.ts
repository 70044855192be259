/** Always at the top: how this consultation is protected since when, and what to do where it is not. */

import type { PageSnapshot } from "../session/snapshot.ts";
import type { TextKey, Texts } from "../texts.ts";
import { el, setData, setHidden, setText } from "./dom.ts";
import { provedBy } from "./proof_panel.ts";

type State = "verified" | "unverified" | "comparing" | "refused";

export class TrustLine {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #said = el("strong", { "data-testid": "trust-line" });
  readonly #todo = el("span", { "data-testid": "trust-todo" });
  readonly #profession = el("span", { "data-testid": "site-profession" });

  constructor(texts: Texts) {
    this.#texts = texts;
    const name = texts.say("trust.label");
    this.element = el("section", { class: "trust", "aria-label": name });
    this.element.append(this.#said, this.#todo, this.#profession);
  }

  show(snapshot: PageSnapshot): void {
    const state = stateOf(snapshot);
    setHidden(this.element, state === null);
    if (state === null) return;
    setData(this.element, "trust", state);
    const date = this.#texts.shortDate(snapshot.verified_ms ?? 0);
    setText(this.#said, this.#texts.say(`trust.${state}`, { date }));
    const todo: TextKey | null = state === "verified" ? null : `trust.${state}.todo`;
    setHidden(this.#todo, todo === null);
    setText(this.#todo, todo === null ? "" : this.#texts.say(todo));
    this.#showProfession(snapshot);
  }

  /** Of the person at the site, where a broker we trust vouches for it. */
  #showProfession({ siteProfession, verified_ms }: PageSnapshot): void {
    const shown = verified_ms === null ? null : siteProfession;
    setHidden(this.#profession, shown === null);
    const said = shown && this.#texts.say("proof.site", provedBy(this.#texts, shown));
    setText(this.#profession, said ?? "");
  }
}

function stateOf({ phase, verified_ms }: PageSnapshot): State | null {
  if (phase === "comparing") return "comparing";
  if (phase === "refused") return "refused";
  if (phase !== "consulting") return null;
  return verified_ms === null ? "unverified" : "verified";
}
