/** A waveform, drawn as on a bedside monitor: the pen moves, the old trace is wiped. */

import type { Curve, Wave } from "../../session/wave.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";
import { FixedScale, FollowingScale, FORGET_BREATHS_S, FORGET_S, type Scale } from "./pen.ts";

const WINDOW_S = 6;
/** Seconds wiped ahead of the pen. */
const GAP_S = 0.35;
/** chosen: smooth to the eye at half the cost of every frame. */
const FRAME_MS = 33;

export class Waveform {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #wave: Wave;
  readonly #curve: Curve;
  readonly #scale: Scale;
  readonly #clock_ms: () => number;
  readonly #canvas: HTMLCanvasElement;
  readonly #note: HTMLElement;
  #pen_s = 0;
  #last: number | null = null;
  #drawn_ms = 0;
  #isOpen = true;

  constructor(texts: Texts, wave: Wave, curve: Curve, clock_ms: () => number) {
    this.#texts = texts;
    this.#wave = wave;
    this.#curve = curve;
    this.#scale = scaleOf(wave);
    this.#clock_ms = clock_ms;
    const name = texts.name("wave", wave);
    this.#canvas = el("canvas", { "data-testid": wave, role: "img", "aria-label": name });
    this.#note = el("p", { class: "note", "data-testid": `${wave}-note` });
    const label = el("p", { class: "wave-name" }, name);
    const box = { class: "waveform", "data-wave": wave, "data-stale": "yes" };
    this.element = el("div", box, label, this.#canvas, this.#note);
    setHidden(this.element, this.#isUnheard);
    requestAnimationFrame(this.#frame);
  }

  close(): void {
    this.#isOpen = false;
  }

  readonly #frame = (): void => {
    if (!this.#isOpen) return;
    requestAnimationFrame(this.#frame);
    const now_ms = this.#clock_ms();
    if (now_ms - this.#drawn_ms < FRAME_MS) return;
    this.#drawn_ms = now_ms;
    setHidden(this.element, this.#isUnheard);
    if (this.#isUnheard) return;
    const isStale = this.#curve.isStale(now_ms);
    setData(this.element, "stale", isStale ? "yes" : "no");
    setHidden(this.#note, !isStale);
    setText(this.#note, this.#texts.say(this.#why(now_ms)));
    this.#fit();
    const { samples, rate_hz } = this.#curve.take(now_ms);
    if (samples.length > 0) this.#draw(samples, rate_hz);
  };

  /** The pulse curve has its place beforehand; what few instruments draw, once it is there. */
  get #isUnheard(): boolean {
    return this.#wave !== "pleth" && this.#curve.isEmpty;
  }

  /** Why nothing is drawn. */
  #why(now_ms: number): TextKey {
    if (this.#curve.isHeld(now_ms)) return "pleth.held";
    return this.#curve.isEmpty ? "pleth.none" : "pleth.stopped";
  }

  /** Match the canvas to its box; that clears it, so the trace starts over. */
  #fit(): void {
    const width = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    const height = Math.round(this.#canvas.clientHeight * devicePixelRatio);
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#last = null;
  }

  #draw(samples: readonly number[], rate_hz: number): void {
    const pen = this.#canvas.getContext("2d");
    if (pen === null) return;
    const { width, height } = this.#canvas;
    pen.lineWidth = 2 * devicePixelRatio;
    pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(this.#canvas).color;
    const step = width / (WINDOW_S * rate_hz);
    for (const sample of samples) {
      const x = (this.#pen_s / WINDOW_S) * width;
      const y = height * (0.95 - 0.9 * this.#scale.level(sample, rate_hz));
      pen.clearRect(x, 0, step + (GAP_S / WINDOW_S) * width, height);
      pen.beginPath();
      pen.moveTo(x, this.#last ?? y);
      pen.lineTo(x + step, y);
      pen.stroke();
      this.#advance(y, rate_hz);
    }
  }

  #advance(y: number, rate_hz: number): void {
    this.#pen_s += 1 / rate_hz;
    this.#last = y;
    if (this.#pen_s < WINDOW_S) return;
    this.#pen_s = 0;
    this.#last = null;
  }
}

function scaleOf(wave: Wave): Scale {
  if (wave === "pleth") return new FixedScale();
  return new FollowingScale(wave === "respiration" ? FORGET_BREATHS_S : FORGET_S);
}
