/** What is said of a still or clip, and the file itself to keep. */

import type { StillView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setHidden, setText } from "../dom.ts";

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/webp": "webp",
  "video/webm": "webm",
};

/** What the site called it. */
export function nameOf(still: StillView, texts: Texts): string {
  return still.label || texts.say(still.isClip ? "clip.name" : "still.name", { n: still.id });
}

/** Its size, its moment, and how far it can be trusted. */
export function describe(still: StillView, texts: Texts): string {
  const details = texts.say("still.details", {
    width: still.width,
    height: still.height,
    size: Math.ceil(still.size / 1000),
    time: texts.time(still.taken_ms),
  });
  if (still.sha256_hex === "") return `${nameOf(still, texts)} · ${details}`;
  const pct = Math.floor((100 * still.held) / Math.max(1, still.size));
  const state =
    still.state === "coming"
      ? texts.say("still.preview", { pct })
      : texts.say(still.state === "complete" ? "still.checked" : "still.failed");
  const flaw = still.flaw === null ? [] : [texts.say(`still.flaw.${still.flaw}`)];
  return [nameOf(still, texts), details, state, ...flaw].join(" · ");
}

/** The original's bytes to keep, with their hash, once all of them are here. */
export class Download {
  readonly element = el("a", { class: "button", hidden: true, "data-testid": "still-download" });
  readonly hash = el("p", { class: "note hash", hidden: true, "data-testid": "still-hash" });
  readonly #texts: Texts;
  #file: Blob | null = null;

  constructor(texts: Texts) {
    this.#texts = texts;
    setText(this.element, texts.say("still.download"));
  }

  show(still: StillView): void {
    if (this.#file === still.picture) return;
    this.close();
    this.#file = still.picture;
    if (still.picture === null) return;
    this.element.href = URL.createObjectURL(still.picture);
    const name = still.id < 0 ? "image" : String(still.id);
    this.element.download = `chevet-${name}.${EXTENSIONS[still.picture.type] ?? "jpg"}`;
    setText(this.hash, this.#texts.say("still.hash", { hash: still.sha256_hex }));
    setHidden(this.element, false);
    setHidden(this.hash, still.sha256_hex === "");
  }

  close(): void {
    if (this.#file !== null) URL.revokeObjectURL(this.element.href);
    this.#file = null;
    setHidden(this.element, true);
    setHidden(this.hash, true);
  }
}
