/** The live picture, which says so itself as soon as it is not live any more. */

import { type Liveness, liveness } from "../../session/liveness.ts";
import type { PageRequests } from "../../session/requests.ts";
import type { PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setData, setHidden, setStream, setText } from "../dom.ts";
import { wholeSeconds } from "./line_words.ts";
import { Pointing } from "./pointing.ts";
import { Wishes } from "./wishes.ts";

export class Picture {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #video = el("video", { playsinline: true, autoplay: true, "data-testid": "picture" });
  readonly #source = el("span", { class: "source", "data-testid": "picture-source" });
  readonly #stamp = el("p", { class: "stamp", "data-testid": "picture-stamp" });
  readonly #empty = el("p", { class: "empty", "data-testid": "picture-empty" });
  readonly #wishes: Wishes;
  readonly #pointing: Pointing;
  #lastFrame_ms: number | null = null;

  constructor(texts: Texts, requests: PageRequests, clock_ms: () => number) {
    this.#texts = texts;
    this.#wishes = new Wishes(texts, requests);
    this.#video.muted = true; // the voice has an element of its own
    this.#video.setAttribute("aria-label", texts.say("stage.patient"));
    this.#watch(clock_ms);
    this.#pointing = new Pointing(texts, requests, clock_ms, this.#video);
    const full = button(texts.say("stage.full"), () => void this.element.requestFullscreen(), {
      "data-testid": "picture-full",
    });
    this.element = el(
      "div",
      { class: "picture", "data-frozen": "no" },
      this.#video,
      this.#empty,
      this.#stamp,
      this.#source,
      this.#pointing.element,
      el("div", { class: "overlays" }, this.#pointing.button, full),
      this.#wishes.element,
    );
  }

  show(snapshot: PageSnapshot, now_ms: number): void {
    setStream(this.#video, snapshot.media.picture);
    this.#wishes.show(snapshot);
    const state = liveness(this.#lastFrame_ms, snapshot.link, now_ms);
    const isFrozen = state.kind === "frozen";
    this.#pointing.show(state.kind === "live" || state.kind === "beat");
    setHidden(this.#empty, state.kind !== "none");
    setText(this.#empty, this.#texts.say(snapshot.link.canShow ? "stage.waiting" : "stage.no_codec"));
    setData(this.element, "frozen", isFrozen ? "yes" : "no");
    setData(this.element, "mode", state.kind);
    setHidden(this.#stamp, !isFrozen);
    setText(this.#stamp, isFrozen ? this.#frozen(snapshot, state.age_ms, now_ms) : "");
    const source = this.#sourceOf(snapshot, state);
    setHidden(this.#source, source === "");
    setText(this.#source, source);
  }

  /** Why it stands still, where the site told. */
  #frozen({ link }: PageSnapshot, age_ms: number, now_ms: number): string {
    if (link.state === "cut") {
      return this.#texts.say("stage.cut", { age: this.#texts.age(now_ms - link.since_ms) });
    }
    if (link.siteIsPaused) return this.#texts.say("link.paused");
    if (link.siteCameraIsOff) return this.#texts.say("link.site_camera_off");
    const isVoiceOnly = link.state === "up" && link.line.picture === "none";
    const key = isVoiceOnly ? "stage.voice_only" : "stage.frozen";
    return this.#texts.say(key, { age: this.#texts.age(age_ms) });
  }

  /** What is seen, and that it is live; a heartbeat never says so. */
  #sourceOf(snapshot: PageSnapshot, state: Liveness): string {
    const what = isOtoscopeShown(snapshot) ? `${this.#texts.say("stage.otoscope")} · ` : "";
    if (state.kind === "live") return what + this.#texts.say("stage.live");
    if (state.kind !== "beat") return "";
    const age = this.#texts.age(state.age_ms);
    return what + this.#texts.say("stage.beat", { n: wholeSeconds(state.every_ms), age });
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
