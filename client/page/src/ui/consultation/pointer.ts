/** Shows the site where to look, on a still or on the live picture. */

import type { PageRequests } from "../../session/requests.ts";
import { el, setHidden } from "../dom.ts";
import { type Tool, within } from "./tool.ts";
import type { Point } from "./zoom.ts";

/** At most ten places a second are told. */
export const TELL_EVERY_MS = 100;
/** One may be lost: a pointer that rests is told again. */
export const REPEAT_EVERY_MS = 1_000;

/** When to tell a place: at once, or as soon as the last one is old enough; the newest counts. */
export class Pace {
  #told_ms = Number.NEGATIVE_INFINITY;
  #waiting = false;
  #isShown = false;

  /** The hand has moved; whether to tell it now. */
  moved(now_ms: number): boolean {
    this.#isShown = true;
    return this.#tell(now_ms, TELL_EVERY_MS);
  }

  /** Time has passed; whether to tell the newest place now. */
  passed(now_ms: number): boolean {
    if (!this.#isShown) return false;
    return this.#tell(now_ms, this.#waiting ? TELL_EVERY_MS : REPEAT_EVERY_MS);
  }

  left(): void {
    this.#isShown = false;
    this.#waiting = false;
  }

  #tell(now_ms: number, every_ms: number): boolean {
    const isTime = now_ms - this.#told_ms >= every_ms;
    this.#waiting = !isTime;
    if (isTime) this.#told_ms = now_ms;
    return isTime;
  }
}

export class Pointer implements Tool {
  readonly isAimed = true;
  readonly letsPan = false;
  /** What the GP sees of it, to be laid over the picture. */
  readonly element = el("div", { class: "pointer", hidden: true, "data-testid": "pointer" });
  readonly #requests: PageRequests;
  readonly #idOf: () => number | null;
  readonly #clock_ms: () => number;
  readonly #pace = new Pace();
  #at: Point | null = null;

  /** `idOf`: the still that is pointed at, 0 for the live picture. */
  constructor(requests: PageRequests, idOf: () => number | null, clock_ms: () => number) {
    this.#requests = requests;
    this.#idOf = idOf;
    this.#clock_ms = clock_ms;
  }

  press(at: Point): void {
    this.hover(at);
  }

  hover(at: Point): void {
    this.#at = within(at);
    Object.assign(this.element.style, { left: `${this.#at.x / 10}%`, top: `${this.#at.y / 10}%` });
    setHidden(this.element, false);
    if (this.#pace.moved(this.#clock_ms())) this.#tell();
  }

  release(): void {}

  leave(): void {
    const id = this.#idOf();
    if (this.#at !== null && id !== null) this.#requests.pointNowhere(id);
    this.#at = null;
    this.#pace.left();
    setHidden(this.element, true);
  }

  end(): void {
    this.leave();
  }

  /** Time has passed; the clock is asked here, for drawing a screen takes time too. */
  tick(): void {
    if (this.#pace.passed(this.#clock_ms())) this.#tell();
  }

  #tell(): void {
    const id = this.#idOf();
    if (this.#at !== null && id !== null) this.#requests.point(id, this.#at.x, this.#at.y);
  }
}
