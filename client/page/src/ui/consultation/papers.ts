/** Papers the site sent, to be kept and opened by the GP's own programs; never within the page. */

import type { PaperView } from "../../session/paper_views.ts";
import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";

interface Line {
  readonly link: HTMLAnchorElement;
  readonly state: HTMLElement;
  shown: Blob | null;
}

export class Papers {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #list = el("ul", { class: "choices-list", "data-testid": "papers" });
  readonly #lines = new Map<number, Line>();

  constructor(texts: Texts) {
    this.#texts = texts;
    this.element = el(
      "section",
      { class: "panel", "aria-labelledby": "papers-title", hidden: true },
      el("h2", { id: "papers-title" }, texts.say("papers.title")),
      this.#list,
    );
  }

  show({ papers, link }: PageSnapshot): void {
    setHidden(this.element, papers.length === 0);
    for (const paper of papers) this.#show(paper, link.state === "up");
  }

  /** Free the files' memory. */
  close(): void {
    for (const { link, shown } of this.#lines.values()) {
      if (shown !== null) URL.revokeObjectURL(link.href);
    }
  }

  #show(paper: PaperView, isLinkUp: boolean): void {
    const line = this.#lines.get(paper.id) ?? this.#add(paper);
    setText(line.state, this.#stateText(paper, isLinkUp));
    setData(line.state, "state", paper.state);
    if (paper.file === null || line.shown !== null) return;
    line.shown = paper.file;
    line.link.href = URL.createObjectURL(paper.file);
    line.link.download = paper.file.type === "application/pdf" ? `chevet-${paper.id}.pdf` : `chevet-${paper.id}`;
    setData(line.link, "sha256", paper.sha256_hex);
    setHidden(line.link, false);
  }

  #stateText({ state, held, size, taken_ms }: PaperView, isLinkUp: boolean): string {
    if (state === "failed") return this.#texts.say("still.failed");
    if (state === "complete") return this.#texts.time(taken_ms);
    const pct = Math.floor((100 * held) / Math.max(1, size));
    return this.#texts.say(isLinkUp ? "still.progress" : "still.waits", { pct });
  }

  #add(paper: PaperView): Line {
    const name = paper.label || this.#texts.say("papers.name", { n: paper.id });
    const link = el("a", { class: "button", hidden: true, "data-testid": "paper" }, this.#texts.say("still.download"));
    link.setAttribute("aria-label", `${this.#texts.say("still.download")} ${name}`);
    const state = el("span", { class: "state", "data-testid": "paper-state" });
    this.#list.prepend(el("li", { class: "line" }, el("bdi", {}, name), state, link));
    const line = { link, state, shown: null };
    this.#lines.set(paper.id, line);
    return line;
  }
}
