/** A round glass that follows the pointer over a still and shows what lies under it larger. */

import { el, setHidden } from "../dom.ts";
import type { Tool } from "./tool.ts";
import type { Point } from "./zoom.ts";

const SIZE_PX = 220;
/** Times larger than the picture is shown. */
const POWER = 2.5;
const MILLE = 1_000;

export class Lens implements Tool {
  readonly isAimed = true;
  readonly letsPan = true;
  readonly element = el("canvas", { class: "lens", hidden: true, "aria-hidden": "true" });
  readonly #image: HTMLImageElement;
  readonly #frame: HTMLElement;

  /** The glass is laid over the frame, so that it never grows with the picture. */
  constructor(image: HTMLImageElement, frame: HTMLElement) {
    this.#image = image;
    this.#frame = frame;
    this.element.width = SIZE_PX;
    this.element.height = SIZE_PX;
  }

  press(): void {}

  release(): void {}

  hover(at: Point): void {
    const picture = this.#image.getBoundingClientRect();
    const frame = this.#frame.getBoundingClientRect();
    const pen = this.element.getContext("2d");
    if (pen === null || picture.width === 0 || this.#image.naturalWidth === 0) return;
    const x = picture.left - frame.left + (at.x / MILLE) * picture.width - SIZE_PX / 2;
    const y = picture.top - frame.top + (at.y / MILLE) * picture.height - SIZE_PX / 2;
    this.element.style.translate = `${x}px ${y}px`;
    const own = this.#image.naturalWidth / picture.width;
    const part = (SIZE_PX / POWER) * own;
    const left = (at.x / MILLE) * this.#image.naturalWidth - part / 2;
    const top = (at.y / MILLE) * this.#image.naturalHeight - part / 2;
    pen.clearRect(0, 0, SIZE_PX, SIZE_PX);
    pen.drawImage(this.#image, left, top, part, part, 0, 0, SIZE_PX, SIZE_PX);
    setHidden(this.element, false);
  }

  leave(): void {
    setHidden(this.element, true);
  }

  end(): void {
    this.leave();
  }
}
