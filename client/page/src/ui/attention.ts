/** Calls a GP whose eyes are elsewhere: title, icon, a notification, a short sound. */

import type { PageSnapshot } from "../session/snapshot.ts";
import type { Texts } from "../texts.ts";
import { Arrivals } from "./arrivals.ts";
import { button, el, setHidden } from "./dom.ts";
import { Notice } from "./notice.ts";

/** Two soft notes, a fifth apart; chosen: heard across a room, alarming nobody. */
const NOTES_HZ = [660, 990] as const;
const NOTE_S = 0.18;
const LOUDNESS = 0.15;

export class Attention {
  /** Asked in context: beside the list of those who may call. */
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #icon: HTMLLinkElement | null = document.querySelector("link[rel=icon]");
  readonly #arrivals = new Arrivals();
  readonly #notice = new Notice();

  constructor(texts: Texts) {
    this.#texts = texts;
    const ask = () => void Notification.requestPermission().then(() => this.#showAsking());
    this.element = el(
      "p",
      { class: "asking", hidden: true },
      button(texts.say("attention.ask"), ask, { class: "quiet", "data-testid": "notify-ask" }),
      el("span", { class: "hint" }, texts.say("attention.hint")),
    );
    this.#showAsking();
  }

  show(snapshot: PageSnapshot): void {
    const { waiting, sites } = snapshot;
    const calls = sites.filter(({ called_ms }) => called_ms !== null).length;
    const n = waiting.filter(({ isUnsent }) => !isUnsent).length + calls;
    const title = this.#texts.say("app.title");
    const told = n === 0 ? title : this.#texts.say("attention.title", { n, title });
    if (document.title !== told) document.title = told;
    const icon = n === 0 ? "./icon.svg" : "./icon-waiting.svg";
    if (this.#icon !== null && this.#icon.getAttribute("href") !== icon) this.#icon.href = icon;
    if (this.#arrivals.hasNew(snapshot)) this.#call();
    if (n === 0) this.#notice.close();
  }

  #call(): void {
    chime();
    if (document.hidden) this.#notice.show(this.#texts.say("attention.notice"));
  }

  #showAsking(): void {
    const isOpen = "Notification" in window && Notification.permission === "default";
    setHidden(this.element, !isOpen);
  }
}

/** Two notes made on the spot; nothing where the browser wants a click of the person's first. */
export function chime(): void {
  if (navigator.userActivation?.hasBeenActive === false) return;
  const context = new AudioContext();
  for (const [at, hz] of NOTES_HZ.entries()) {
    const [tone, loudness] = [context.createOscillator(), context.createGain()];
    const start_s = context.currentTime + at * NOTE_S;
    tone.frequency.value = hz;
    loudness.gain.setValueAtTime(LOUDNESS, start_s);
    loudness.gain.exponentialRampToValueAtTime(0.001, start_s + NOTE_S);
    tone.connect(loudness).connect(context.destination);
    tone.start(start_s);
    tone.stop(start_s + NOTE_S);
    if (at === NOTES_HZ.length - 1) tone.onended = () => void context.close();
  }
}
