/** A still seen closely: zoom and pan by wheel, keys, buttons or dragging; the original to keep. */

import type { StillView } from "../../session/snapshot.ts";
import type { Texts } from "../../texts.ts";
import { button, el, setText } from "../dom.ts";

const ZOOM_LIMIT = 12;
const ZOOM_STEP = 1.25;
const PAN_STEP = 60;

const PNG_TYPE = "image/png";

export class Loupe {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #image = el("img", { draggable: "false", "data-testid": "loupe-image" });
  readonly #frame: HTMLElement;
  readonly #details = el("p", { class: "note", "data-testid": "loupe-details" });
  readonly #download: HTMLAnchorElement;
  #still: StillView | null = null;
  #address = "";
  #zoom = 1;
  #x = 0;
  #y = 0;

  constructor(texts: Texts, onBack: () => void) {
    this.#texts = texts;
    this.#frame = el(
      "div",
      { class: "loupe-frame", tabindex: 0, role: "group", "aria-label": texts.say("still.keys") },
      this.#image,
    );
    this.#download = el("a", { class: "button", "data-testid": "still-download" });
    this.#download.textContent = texts.say("still.download");
    this.#listen();
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
        this.#download,
      ),
      this.#details,
    );
  }

  /** Show this still; it is complete. */
  open(still: StillView, picture: Blob): void {
    if (this.#still?.id === still.id) return;
    this.close();
    this.#still = still;
    this.#address = URL.createObjectURL(picture);
    const name = still.label || this.#texts.say("still.name", { n: still.id });
    this.#image.src = this.#address;
    this.#image.alt = name;
    this.#download.href = this.#address;
    const extension = picture.type === PNG_TYPE ? "png" : "jpg";
    this.#download.download = `chevet-${still.id}.${extension}`;
    setText(this.#details, `${name} · ${this.#describe(still)}`);
    this.#fit();
    this.#frame.focus();
  }

  close(): void {
    if (this.#address !== "") URL.revokeObjectURL(this.#address);
    this.#image.removeAttribute("src");
    this.#address = "";
    this.#still = null;
  }

  #describe(still: StillView): string {
    const details = this.#texts.say("still.details", {
      width: still.width,
      height: still.height,
      size: Math.ceil(still.size / 1000),
      time: this.#texts.time(still.taken_ms),
    });
    return `${details} · ${this.#texts.say("still.checked")}`;
  }

  #tool(
    key: "still.zoom_in" | "still.zoom_out" | "still.zoom_fit" | "still.zoom_full",
    onPress: () => void,
    testId: string,
  ): HTMLButtonElement {
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
      if ((event.buttons & 1) === 1) this.#move(event.movementX, event.movementY);
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
  };

  #fit(): void {
    this.#zoom = 1;
    this.#x = 0;
    this.#y = 0;
    this.#place();
  }

  /** One pixel of the still on one of the screen. */
  #actualSize(): void {
    const { naturalWidth, naturalHeight, clientWidth, clientHeight } = this.#image;
    if (naturalWidth === 0 || clientWidth === 0) return;
    const fitted = Math.min(clientWidth / naturalWidth, clientHeight / naturalHeight);
    this.#zoom = 1 / devicePixelRatio / fitted;
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

  #place(): void {
    this.#image.style.transform = `translate(${this.#x}px, ${this.#y}px) scale(${this.#zoom})`;
  }
}
