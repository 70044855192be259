/** Short sentences a GP says over and over, one press each. */

import type { PageRequests } from "../../session/requests.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { button, el } from "../dom.ts";

export const PHRASES = [
  "phrase.left",
  "phrase.right",
  "phrase.up",
  "phrase.down",
  "phrase.closer",
  "phrase.back",
  "phrase.still",
  "phrase.light",
  "phrase.tongue",
  "phrase.breathe",
  "phrase.again",
] as const satisfies readonly TextKey[];

/** Closed until wanted: the steps of the examination come first. */
export function phrases(texts: Texts, requests: PageRequests): HTMLElement {
  const choices = PHRASES.map((key) =>
    button(texts.say(key), () => requests.ask("text", texts.say(key)), { "data-testid": key }),
  );
  const title = texts.say("phrase.title");
  const group = el("div", { class: "phrases", role: "group", "aria-label": title }, ...choices);
  return el("details", { class: "ready-made", "data-testid": "phrases" }, el("summary", {}, title), group);
}
