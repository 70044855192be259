/** The live picture, which says so itself as soon as it is not live any more. */

import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setData, setHidden, setStream, setText } from "../dom.ts";

/** chosen: twice the longest gap of a healthy slow picture; from then on it is stamped. */
export const FROZEN_AFTER_MS = 2_000;

export class Picture {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #video = el("video", { playsinline: true, autoplay: true, "data-testid": "picture" });
  readonly #source = el("span", { class: "source", "data-testid": "picture-source" });
  readonly #stamp = el("p", { class: "stamp", "data-testid": "picture-stamp" });
  readonly #empty: HTMLElement;
  #lastFrame_ms: number | null = null;

  constructor(texts: Texts, clock_ms: () => number) {
    this.#texts = texts;
    this.#video.muted = true; // the voice has an element of its own
    this.#video.setAttribute("aria-label", texts.say("stage.patient"));
    this.#watch(clock_ms);
    this.#empty = el("p", { class: "empty" }, texts.say("stage.waiting"));
    const full = button(texts.say("stage.full"), () => void this.element.requestFullscreen(), {
      class: "overlay",
      "data-testid": "picture-full",
    });
    this.element = el(
      "div",
      { class: "picture", "data-frozen": "no" },
      this.#video,
      this.#empty,
      this.#stamp,
      this.#source,
      full,
    );
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    setStream(this.#video, snapshot.media.picture);
    const last_ms = this.#lastFrame_ms;
    setHidden(this.#empty, last_ms !== null);
    const isFrozen = last_ms !== null && now_ms - last_ms > FROZEN_AFTER_MS;
    setData(this.element, "frozen", isFrozen ? "yes" : "no");
    setHidden(this.#stamp, !isFrozen);
    const age = this.#texts.age(now_ms - (last_ms ?? now_ms));
    setText(this.#stamp, isFrozen ? this.#texts.say("stage.frozen", { age }) : "");
    const isLive = last_ms !== null && !isFrozen;
    setHidden(this.#source, !isLive);
    const live = this.#texts.say("stage.live");
    const what = isOtoscopeShown(snapshot) ? `${this.#texts.say("stage.otoscope")} · ` : "";
    setText(this.#source, isLive ? what + live : "");
  }

  close(): void {
    this.#video.srcObject = null;
  }

  #watch(clock_ms: () => number): void {
    const seen = () => {
      this.#lastFrame_ms = clock_ms();
      this.#video.requestVideoFrameCallback(seen);
    };
    this.#video.requestVideoFrameCallback(seen);
  }
}

function isOtoscopeShown({ instruments }: PageSnapshot): boolean {
  return instruments.some(({ kind, state }) => kind === "otoscope" && state === "measuring");
}
