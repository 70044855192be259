/** One still in a frame: zoom and pan by wheel, pinch, keys or dragging; a tool may take the hand. */

import type { Area, RegionView, StillView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";
import { areaBetween } from "./marquee.ts";
import { nameOf } from "./original.ts";
import { STEP, type Tool, within } from "./tool.ts";
import { Touches } from "./touches.ts";
import { FITTED, fitted, moved, type Point, scaled, type Zoom } from "./zoom.ts";

export const ZOOM_STEP = 1.25;
const PAN_STEP_PX = 60;
const MILLE = 1_000;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class Pane {
  /** The frame. */
  readonly element: HTMLElement;
  readonly image: HTMLImageElement;
  /** Has the picture's shape; what is laid over the picture goes in here. */
  readonly sheet: HTMLElement;
  readonly #texts: Texts;
  readonly #name = el("p", { class: "pane-name" });
  readonly #cross = el("div", { class: "cross", hidden: true });
  readonly #resized = new ResizeObserver(() => this.#place());
  readonly #regions = new Map<number, HTMLImageElement>();
  readonly #touches: Touches;
  #still: StillView | null = null;
  #shown: Blob | null = null;
  #zoom: Zoom = FITTED;
  #tool: Tool | null = null;
  #aim: Point = { x: MILLE / 2, y: MILLE / 2 };

  constructor(texts: Texts, testId: string) {
    this.#texts = texts;
    this.image = el("img", { draggable: "false", "data-testid": testId });
    this.sheet = el("div", { class: "loupe-sheet" }, this.image, this.#cross);
    const label = texts.say("still.keys");
    this.element = el("div", { class: "loupe-frame", tabindex: 0, role: "group", "aria-label": label });
    this.element.append(this.sheet, this.#name);
    this.#touches = new Touches(this.element, {
      press: (at) => this.#tool?.press(this.#pointOf(at)),
      hover: (at) => this.#tool?.hover(this.#pointOf(at)),
      release: (at) => this.#tool?.release(this.#pointOf(at)),
      leave: () => this.#tool?.leave(),
      drag: (dx, dy) => this.#tool?.letsPan !== false && this.move(dx, dy),
      pinch: (by, at) => this.scale(by, this.#fromMiddle(at)),
    });
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.#resized.observe(this.element);
  }

  get still(): StillView | null {
    return this.#still;
  }

  /** Show this still, or more of it. */
  show(still: StillView): void {
    const isOther = still.id !== this.#still?.id;
    if (isOther) this.clear();
    this.#still = still;
    const shown = still.picture ?? still.preview;
    if (shown !== null && shown !== this.#shown) {
      release(this.image);
      this.#shown = shown;
      this.image.src = URL.createObjectURL(shown);
      this.image.alt = nameOf(still, this.#texts);
    }
    setData(this.image, "state", still.state);
    setText(this.#name, nameOf(still, this.#texts));
    for (const region of still.regions) this.#lay(region, still);
    if (isOther) this.fit();
  }

  clear(): void {
    release(this.image);
    for (const image of this.#regions.values()) {
      release(image);
      image.remove();
    }
    this.#regions.clear();
    this.take(null);
    this.#shown = null;
    this.#still = null;
  }

  close(): void {
    this.clear();
    this.#resized.disconnect();
  }

  /** Take up a tool, or lay it down. */
  take(tool: Tool | null): void {
    this.#tool?.end();
    this.#tool = tool;
    this.#touches.isHeld = tool?.letsPan === false;
    setHidden(this.#cross, true);
    setData(this.element, "tool", tool === null ? "hand" : tool.letsPan ? "lens" : "cross");
  }

  fit(): void {
    this.#zoom = FITTED;
    this.#place();
  }

  /** One pixel of the still on one of the screen. */
  actualSize(): void {
    const fitted_px = this.sheet.offsetWidth;
    if (this.#still === null || fitted_px === 0) return;
    const factor = this.#still.width / devicePixelRatio / fitted_px;
    this.scale(factor / this.#zoom.factor);
  }

  scale(by: number, at: Point = { x: 0, y: 0 }): void {
    this.#zoom = scaled(this.#zoom, by, at, this.#size);
    this.#place();
  }

  move(dx: number, dy: number): void {
    this.#zoom = moved(this.#zoom, dx, dy, this.#size);
    this.#place();
  }

  /** The part of the picture that is seen. */
  get visible(): Area {
    const { left, top, right, bottom } = this.element.getBoundingClientRect();
    return areaBetween(this.#pointOf({ x: left, y: top }), this.#pointOf({ x: right, y: bottom }));
  }

  get #size() {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  #onKey(event: KeyboardEvent): void {
    const way = ARROWS[event.key];
    const act = way === undefined ? this.#keys[event.key] : () => this.#arrow(way);
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  readonly #keys: Readonly<Record<string, () => void>> = {
    "+": () => this.scale(ZOOM_STEP),
    "=": () => this.scale(ZOOM_STEP),
    "-": () => this.scale(1 / ZOOM_STEP),
    "0": () => this.fit(),
    "1": () => this.actualSize(),
    Enter: () => this.#enter(),
  };

  #arrow([right, down]: readonly [number, number]): void {
    if (this.#tool?.isAimed !== true) return this.move(-right * PAN_STEP_PX, -down * PAN_STEP_PX);
    this.#aim = within({ x: this.#aim.x + right * STEP, y: this.#aim.y + down * STEP });
    Object.assign(this.#cross.style, { left: `${this.#aim.x / 10}%`, top: `${this.#aim.y / 10}%` });
    setHidden(this.#cross, false);
    this.#tool.hover(this.#aim);
  }

  /** Where the cross is; a tool that takes an area takes what is seen. */
  #enter(): void {
    if (this.#tool?.isAimed === true) {
      this.#tool.press(this.#aim);
      return this.#tool.release(this.#aim);
    }
    const { left, top, width, height } = this.visible;
    this.#tool?.press({ x: left, y: top });
    this.#tool?.release({ x: left + width, y: top + height });
  }

  /** A part over its place; not needed any more once the whole is there. */
  #lay(region: RegionView, still: StillView): void {
    const known = this.#regions.get(region.id);
    if (known !== undefined) return setHidden(known, still.picture !== null);
    if (region.picture === null) return;
    const image = el("img", { class: "region", alt: "", "data-testid": `${this.image.dataset["testid"]}`.replace("image", "region") });
    image.src = URL.createObjectURL(region.picture);
    const { left, top, width, height } = region.area;
    Object.assign(image.style, { left: `${left / 10}%`, top: `${top / 10}%` });
    Object.assign(image.style, { width: `${width / 10}%`, height: `${height / 10}%` });
    this.#regions.set(region.id, image);
    this.image.after(image);
    setHidden(image, still.picture !== null);
  }

  /** The sheet has the picture's shape, so that a part is laid where it belongs. */
  #place(): void {
    const { width, height } = fitted(this.#still ?? { width: 0, height: 0 }, this.#size);
    const { x, y, factor } = this.#zoom;
    const style = this.sheet.style;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.transform = `translate(${x}px, ${y}px) scale(${factor})`;
  }

  #pointOf(at: Point): Point {
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    return within({ x: (MILLE * (at.x - left)) / width, y: (MILLE * (at.y - top)) / height });
  }

  #fromMiddle(at: Point): Point {
    const { left, top, width, height } = this.element.getBoundingClientRect();
    return { x: at.x - left - width / 2, y: at.y - top - height / 2 };
  }
}

function release(image: HTMLImageElement): void {
  if (image.src !== "") URL.revokeObjectURL(image.src);
  image.removeAttribute("src");
}
