/** Files that go with the summary: a prescription picked from the disk, and what was annotated. */

import { type DocumentView, FILE_LIMIT } from "../../session/outgoing_files.ts";
import type { PageRequests } from "../../session/requests.ts";
import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setData, setHidden, setText } from "../dom.ts";

/** What may be picked, and how each begins: a name alone proves nothing. */
const STARTS: Readonly<Record<string, readonly number[]>> = {
  "application/pdf": [0x25, 0x50, 0x44, 0x46], // %PDF
  "image/jpeg": [0xff, 0xd8, 0xff],
};

/** The media type these bytes show; `null` for neither PDF nor JPEG. */
export function typeOf(bytes: Uint8Array): string | null {
  const found = Object.entries(STARTS).find(([, start]) => start.every((byte, at) => bytes[at] === byte));
  return found?.[0] ?? null;
}

export class Files {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #requests: PageRequests;
  readonly #input = el("input", {
    type: "file",
    accept: Object.keys(STARTS).join(","),
    class: "unseen",
    tabindex: -1,
    "data-testid": "file-input",
  });
  readonly #list = el("ul", { class: "choices-list", "data-testid": "files" });
  readonly #told = el("p", { class: "wrong", role: "alert", "data-testid": "file-error" });
  readonly #lines = new Map<number, { box: HTMLInputElement; state: HTMLElement }>();
  #chosen: readonly number[] = [];

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#requests = requests;
    this.#input.setAttribute("aria-label", texts.say("writing.file"));
    this.#input.addEventListener("change", () => void this.#picked());
    const pick = button(texts.say("writing.file"), () => this.#input.click(), {
      "data-testid": "file-pick",
    });
    const hint = el("span", { class: "hint" }, texts.say("writing.file.hint", { size: FILE_LIMIT / 1e6 }));
    this.element = el(
      "div",
      { class: "files", role: "group", "aria-labelledby": "files-title" },
      el("h3", { id: "files-title" }, texts.say("writing.files")),
      this.#list,
      el("div", { class: "line" }, pick, hint, this.#input),
      this.#told,
    );
  }

  show({ documents, summary }: PageSnapshot): void {
    this.#chosen = summary.files;
    setHidden(this.#list, documents.length === 0);
    for (const document of documents) {
      const { box, state } = this.#lines.get(document.id) ?? this.#add(document);
      const isChosen = summary.files.includes(document.id);
      if (box.checked !== isChosen) box.checked = isChosen;
      setText(state, this.#stateText(document));
      setData(state, "state", document.state);
    }
  }

  async #picked(): Promise<void> {
    const [file] = this.#input.files ?? [];
    setText(this.#told, "");
    if (file === undefined) return;
    const bytes = file.size > FILE_LIMIT ? null : new Uint8Array(await file.arrayBuffer());
    this.#input.value = ""; // the same file may be picked again
    const mediaType = bytes === null ? null : typeOf(bytes);
    if (!this.element.isConnected) return; // the GP sees another patient by now
    const name = file.name.replace(/\.[^.]*$/, "");
    const id =
      bytes === null || mediaType === null
        ? null
        : await this.#requests.offerFile(bytes, name, mediaType);
    if (id === null) setText(this.#told, this.#texts.say("writing.file.refused", { size: FILE_LIMIT / 1e6 }));
  }

  #stateText({ state, held, size }: DocumentView): string {
    if (state !== "sending") return this.#texts.say(`writing.file.${state}`);
    const pct = Math.floor((100 * held) / Math.max(1, size));
    return this.#texts.say("writing.file.sending", { pct });
  }

  #add({ id, label }: DocumentView) {
    const box = el("input", { type: "checkbox", "data-testid": "file-chosen" });
    box.addEventListener("change", () => {
      const others = this.#chosen.filter((other) => other !== id);
      this.#requests.draftSummary({ files: box.checked ? [...others, id] : others });
    });
    const state = el("span", { class: "state", "data-testid": "file-state" });
    this.#list.append(el("li", {}, el("label", {}, box, el("span", {}, label)), state));
    const line = { box, state };
    this.#lines.set(id, line);
    return line;
  }
}
