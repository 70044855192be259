/** Lines of text between the two ends. */

import type { PageRequests } from "../../session/requests.ts";
import type { PageSnapshot, TextView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setHidden, setText } from "../dom.ts";

export class Messages {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #log = el("div", { class: "log", role: "log", "data-testid": "texts", tabindex: 0 });
  readonly #none: HTMLElement;
  /** By text, the oldest first. */
  readonly #lines = new Map<number, { line: HTMLElement; state: HTMLElement }>();

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#none = el("p", { class: "note" }, texts.say("texts.none"));
    this.#log.setAttribute("aria-label", texts.say("texts.title"));
    this.element = el(
      "section",
      { class: "panel messages", "aria-labelledby": "texts-title" },
      el("h2", { id: "texts-title" }, texts.say("texts.title")),
      this.#none,
      this.#log,
      this.#form(requests),
    );
  }

  show(snapshot: PageSnapshot): void {
    setHidden(this.#none, snapshot.texts.length > 0);
    for (const text of snapshot.texts) this.#show(text, snapshot.siteName);
    const oldest = snapshot.texts[0]?.id ?? 0;
    for (const [id, { line }] of this.#lines) {
      if (id >= oldest) break;
      line.remove(); // the session has let go of it: a peer that writes on fills no memory
      this.#lines.delete(id);
    }
  }

  #show(text: TextView, siteName: string): void {
    let shown = this.#lines.get(text.id);
    if (shown === undefined) {
      const state = el("span", { class: "state", "data-testid": "text-state" });
      const who = text.isMine ? this.#texts.say("texts.me") : siteName;
      const head = el("span", { class: "who" }, `${this.#texts.time(text.at_ms)} ${who}`);
      const body = el("span", { class: "body" }, text.text);
      const from = text.isMine ? "gp" : "site";
      const line = el("p", { class: "message", "data-from": from }, head, body, state);
      shown = { line, state };
      this.#lines.set(text.id, shown);
      this.#log.append(line);
      this.#log.scrollTop = this.#log.scrollHeight;
    }
    if (!text.isMine) return;
    setText(shown.state, this.#texts.say(text.isReceived ? "text.state.received" : "text.state.sending"));
  }

  #form(requests: PageRequests): HTMLFormElement {
    const input = el("input", {
      "aria-label": this.#texts.say("texts.write"),
      placeholder: this.#texts.say("texts.write"),
      maxlength: 1_000,
      autocomplete: "off",
      "data-testid": "text-input",
    });
    const label = this.#texts.say("texts.send");
    const send = el("button", { type: "submit", "data-testid": "text-send" }, label);
    const form = el("form", { class: "line" }, input, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (text === "") return;
      requests.write(text);
      input.value = "";
    });
    return form;
  }
}
