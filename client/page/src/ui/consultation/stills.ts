/** The stills that came or are coming, as a row to choose from. */

import type { PageSnapshot, StillView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";
import { nameOf } from "./original.ts";

interface Line {
  readonly opener: HTMLButtonElement;
  readonly thumbnail: HTMLImageElement;
  readonly progress: HTMLProgressElement;
  readonly state: HTMLElement;
  shown: Blob | null;
}

export class Stills {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #onOpen: (still: StillView) => void;
  readonly #list = el("ul", { class: "still-list", "data-testid": "stills" });
  readonly #none: HTMLElement;
  readonly #lines = new Map<number, Line>();

  constructor(texts: Texts, onOpen: (still: StillView) => void) {
    this.#texts = texts;
    this.#onOpen = onOpen;
    this.#none = el("p", { class: "note" }, texts.say("stills.none"));
    this.element = el(
      "section",
      { class: "panel stills", "aria-labelledby": "stills-title" },
      el("h2", { id: "stills-title" }, texts.say("stills.title")),
      this.#none,
      this.#list,
    );
  }

  show({ stills, link }: PageSnapshot): void {
    setHidden(this.#none, stills.length > 0);
    for (const still of stills) this.#show(still, link.state === "up");
  }

  /** Free the thumbnails' memory. */
  close(): void {
    for (const { shown, thumbnail } of this.#lines.values()) {
      if (shown !== null) URL.revokeObjectURL(thumbnail.src);
    }
  }

  #show(still: StillView, isLinkUp: boolean): void {
    const line = this.#lines.get(still.id) ?? this.#add(still);
    const pct = Math.floor((100 * still.held) / Math.max(1, still.size));
    setHidden(line.progress, still.state !== "coming");
    line.progress.value = still.held;
    setData(line.opener, "state", still.state);
    setText(line.state, this.#stateText(still, pct, isLinkUp));
    line.opener.onclick = () => this.#onOpen(still);
    const isSeen = still.picture !== null || (still.preview !== null && !still.isClip);
    if (isSeen) line.opener.disabled = false;
    if (still.picture !== null) setData(line.opener, "sha256", still.sha256_hex);
    if (!still.isClip) this.#thumb(line, still.preview ?? still.picture);
  }

  /** The preview does for a thumbnail, whatever comes after it. */
  #thumb(line: Line, picture: Blob | null): void {
    if (picture === null || line.shown !== null) return;
    line.shown = picture;
    line.thumbnail.src = URL.createObjectURL(picture);
    setHidden(line.thumbnail, false);
  }

  #stateText(still: StillView, pct: number, isLinkUp: boolean): string {
    if (still.state === "failed") return this.#texts.say("still.failed");
    if (still.state === "complete") return this.#texts.time(still.taken_ms);
    return this.#texts.say(isLinkUp ? "still.progress" : "still.waits", { pct });
  }

  #add(still: StillView): Line {
    const name = nameOf(still, this.#texts);
    const thumbnail = el("img", { alt: "", hidden: true });
    const progress = el("progress", { max: Math.max(1, still.size), "aria-label": name });
    const state = el("span", { class: "state", "data-testid": "still-state" });
    const opener = el(
      "button",
      {
        type: "button",
        class: "still",
        disabled: true,
        "data-testid": still.isClip ? "clip-opener" : "still",
      },
      thumbnail,
      ...(still.isClip ? [el("span", { class: "film" }, this.#texts.say("clip.kind"))] : []),
      el("span", {}, name),
      progress,
      state,
    );
    this.#list.prepend(el("li", {}, opener));
    const line = { opener, thumbnail, progress, state, shown: null };
    this.#lines.set(still.id, line);
    return line;
  }
}
