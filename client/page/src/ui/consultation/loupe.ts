/** A still on the stage: looked at closely, beside another one, measured, pointed at, drawn on. */

import type { PageRequests } from "../../session/requests.ts";
import type { StillView } from "../../session/snapshot.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { button, el, setHidden, setText } from "../dom.ts";
import { Annotation } from "./annotation.ts";
import { Beside } from "./beside.ts";
import { Lens } from "./lens.ts";
import { Light } from "./light.ts";
import { Marquee } from "./marquee.ts";
import { Download, describe, nameOf } from "./original.ts";
import { Pane, ZOOM_STEP } from "./pane.ts";
import { Pointer } from "./pointer.ts";
import { Ruler } from "./ruler.ts";
import type { Tool } from "./tool.ts";

type ToolName = "region" | "point" | "lens" | "measure" | "annotate";

export class Loupe {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #pane: Pane;
  readonly #beside: Beside;
  readonly #light: Light;
  readonly #pointer: Pointer;
  readonly #ruler: Ruler;
  readonly #annotation: Annotation;
  readonly #tools: Readonly<Record<ToolName, Tool>>;
  readonly #takers: Readonly<Record<ToolName, HTMLButtonElement>>;
  readonly #details = el("p", { class: "note", "data-testid": "loupe-details" });
  readonly #download: Download;
  #taken: ToolName | null = null;
  /** The second pane has the zoom buttons after it was used last. */
  #active: Pane;

  constructor(texts: Texts, requests: PageRequests, clock_ms: () => number, onBack: () => void) {
    this.#texts = texts;
    this.#pane = new Pane(texts, "loupe-image");
    this.#active = this.#pane;
    this.#beside = new Beside(texts);
    this.#light = new Light(texts, [this.#pane.image, this.#beside.pane.image]);
    const still = () => this.#pane.still;
    this.#pointer = new Pointer(requests, () => still()?.id ?? null, clock_ms);
    this.#ruler = new Ruler(texts, () => still() ?? { width: 0, height: 0 });
    this.#annotation = new Annotation(texts, this.#pane.image, (copy) => this.#offer(copy, requests));
    const marquee = new Marquee((area) => {
      const id = still()?.id;
      if (id !== undefined) requests.askRegion(id, area);
      this.#take(null);
    });
    const lens = new Lens(this.#pane.image, this.#pane.element);
    this.#tools = {
      region: marquee,
      point: this.#pointer,
      lens,
      measure: this.#ruler,
      annotate: this.#annotation,
    };
    this.#pane.sheet.append(marquee.element, this.#ruler.drawing, this.#annotation.drawing);
    this.#pane.sheet.append(this.#pointer.element);
    this.#pane.element.append(lens.element);
    const takers = Object.keys(this.#tools).map((name) => [name, this.#taker(name as ToolName)]);
    this.#takers = Object.fromEntries(takers) as Record<ToolName, HTMLButtonElement>;
    this.#download = new Download(texts);
    this.element = el("div", { class: "loupe", "data-testid": "loupe" });
    this.element.append(...this.#parts(onBack));
    this.#listen();
  }

  /** Show this still, or its preview. */
  open(still: StillView): void {
    if (this.#pane.still?.id === still.id) return;
    this.close();
    this.#refresh(still);
    this.#pane.element.focus();
  }

  /** More of what is shown may have come. */
  show(stills: readonly StillView[]): void {
    const still = stills.find(({ id }) => id === this.#pane.still?.id);
    if (still !== undefined) this.#refresh(still);
    this.#beside.show(stills, this.#pane.still);
    this.#pointer.tick();
  }

  close(): void {
    this.#take(null);
    this.#pane.clear();
    this.#beside.close();
    this.#light.reset();
    this.#ruler.forget();
    this.#annotation.forget();
    this.#download.close();
  }

  #refresh(still: StillView): void {
    this.#pane.show(still);
    const isWhole = still.picture !== null;
    const isMade = still.id === FRAME_ID; // a clip's picture: the site knows no such still
    setHidden(this.#takers.region, isWhole);
    setHidden(this.#takers.point, isMade);
    this.#takers.annotate.disabled = !isWhole;
    if (isWhole && this.#taken === "region") this.#take(null);
    this.#download.show(still);
    setText(this.#details, describe(still, this.#texts));
  }

  #parts(onBack: () => void): HTMLElement[] {
    const texts = this.#texts;
    const back = button(texts.say("stage.back"), onBack, { class: "primary", "data-testid": "still-back" });
    const zoom = [
      this.#zoomer("still.zoom_in", () => this.#active.scale(ZOOM_STEP), "zoom-in"),
      this.#zoomer("still.zoom_out", () => this.#active.scale(1 / ZOOM_STEP), "zoom-out"),
      this.#zoomer("still.zoom_fit", () => this.#active.fit(), "zoom-fit"),
      this.#zoomer("still.zoom_full", () => this.#active.actualSize(), "zoom-full"),
    ];
    const row = el("div", { class: "tools" }, back, ...zoom, ...Object.values(this.#takers));
    row.append(this.#light.opener, this.#beside.chooser, this.#download.element);
    return [
      el("div", { class: "panes" }, this.#pane.element, this.#beside.element),
      row,
      this.#light.element,
      this.#ruler.element,
      this.#annotation.element,
      this.#details,
      this.#beside.details,
      this.#download.hash,
    ];
  }

  #zoomer(key: TextKey, onPress: () => void, testId: string): HTMLButtonElement {
    return button(this.#texts.say(key), onPress, { "data-testid": testId });
  }

  #taker(name: ToolName): HTMLButtonElement {
    const key: TextKey = name === "region" ? "still.region" : `tool.${name}`;
    return button(this.#texts.say(key), () => this.#take(this.#taken === name ? null : name), {
      "aria-pressed": "false",
      "data-testid": `still-${name}`,
    });
  }

  /** One tool at a time; none: the hand that moves the picture. */
  #take(name: ToolName | null): void {
    if (this.#taken === name) return;
    this.#taken = name;
    for (const [other, taker] of Object.entries(this.#takers)) {
      taker.ariaPressed = String(other === name);
    }
    this.#pane.take(name === null ? null : this.#tools[name]);
    setHidden(this.#ruler.element, name !== "measure");
    setHidden(this.#annotation.element, name !== "annotate");
    if (name !== null) this.#pane.element.focus();
  }

  async #offer(copy: Blob, requests: PageRequests): Promise<boolean> {
    const still = this.#pane.still;
    if (still === null) return false;
    const label = this.#texts.say("mark.label", { name: nameOf(still, this.#texts) });
    const data = new Uint8Array(await copy.arrayBuffer());
    if (!this.element.isConnected) return false; // the GP sees another patient by now
    return (await requests.offerFile(data, label, copy.type)) !== null;
  }

  #listen(): void {
    for (const pane of [this.#pane, this.#beside.pane]) {
      const activate = () => {
        this.#active = pane;
      };
      pane.element.addEventListener("pointerdown", activate);
      pane.element.addEventListener("focus", activate);
    }
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#taken !== null) this.#take(null);
    });
  }
}

/** A picture taken from a clip has no number of the site's. */
export const FRAME_ID = -1;
