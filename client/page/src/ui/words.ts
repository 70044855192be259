/** The words both ends compare by voice. */

import type { PageSnapshot } from "../session/snapshot.ts";
import { button, el, setHidden, setText } from "./dom.ts";
import type { Screen, Surroundings } from "./screen.ts";

export class WordsScreen implements Screen {
  readonly element: HTMLElement;
  readonly #texts;
  readonly #lead = el("p", { class: "lead" });
  readonly #words = el("ol", { class: "words", "data-testid": "words" });
  readonly #voice = el("p", { class: "voice", "data-testid": "words-voice", role: "status" });
  readonly #wait = el("p", { class: "wait", "data-testid": "words-wait", role: "status" });
  readonly #choices: HTMLElement;

  constructor({ texts, requests }: Surroundings) {
    this.#texts = texts;
    const equal = button(texts.say("words.equal"), () => requests.compareWords(true), {
      class: "primary big",
      "data-testid": "words-equal",
    });
    const differ = button(texts.say("words.differ"), () => requests.compareWords(false), {
      class: "big",
      "data-testid": "words-differ",
      "aria-describedby": "words-differ-hint",
    });
    const hint = el("p", { class: "hint", id: "words-differ-hint" }, texts.say("words.differ.hint"));
    this.#choices = el("div", { class: "choices" }, equal, el("div", {}, differ, hint));
    this.element = el(
      "section",
      { class: "card wide", "aria-labelledby": "words-title" },
      el("h1", { id: "words-title", tabindex: -1 }, texts.say("words.title")),
      this.#lead,
      this.#words,
      el("p", { class: "hint" }, texts.say("words.why")),
      this.#voice,
      this.#choices,
      this.#wait,
    );
  }

  show(snapshot: PageSnapshot): void {
    const site = snapshot.siteName || this.#texts.say("site.unnamed");
    setText(this.#lead, this.#texts.say("words.lead", { site }));
    if (this.#words.childElementCount !== snapshot.words.length) {
      this.#words.replaceChildren(...snapshot.words.map((word) => el("li", {}, word)));
    }
    setText(this.#voice, this.#texts.say(voiceKey(snapshot)));
    setHidden(this.#choices, snapshot.wordsEqualHere);
    setHidden(this.#wait, !snapshot.wordsEqualHere);
    setText(this.#wait, snapshot.wordsEqualHere ? this.#texts.say("words.wait", { site }) : "");
  }
}

function voiceKey(snapshot: PageSnapshot) {
  if (snapshot.link.state === "up") return "words.voice.on";
  return snapshot.link.state === "cut" ? "words.voice.cut" : "words.voice.wait";
}
