/** The recordings of the stethoscope that came or are coming, and the one that is open. */

import type { PageRequests } from "../../session/requests.ts";
import type { PageSnapshot } from "../../session/snapshot.ts";
import { EVERYTHING, type SoundView } from "../../session/sound_views.ts";
import type { Texts } from "../../texts.ts";
import { el, setData, setHidden, setText } from "../dom.ts";
import { Player } from "./player.ts";

interface Line {
  readonly opener: HTMLButtonElement;
  readonly progress: HTMLProgressElement;
  readonly state: HTMLElement;
}

export class Auscultation {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #player: Player;
  readonly #list = el("ul", { class: "sound-list", "data-testid": "sounds" });
  readonly #live = el("p", { class: "sound-live", role: "status", hidden: true });
  readonly #lines = new Map<number, Line>();

  constructor(texts: Texts, requests: PageRequests) {
    this.#texts = texts;
    this.#player = new Player(texts, (id) => requests.askRegion(id, EVERYTHING));
    setText(this.#live, texts.say("sound.live"));
    this.#live.dataset["testid"] = "sound-live";
    this.element = el(
      "section",
      { class: "panel auscultation", "aria-labelledby": "auscultation-title", hidden: true },
      el("h2", { id: "auscultation-title" }, texts.say("sound.title")),
      this.#live,
      this.#list,
      this.#player.element,
    );
  }

  show({ sounds, instruments, link }: PageSnapshot): void {
    const stethoscope = instruments.find(({ kind }) => kind === "stethoscope");
    setHidden(this.element, sounds.length === 0 && stethoscope === undefined);
    setHidden(this.#live, stethoscope?.state !== "listening" || link.state !== "up");
    for (const sound of sounds) this.#show(sound, link.state === "up");
  }

  close(): void {
    this.#player.close();
  }

  #show(sound: SoundView, isLinkUp: boolean): void {
    const line = this.#lines.get(sound.id) ?? this.#add(sound);
    setHidden(line.progress, sound.state !== "coming");
    line.progress.value = sound.held;
    setData(line.opener, "state", sound.state);
    setText(line.state, this.#stateText(sound, isLinkUp));
    const { file } = sound;
    if (file === null || !line.opener.disabled) return;
    line.opener.disabled = false;
    setData(line.opener, "sha256", sound.sha256_hex);
    line.opener.onclick = () => void this.#player.open(sound, file);
  }

  #stateText(sound: SoundView, isLinkUp: boolean): string {
    if (sound.state === "failed") return this.#texts.say("still.failed");
    if (sound.state === "complete") return this.#texts.time(sound.taken_ms);
    const pct = Math.floor((100 * sound.held) / Math.max(1, sound.size));
    return this.#texts.say(isLinkUp ? "still.progress" : "still.waits", { pct });
  }

  #add(sound: SoundView): Line {
    const label = sound.label || this.#texts.say("sound.name", { n: sound.id });
    const name = sound.isOriginal ? this.#texts.say("sound.name.original", { name: label }) : label;
    const progress = el("progress", { max: Math.max(1, sound.size), "aria-label": name });
    const state = el("span", { class: "state", "data-testid": "sound-state" });
    const opener = el(
      "button",
      { type: "button", class: "sound-opener", disabled: true, "data-testid": "sound-open" },
      el("span", {}, name),
      progress,
      state,
    );
    this.#list.prepend(el("li", {}, opener));
    const line = { opener, progress, state };
    this.#lines.set(sound.id, line);
    return line;
  }
}
