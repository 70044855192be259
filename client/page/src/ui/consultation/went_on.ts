/** How the site goes on where no picture gets through, and the number to call if by telephone. */

import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setHidden, setText } from "../dom.ts";

/** `client.core.dossier.ending.Alternative`. */
const WAYS = ["voice", "telephone", "deferred", "rescheduled"] as const;

export class WentOn {
  readonly element = el("p", { class: "went-on", role: "status", hidden: true, "data-testid": "went-on" });
  readonly #texts: Texts;

  constructor(texts: Texts) {
    this.#texts = texts;
  }

  show(snapshot: PageSnapshot): void {
    const said = wentOnSentence(this.#texts, snapshot);
    setHidden(this.element, said === "");
    setText(this.element, said);
  }
}

/** Empty where nothing was said, or by a site that knows a way this page does not. */
export function wentOnSentence(
  texts: Texts,
  { wentOn, patient }: Pick<PageSnapshot, "wentOn" | "patient">,
): string {
  const way = WAYS.find((known) => known === wentOn?.how);
  if (wentOn === null || way === undefined) return "";
  const said = texts.say(`went_on.${way}`, { time: texts.time(wentOn.at_ms) });
  const number = way === "telephone" ? (patient?.callback ?? "") : "";
  return number === "" ? said : `${said} ${texts.say("went_on.number", { number })}`;
}
