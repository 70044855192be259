/** Pointing on the live picture: the site sees the mark at the same place of it. */

import type { PageRequests } from "../../session/requests.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setHidden } from "../dom.ts";
import { Pointer } from "./pointer.ts";
import { STEP, within } from "./tool.ts";
import { fitted, type Point } from "./zoom.ts";

const MILLE = 1_000;
/** The live picture's number on the wire. */
const LIVE = 0;
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};

export class Pointing {
  /** Lies exactly over the picture; takes the hand while pointing. */
  readonly element: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly #video: HTMLVideoElement;
  readonly #pointer: Pointer;
  #at: Point = { x: MILLE / 2, y: MILLE / 2 };

  constructor(texts: Texts, requests: PageRequests, clock_ms: () => number, video: HTMLVideoElement) {
    this.#video = video;
    this.#pointer = new Pointer(requests, () => LIVE, clock_ms);
    const label = texts.say("point.live.keys");
    this.element = el("div", { class: "pointing", tabindex: 0, role: "group", "aria-label": label, hidden: true });
    this.element.append(this.#pointer.element);
    this.button = button(texts.say("tool.point"), () => this.#turn(this.element.hidden !== false), {
      "aria-pressed": "false",
      "data-testid": "point-live",
    });
    this.#listen();
  }

  show(isPossible: boolean): void {
    this.button.disabled = !isPossible;
    if (!isPossible && !this.element.hidden) this.#turn(false);
    if (this.element.hidden) return;
    this.#place();
    this.#pointer.tick();
  }

  #turn(on: boolean): void {
    setHidden(this.element, !on);
    this.button.ariaPressed = String(on);
    if (!on) return this.#pointer.end();
    this.#place();
    this.element.focus();
  }

  /** Over the picture itself, not over what is dark beside it. */
  #place(): void {
    const { clientWidth, clientHeight, videoWidth, videoHeight } = this.#video;
    const picture = { width: videoWidth, height: videoHeight };
    const { width, height } = fitted(picture, { width: clientWidth, height: clientHeight });
    const style = { width: `${width}px`, height: `${height}px` };
    if (this.element.style.width !== style.width) Object.assign(this.element.style, style);
  }

  #listen(): void {
    const move = (event: PointerEvent) => {
      const { left, top, width, height } = this.element.getBoundingClientRect();
      const [right, down] = [event.clientX - left, event.clientY - top];
      this.#at = within({ x: (MILLE * right) / width, y: (MILLE * down) / height });
      this.#pointer.hover(this.#at);
    };
    this.element.addEventListener("pointermove", move);
    this.element.addEventListener("pointerdown", move);
    this.element.addEventListener("pointerleave", () => this.#pointer.leave());
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#turn(false);
      const way = ARROWS[event.key];
      if (way === undefined) return;
      event.preventDefault();
      this.#at = within({ x: this.#at.x + way.x, y: this.#at.y + way.y });
      this.#pointer.hover(this.#at);
    });
  }
}
