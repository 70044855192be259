/** A clip of a few seconds, played over and over, or looked at picture by picture. */

import type { StillView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setText } from "../dom.ts";
import { FRAME_ID } from "./loupe.ts";
import { Download, describe, nameOf } from "./original.ts";

/** From one picture to the next; `devices.drivers.uvc.CLIP_EVERY`. */
const STEP_S = 1 / 15;

export class ClipPlayer {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #video = el("video", { loop: true, playsinline: true, "data-testid": "clip" });
  readonly #frame: HTMLElement;
  readonly #play: HTMLButtonElement;
  readonly #details = el("p", { class: "note" });
  readonly #download: Download;
  readonly #onFrame: (frame: StillView) => void;
  #clip: StillView | null = null;
  #address = "";

  constructor(texts: Texts, onBack: () => void, onFrame: (frame: StillView) => void) {
    this.#texts = texts;
    this.#onFrame = onFrame;
    this.#video.muted = true;
    this.#frame = el(
      "div",
      { class: "loupe-frame", tabindex: 0, role: "group", "aria-label": texts.say("clip.keys") },
      this.#video,
    );
    this.#play = button("", () => this.#toggle(), { "data-testid": "clip-play" });
    this.#download = new Download(texts);
    this.#listen();
    this.element = el(
      "div",
      { class: "loupe", "data-testid": "clip-player" },
      this.#frame,
      el(
        "div",
        { class: "tools" },
        button(texts.say("stage.back"), onBack, { class: "primary", "data-testid": "clip-back" }),
        this.#play,
        button(texts.say("clip.before"), () => this.#step(-STEP_S), { "data-testid": "clip-before" }),
        button(texts.say("clip.after"), () => this.#step(STEP_S), { "data-testid": "clip-after" }),
        button(texts.say("clip.frame"), () => this.#keep(), { "data-testid": "clip-frame" }),
        this.#download.element,
      ),
      this.#details,
      this.#download.hash,
    );
  }

  /** Play this clip; it is complete. */
  open(clip: StillView): void {
    this.close();
    if (clip.picture === null) return;
    this.#clip = clip;
    this.#address = URL.createObjectURL(clip.picture);
    this.#video.src = this.#address;
    this.#video.setAttribute("aria-label", nameOf(clip, this.#texts));
    this.#download.show(clip);
    setText(this.#details, describe(clip, this.#texts));
    this.#start();
    this.#frame.focus();
  }

  close(): void {
    this.#video.pause();
    this.#video.removeAttribute("src");
    if (this.#address !== "") URL.revokeObjectURL(this.#address);
    this.#address = "";
    this.#download.close();
  }

  #toggle(): void {
    if (this.#video.paused) this.#start();
    else this.#video.pause();
  }

  #start(): void {
    this.#video.play().catch(() => undefined); // closed again before it began
  }

  #step(by_s: number): void {
    this.#video.pause();
    const end_s = Math.max(0, this.#video.duration - STEP_S / 2);
    const to_s = this.#video.currentTime + by_s;
    this.#video.currentTime = to_s < 0 ? end_s : to_s > end_s ? 0 : to_s;
  }

  /** The picture that is seen, as a still to look at, measure and draw on. */
  #keep(): void {
    const clip = this.#clip;
    this.#video.pause();
    const { videoWidth: width, videoHeight: height, currentTime } = this.#video;
    const copy = el("canvas", { width, height });
    copy.getContext("2d")?.drawImage(this.#video, 0, 0);
    copy.toBlob((picture) => {
      if (picture === null || clip === null) return;
      const facts = { name: nameOf(clip, this.#texts), at: this.#texts.number(currentTime, 1) };
      const label = this.#texts.say("clip.frame.label", facts);
      const size = { size: picture.size, held: picture.size, width, height };
      const whole = { state: "complete", isClip: false, preview: null, regions: [], picture } as const;
      this.#onFrame({ ...clip, ...size, ...whole, id: FRAME_ID, label, sha256_hex: "" });
    }, "image/png");
  }

  #listen(): void {
    const name = () => this.#texts.say(this.#video.paused ? "clip.play" : "clip.pause");
    for (const event of ["play", "pause"]) {
      this.#video.addEventListener(event, () => setText(this.#play, name()));
    }
    setText(this.#play, name());
    this.#frame.addEventListener("keydown", (event) => {
      const act = this.#keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    });
  }

  readonly #keys: Readonly<Record<string, () => void>> = {
    " ": () => this.#toggle(),
    ArrowLeft: () => this.#step(-STEP_S),
    ArrowRight: () => this.#step(STEP_S),
  };
}
