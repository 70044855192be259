/** Drawing on a copy of a still: pen, arrow, circle, text. The original never changes. */

import type { Texts } from "../../texts.ts";
import { button, el, setData, setHidden, setText } from "../dom.ts";
import { drawMarks, drawnOn, isMark, MARKS_LIMIT, type Mark, type MarkKind } from "./marks.ts";
import type { Tool } from "./tool.ts";
import type { Point } from "./zoom.ts";

const KINDS: readonly MarkKind[] = ["arrow", "circle", "pen", "text"];
const TEXT_LIMIT = 60;
/** Of the copy's JPEG. */
const QUALITY = 0.92;
/** Longest side of the copy in pixels; chosen: a full-size still of the exam camera. */
const LONGEST_PX = 4_096;

/** Takes the finished copy; false when it cannot go. */
export type OnCopy = (copy: Blob) => Promise<boolean>;

export class Annotation implements Tool {
  readonly isAimed = true;
  readonly letsPan = false;
  readonly drawing = el("canvas", { class: "marks", "aria-hidden": "true" });
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #image: HTMLImageElement;
  readonly #words: HTMLInputElement;
  readonly #kinds: ReadonlyMap<MarkKind, HTMLButtonElement>;
  readonly #send: HTMLButtonElement;
  readonly #state = el("p", { class: "note", role: "status", "data-testid": "annotation-state" });
  #kind: MarkKind = "arrow";
  #marks: readonly Mark[] = [];
  #growing: Mark | null = null;

  constructor(texts: Texts, image: HTMLImageElement, onCopy: OnCopy) {
    this.#texts = texts;
    this.#image = image;
    this.#kinds = new Map(KINDS.map((kind) => [kind, this.#chooser(kind)]));
    this.#words = el("input", { maxlength: TEXT_LIMIT, "data-testid": "mark-words" });
    this.#words.setAttribute("aria-label", texts.say("mark.words"));
    this.#words.placeholder = texts.say("mark.words");
    const undo = button(texts.say("mark.undo"), () => this.#undo(), { "data-testid": "mark-undo" });
    this.#send = button(texts.say("mark.send"), () => void this.#finish(onCopy), {
      class: "primary",
      "data-testid": "mark-send",
    });
    const choices = el("div", { class: "tools", role: "group", "aria-label": texts.say("mark.title") });
    choices.append(...this.#kinds.values(), this.#words, undo, this.#send);
    this.element = el("div", { class: "annotating", hidden: true }, choices, this.#state);
    this.#choose("arrow");
  }

  /** Another picture: nothing is drawn. */
  forget(): void {
    this.#marks = [];
    this.#growing = null;
    this.#draw();
  }

  press(at: Point): void {
    if (this.#growing !== null) return; // the second point, by the keyboard
    this.#growing = { kind: this.#kind, points: [at], text: this.#words.value };
    setText(this.#state, this.#texts.say("mark.how"));
    if (this.#kind === "text") this.#keep();
  }

  hover(at: Point): void {
    if (this.#growing === null) return;
    this.#growing = drawnOn(this.#growing, at);
    this.#draw();
  }

  release(at: Point): void {
    if (this.#growing === null) return;
    const grown = drawnOn(this.#growing, at);
    if (!isMark(grown)) return; // still to be drawn: a click begins, another one ends
    this.#growing = grown;
    this.#keep();
  }

  leave(): void {}

  end(): void {
    this.#growing = null;
    this.#draw();
  }

  #keep(): void {
    const mark = this.#growing;
    this.#growing = null;
    if (mark !== null && isMark(mark) && this.#marks.length < MARKS_LIMIT) {
      this.#marks = [...this.#marks, mark];
    } else if (mark?.kind === "text") {
      setText(this.#state, this.#texts.say("mark.words.missing"));
      this.#words.focus();
    }
    this.#draw();
  }

  #undo(): void {
    this.#growing = null;
    this.#marks = this.#marks.slice(0, -1);
    this.#draw();
  }

  #chooser(kind: MarkKind): HTMLButtonElement {
    return button(this.#texts.say(`mark.${kind}`), () => this.#choose(kind), {
      "aria-pressed": "false",
      "data-testid": `mark-${kind}`,
    });
  }

  #choose(kind: MarkKind): void {
    this.#kind = kind;
    this.#growing = null;
    for (const [other, chooser] of this.#kinds) chooser.ariaPressed = String(other === kind);
    setHidden(this.#words, kind !== "text");
    setText(this.#state, this.#texts.say("mark.how"));
    if (kind === "text") this.#words.focus();
  }

  /** The picture's own size, or as near to it as a copy may be. */
  get #size() {
    const { naturalWidth, naturalHeight } = this.#image;
    const scale = Math.min(1, LONGEST_PX / Math.max(1, naturalWidth, naturalHeight));
    return { width: Math.round(naturalWidth * scale), height: Math.round(naturalHeight * scale) };
  }

  #draw(): void {
    const all = this.#growing === null ? this.#marks : [...this.#marks, this.#growing];
    this.#send.disabled = this.#marks.length === 0;
    setData(this.drawing, "marks", String(this.#marks.length));
    setData(this.drawing, "unsent", this.#marks.length > 0 ? "yes" : "no");
    const pen = this.drawing.getContext("2d");
    if (pen === null) return;
    Object.assign(this.drawing, this.#size); // clears it too
    drawMarks(pen, all, this.#size);
  }

  async #finish(onCopy: OnCopy): Promise<void> {
    const { width, height } = this.#size;
    const copy = el("canvas", { width, height });
    const pen = copy.getContext("2d");
    if (pen === null) return;
    pen.drawImage(this.#image, 0, 0, width, height);
    drawMarks(pen, this.#marks, { width, height });
    const file = await new Promise<Blob | null>((made) => copy.toBlob(made, "image/jpeg", QUALITY));
    if (file === null) return setText(this.#state, this.#texts.say("mark.failed"));
    const isOnItsWay = await onCopy(file);
    if (isOnItsWay) this.forget();
    setText(this.#state, this.#texts.say(isOnItsWay ? "mark.sent" : "mark.refused"));
  }
}
