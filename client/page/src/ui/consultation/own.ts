/** The GP's own small picture, and what they can switch off. */

import type { PageRequests } from "../../session/requests.ts";
import type { DeviceState, PageSnapshot } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setHidden, setStream, setText } from "../dom.ts";

export class Own {
  /** The small picture. */
  readonly element: HTMLElement;
  /** The buttons, which stay in sight whatever the stage shows. */
  readonly controls: HTMLElement;
  readonly #texts: Texts;
  readonly #video = el("video", { playsinline: true, autoplay: true, "data-testid": "own" });
  readonly #note = el("p", { class: "note" });
  readonly #mute: HTMLButtonElement;
  readonly #camera: HTMLButtonElement;
  #microphoneState: DeviceState = "idle";
  #cameraState: DeviceState = "idle";

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#video.muted = true;
    this.#video.setAttribute("aria-label", texts.say("stage.own"));
    this.#mute = button("", () => requests.mute(this.#microphoneState === "on"), {
      "data-testid": "mute",
    });
    this.#camera = button("", () => requests.turnCameraOff(this.#cameraState === "on"), {
      "data-testid": "camera",
    });
    this.element = el("div", { class: "own-frame" }, this.#video, this.#note);
    this.controls = el("div", { class: "controls" }, this.#mute, this.#camera);
  }

  show({ media }: PageSnapshot): void {
    this.#microphoneState = media.microphone;
    this.#cameraState = media.camera;
    setStream(this.#video, media.own);
    setHidden(this.#video, media.camera !== "on");
    setHidden(this.#note, media.camera === "on");
    const isMissing = media.camera === "absent" || media.camera === "denied";
    setText(this.#note, this.#texts.say(isMissing ? "stage.own.absent" : "stage.own.off"));
    label(this.#mute, media.microphone, this.#texts.say(microphoneKey(media.microphone)));
    label(this.#camera, media.camera, this.#texts.say(cameraKey(media.camera)));
  }

  close(): void {
    this.#video.srcObject = null;
  }
}

function label(control: HTMLButtonElement, state: DeviceState, text: string): void {
  setText(control, text);
  control.disabled = state !== "on" && state !== "off";
  control.dataset["state"] = state;
}

function microphoneKey(state: DeviceState) {
  if (state === "absent" || state === "denied") return "microphone.absent";
  return state === "off" ? "microphone.unmute" : "microphone.mute";
}

function cameraKey(state: DeviceState) {
  if (state === "absent" || state === "denied") return "camera.absent";
  return state === "on" ? "camera.off" : "camera.on";
}
