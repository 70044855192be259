/** A waveform, drawn as on a bedside monitor: the pen moves, the old trace is wiped. */

import type { LinkView } from "../../session/snapshot.ts";
import type { Curve, Wave } from "../../session/wave.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";
import { FixedScale, FORGET_BREATHS_S, FORGET_S, FollowingScale, type Scale } from "./pen.ts";

const WINDOW_S = 6;
/** Seconds wiped ahead of the pen. */
const GAP_S = 0.35;

export class Waveform {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #wave: Wave;
  readonly #curve: Curve;
  readonly #scale: Scale;
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D | null;
  readonly #note: HTMLElement;
  readonly #resized = new ResizeObserver(() => this.#fit());
  #pen_s = 0;
  #last: number | null = null;

  constructor(texts: Texts, wave: Wave, curve: Curve) {
    this.#texts = texts;
    this.#wave = wave;
    this.#curve = curve;
    this.#scale = scaleOf(wave);
    const name = texts.name("wave", wave);
    this.#canvas = el("canvas", { "data-testid": wave, role: "img", "aria-label": name });
    this.#pen = this.#canvas.getContext("2d");
    this.#note = el("p", { class: "note", "data-testid": `${wave}-note` });
    const label = el("p", { class: "wave-name" }, name);
    const box = { class: "waveform", "data-wave": wave, "data-stale": "yes" };
    this.element = el("div", box, label, this.#canvas, this.#note);
    setHidden(this.element, this.#isUnheard);
    this.#resized.observe(this.#canvas);
  }

  /** Words and looks, a few times a second; the trace itself is drawn by `draw`. */
  show(link: LinkView, now_ms: number): void {
    setHidden(this.element, this.#isUnheard);
    if (this.#isUnheard) return;
    const isStale = link.state === "cut" || this.#curve.isStale(now_ms);
    setData(this.element, "stale", isStale ? "yes" : "no");
    setHidden(this.#note, !isStale);
    setText(this.#note, isStale ? this.#why(link, now_ms) : "");
    if (this.#pen === null) return;
    this.#pen.strokeStyle = getComputedStyle(this.#canvas).color; // the theme may have changed
  }

  /** Draw what is due. */
  draw(now_ms: number): void {
    const { samples, rate_hz } = this.#curve.take(now_ms);
    if (samples.length > 0 && this.#canvas.width > 0) this.#trace(samples, rate_hz);
  }

  /** Samples wait to be drawn. */
  get isWaiting(): boolean {
    return this.#curve.isWaiting;
  }

  close(): void {
    this.#resized.disconnect();
  }

  /** The pulse curve has its place beforehand; what few instruments draw, once it is there. */
  get #isUnheard(): boolean {
    return this.#wave !== "pleth" && this.#curve.isEmpty;
  }

  /** Why nothing is drawn. */
  #why(link: LinkView, now_ms: number): string {
    if (link.state === "cut") {
      return this.#texts.say("fresh.cut", { age: this.#texts.age(now_ms - link.since_ms) });
    }
    if (this.#curve.isHeld(now_ms)) return this.#texts.say("pleth.held");
    return this.#texts.say(this.#curve.isEmpty ? "pleth.none" : "pleth.stopped");
  }

  /** Match the canvas to its box; that clears it, so the trace starts over. */
  #fit(): void {
    this.#canvas.width = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(this.#canvas.clientHeight * devicePixelRatio);
    this.#last = null;
    if (this.#pen === null) return;
    this.#pen.lineWidth = 2 * devicePixelRatio;
    this.#pen.lineJoin = "round";
    this.#pen.strokeStyle = getComputedStyle(this.#canvas).color;
  }

  /** One stroke for all that is new; only its own columns are wiped. */
  #trace(samples: readonly number[], rate_hz: number): void {
    const pen = this.#pen;
    if (pen === null) return;
    const step = this.#canvas.width / (WINDOW_S * rate_hz);
    this.#wipe(pen, samples.length * step);
    pen.beginPath();
    for (const [place, sample] of samples.entries()) {
      const x = (this.#pen_s / WINDOW_S) * this.#canvas.width;
      const y = this.#canvas.height * (0.95 - 0.9 * this.#scale.level(sample, rate_hz));
      if (this.#last === null) pen.moveTo(x, y);
      else if (place === 0) pen.moveTo(x, this.#last);
      pen.lineTo(x + step, y);
      this.#last = y;
      this.#pen_s += 1 / rate_hz;
      if (this.#pen_s >= WINDOW_S) this.#turn(pen);
    }
    pen.stroke();
  }

  #wipe(pen: CanvasRenderingContext2D, length: number): void {
    const { width, height } = this.#canvas;
    pen.clearRect((this.#pen_s / WINDOW_S) * width, 0, length + (GAP_S / WINDOW_S) * width, height);
  }

  /** The right edge: what is drawn stays, the pen begins anew at the left. */
  #turn(pen: CanvasRenderingContext2D): void {
    pen.stroke();
    this.#pen_s = 0;
    this.#last = null;
    this.#wipe(pen, 0);
    pen.beginPath();
  }
}

function scaleOf(wave: Wave): Scale {
  if (wave === "pleth") return new FixedScale();
  return new FollowingScale(wave === "respiration" ? FORGET_BREATHS_S : FORGET_S);
}
