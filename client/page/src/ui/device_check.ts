/** Trying speaker, microphone and camera before joining; nothing leaves the computer. */

import { camera, microphone } from "../net/devices.ts";
import type { Texts } from "../texts.ts";
import { chime } from "./attention.ts";
import { button, el, setText } from "./dom.ts";

/** chosen: full scale of the bar at a loud voice's RMS. */
const LOUD_RMS = 0.25;

export class DeviceCheck {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #toggle: HTMLButtonElement;
  readonly #results = el("div", { class: "results", role: "status", hidden: true });
  #tracks: MediaStreamTrack[] = [];
  #context: AudioContext | null = null;

  constructor(texts: Texts) {
    this.#texts = texts;
    this.#toggle = button(texts.say("arriving.check"), () => void this.#press(), {
      class: "quiet",
      "data-testid": "device-check",
    });
    const hint = el("p", { class: "hint" }, texts.say("arriving.check.hint"));
    this.element = el("div", { class: "check" }, this.#toggle, hint, this.#results);
  }

  /** Let go of both devices. */
  close(): void {
    for (const track of this.#tracks) track.stop();
    this.#tracks = [];
    void this.#context?.close();
    this.#context = null;
    this.#results.replaceChildren();
    this.#results.hidden = true;
    setText(this.#toggle, this.#texts.say("arriving.check"));
  }

  async #press(): Promise<void> {
    if (!this.#results.hidden) return this.close();
    this.#results.hidden = false;
    setText(this.#toggle, this.#texts.say("arriving.check.stop"));
    this.#results.append(this.#speaker());
    this.#show("microphone", await microphone());
    this.#show("camera", await camera());
  }

  /** Whether a voice would be heard: only the person can tell. */
  #speaker(): HTMLElement {
    const play = button(this.#texts.say("arriving.check.tone"), chime, {
      "data-testid": "check-speaker",
    });
    const hint = el("p", { class: "hint" }, this.#texts.say("arriving.check.tone.hint"));
    return el("div", {}, play, hint);
  }

  #show(what: "microphone" | "camera", found: Awaited<ReturnType<typeof camera>>): void {
    if (this.#results.hidden) {
      found.track?.stop();
      return;
    }
    const state = found.state === "denied" || found.state === "absent" ? found.state : "on";
    const sentence = this.#texts.say(`device.${what}.${state}`);
    this.#results.append(el("p", { "data-testid": `check-${what}` }, sentence));
    if (found.track === null) return;
    this.#tracks.push(found.track);
    this.#results.append(what === "camera" ? preview(found.track) : this.#meter(found.track));
  }

  #meter(track: MediaStreamTrack): HTMLElement {
    const label = this.#texts.say("arriving.check.level");
    const meter = el("meter", { min: 0, max: 1, "aria-label": label });
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const draw = () => {
      if (context.state === "closed") return;
      analyser.getFloatTimeDomainData(samples);
      meter.value = Math.min(1, rms(samples) / LOUD_RMS);
      requestAnimationFrame(draw);
    };
    this.#context = context;
    draw();
    return meter;
  }
}

function preview(track: MediaStreamTrack): HTMLElement {
  const video = el("video", { class: "own", playsinline: true, autoplay: true });
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  return video;
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
