/** Small hands for building the page. Text goes in as text, never as markup. */

type Child = Node | string;

/** Controls, and what changes the direction of writing (UAX #9): a text could write over its neighbours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The same text without what nobody sees. */
export function legible(text: string): string {
  return text.replace(UNSEEN, "");
}

interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

/** An element with attributes (`true` writes an empty one, `false` none) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.map((child) => (typeof child === "string" ? legible(child) : child)));
  return element;
}

/** A button that does one thing. */
export function button(
  label: string,
  onPress: () => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const element = el("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", onPress);
  return element;
}

/** Writes only what changed: screen readers and the layout are left in peace. */
export function setText(element: Element, text: string): void {
  const seen = legible(text);
  if (element.textContent !== seen) element.textContent = seen;
}

export function setData(element: HTMLElement, name: string, value: string): void {
  if (element.dataset[name] !== value) element.dataset[name] = value;
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** Plays `stream` in `element`; the same stream again is left running. */
export function setStream(element: HTMLMediaElement, stream: MediaStream | null): void {
  if (element.srcObject !== stream) element.srcObject = stream;
}
