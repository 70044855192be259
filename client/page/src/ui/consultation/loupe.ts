/**
 * A still seen closely, from its preview on: zoom and pan by wheel, keys, buttons or dragging; parts
 * asked for at full resolution while the rest is coming; the original to keep.
 */

import type { Area, RegionView, StillView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setData, setHidden, setText } from "../dom.ts";
import { Marquee } from "./marquee.ts";
import { describe, Download, nameOf } from "./original.ts";

const ZOOM_LIMIT = 12;
const ZOOM_STEP = 1.25;
const PAN_STEP = 60;

type Tool = "still.zoom_in" | "still.zoom_out" | "still.zoom_fit" | "still.zoom_full";

export class Loupe {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #image = el("img", { draggable: "false", "data-testid": "loupe-image" });
  readonly #marquee: Marquee;
  readonly #sheet: HTMLElement;
  readonly #frame: HTMLElement;
  readonly #ask: HTMLButtonElement;
  readonly #details = el("p", { class: "note", "data-testid": "loupe-details" });
  readonly #download: Download;
  readonly #resized = new ResizeObserver(() => this.#place());
  readonly #regions = new Map<number, HTMLImageElement>();
  #still: StillView | null = null;
  #shown: Blob | null = null;
  #zoom = 1;
  #x = 0;
  #y = 0;

  constructor(texts: Texts, onBack: () => void, onRegion: (still: number, area: Area) => void) {
    this.#texts = texts;
    this.#sheet = el("div", { class: "loupe-sheet" }, this.#image);
    this.#frame = el(
      "div",
      { class: "loupe-frame", tabindex: 0, role: "group", "aria-label": texts.say("still.keys") },
      this.#sheet,
    );
    this.#marquee = new Marquee(this.#frame, this.#sheet, (area) => {
      if (this.#still !== null) onRegion(this.#still.id, area);
      this.#mark(false);
    });
    this.#ask = button(texts.say("still.region"), () => this.#mark(!this.#marquee.isOn), {
      "aria-pressed": "false",
      "data-testid": "still-region",
    });
    this.#download = new Download(texts);
    this.#listen();
    this.#resized.observe(this.#frame);
    this.element = el(
      "div",
      { class: "loupe", "data-testid": "loupe" },
      this.#frame,
      el(
        "div",
        { class: "tools" },
        button(texts.say("stage.back"), onBack, { class: "primary", "data-testid": "still-back" }),
        this.#tool("still.zoom_in", () => this.#scale(ZOOM_STEP), "zoom-in"),
        this.#tool("still.zoom_out", () => this.#scale(1 / ZOOM_STEP), "zoom-out"),
        this.#tool("still.zoom_fit", () => this.#fit(), "zoom-fit"),
        this.#tool("still.zoom_full", () => this.#actualSize(), "zoom-full"),
        this.#ask,
        this.#download.element,
      ),
      this.#details,
      this.#download.hash,
    );
  }

  /** Show this still, or its preview. */
  open(still: StillView): void {
    if (this.#still?.id === still.id) return;
    this.close();
    this.#refresh(still);
    this.#fit();
    this.#frame.focus();
  }

  /** More of what is shown may have come. */
  show(stills: readonly StillView[]): void {
    const still = stills.find(({ id }) => id === this.#still?.id);
    if (still !== undefined) this.#refresh(still);
  }

  close(): void {
    release(this.#image);
    for (const image of this.#regions.values()) {
      release(image);
      image.remove();
    }
    this.#regions.clear();
    this.#download.close();
    this.#mark(false);
    this.#shown = null;
    this.#still = null;
  }

  #refresh(still: StillView): void {
    this.#still = still;
    const shown = still.picture ?? still.preview;
    if (shown !== null && shown !== this.#shown) {
      release(this.#image);
      this.#shown = shown;
      this.#image.src = URL.createObjectURL(shown);
      this.#image.alt = nameOf(still, this.#texts);
    }
    setData(this.#image, "state", still.state);
    for (const region of still.regions) this.#lay(region, still);
    setHidden(this.#ask, still.picture !== null);
    if (still.picture !== null) this.#mark(false);
    this.#download.show(still);
    setText(this.#details, describe(still, this.#texts));
  }

  /** A part over its place; not needed any more once the whole is there. */
  #lay(region: RegionView, still: StillView): void {
    const known = this.#regions.get(region.id);
    if (known !== undefined) return setHidden(known, still.picture !== null);
    if (region.picture === null) return;
    const image = el("img", { class: "region", alt: "", "data-testid": "loupe-region" });
    image.src = URL.createObjectURL(region.picture);
    const { left, top, width, height } = region.area;
    Object.assign(image.style, { left: share(left), top: share(top) });
    Object.assign(image.style, { width: share(width), height: share(height) });
    this.#regions.set(region.id, image);
    this.#sheet.append(image);
    setHidden(image, still.picture !== null);
  }

  #mark(on: boolean): void {
    this.#marquee.turn(on);
    this.#ask.setAttribute("aria-pressed", String(on));
    setData(this.#frame, "marking", on ? "yes" : "no");
    if (on) this.#frame.focus();
  }

  #tool(key: Tool, onPress: () => void, testId: string): HTMLButtonElement {
    return button(this.#texts.say(key), onPress, { "data-testid": testId });
  }

  #listen(): void {
    this.#frame.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.#scale(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
      },
      { passive: false },
    );
    this.#frame.addEventListener("keydown", (event) => {
      const act = this.#keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    });
    this.#frame.addEventListener("pointermove", (event) => {
      const isDragged = (event.buttons & 1) === 1 && !this.#marquee.isOn;
      if (isDragged) this.#move(event.movementX, event.movementY);
    });
    this.#frame.addEventListener("pointerdown", (event) => {
      this.#frame.setPointerCapture(event.pointerId);
    });
  }

  readonly #keys: Readonly<Record<string, () => void>> = {
    "+": () => this.#scale(ZOOM_STEP),
    "=": () => this.#scale(ZOOM_STEP),
    "-": () => this.#scale(1 / ZOOM_STEP),
    "0": () => this.#fit(),
    "1": () => this.#actualSize(),
    ArrowLeft: () => this.#move(PAN_STEP, 0),
    ArrowRight: () => this.#move(-PAN_STEP, 0),
    ArrowUp: () => this.#move(0, PAN_STEP),
    ArrowDown: () => this.#move(0, -PAN_STEP),
    Enter: () => this.#marquee.takeVisible(),
    Escape: () => this.#mark(false),
  };

  #fit(): void {
    this.#zoom = 1;
    this.#x = 0;
    this.#y = 0;
    this.#place();
  }

  /** One pixel of the still on one of the screen. */
  #actualSize(): void {
    const fitted_px = this.#sheet.offsetWidth;
    if (this.#still === null || fitted_px === 0) return;
    this.#zoom = this.#still.width / devicePixelRatio / fitted_px;
    this.#move(0, 0);
  }

  #scale(factor: number): void {
    this.#zoom = Math.min(ZOOM_LIMIT, Math.max(1, this.#zoom * factor));
    this.#move(0, 0);
  }

  #move(dx: number, dy: number): void {
    const reachX = (this.#frame.clientWidth * Math.max(0, this.#zoom - 1)) / 2;
    const reachY = (this.#frame.clientHeight * Math.max(0, this.#zoom - 1)) / 2;
    this.#x = Math.min(reachX, Math.max(-reachX, this.#x + dx));
    this.#y = Math.min(reachY, Math.max(-reachY, this.#y + dy));
    this.#place();
  }

  /** The sheet has the picture's shape, so that a part is laid where it belongs. */
  #place(): void {
    const { width = 0, height = 0 } = this.#still ?? {};
    const { clientWidth, clientHeight } = this.#frame;
    const fitted = Math.min(clientWidth / Math.max(1, width), clientHeight / Math.max(1, height));
    const style = this.#sheet.style;
    style.width = `${width * fitted}px`;
    style.height = `${height * fitted}px`;
    style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#zoom})`;
  }
}

function share(mille: number): string {
  return `${mille / 10}%`;
}

function release(image: HTMLImageElement): void {
  if (image.src !== "") URL.revokeObjectURL(image.src);
  image.removeAttribute("src");
}
