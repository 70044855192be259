/** One recording seen and heard: outline, spectrogram, part, loop, speed, filter, loudness. */

import type { SoundView } from "../../session/sound_views.ts";
import type { TextKey, Texts } from "../../texts.ts";
import { button, el, setText } from "../dom.ts";
import { Drawing } from "./drawing.ts";
import { FILTERS, type FilterName, type Playing, Turntable } from "./turntable.ts";

/** What browsers must be able to decode to (Web Audio, 1.4); the pitches drawn lie far below. */
const DRAWN_RATE_HZ = 8_000;
const HEARD_RATE_HZ = 48_000;
const SPEEDS = [1, 0.75, 0.5] as const;
/** Loudest sample after the amplification that is proposed. */
const PROPOSED_PEAK_DB = -3;
const MOST_GAIN_DB = 40;
/** chosen: a part this short is still a heartbeat. */
const LEAST_PART_S = 0.2;

type Choice = HTMLInputElement;

export class Player {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #drawing: Drawing;
  readonly #turntable = new Turntable(() => this.#show());
  readonly #title = el("h3", {});
  readonly #note = el("p", { class: "note", role: "status", "data-testid": "sound-note" });
  readonly #play: HTMLButtonElement;
  readonly #start: HTMLInputElement;
  readonly #end: HTMLInputElement;
  readonly #gain: HTMLInputElement;
  readonly #loop = el("input", { type: "checkbox", checked: true, "data-testid": "sound-loop" });
  readonly #filters: Choice[];
  readonly #speeds: Choice[];
  readonly #download = el("a", { class: "button", "data-testid": "sound-download" });
  readonly #original: HTMLButtonElement;
  #sound: AudioBuffer | null = null;
  #recording: SoundView | null = null;
  #address = "";

  constructor(texts: Texts, onOriginal: (id: number) => void) {
    this.#texts = texts;
    this.#drawing = new Drawing(texts.say("sound.wave"), texts.say("sound.spectrogram"));
    this.#play = button(texts.say("sound.play"), () => this.#toggle(), {
      class: "primary",
      "data-testid": "sound-play",
    });
    this.#start = this.#slider("sound-start", 0.1);
    this.#end = this.#slider("sound-end", 0.1);
    this.#gain = this.#slider("sound-gain", 1);
    this.#gain.max = String(MOST_GAIN_DB);
    this.#filters = this.#choices("sound-filter", Object.keys(FILTERS), "wide");
    this.#speeds = this.#choices("sound-speed", SPEEDS.map(String), "1");
    this.#loop.addEventListener("change", () => this.#changed());
    setText(this.#download, texts.say("still.download"));
    this.#original = button(
      texts.say("sound.original"),
      () => this.#recording !== null && onOriginal(this.#recording.id),
      { "data-testid": "sound-original" },
    );
    this.element = el("div", { class: "sound", hidden: true, "data-testid": "sound" });
    this.element.append(this.#title, this.#drawing.element, this.#tools(), this.#note);
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Show this recording; it is complete. */
  async open(sound: SoundView, file: Blob): Promise<void> {
    this.#silence();
    this.#recording = sound;
    this.element.hidden = false;
    setText(this.#title, sound.label);
    if (this.#address !== "") URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(file);
    this.#download.href = this.#address;
    this.#download.download = `${sound.sha256_hex.slice(0, 12)}.flac`;
    this.#original.hidden = sound.isOriginal;
    try {
      const drawn = await decoded(file, DRAWN_RATE_HZ);
      const heard = await decoded(file, HEARD_RATE_HZ);
      if (this.#recording !== sound) return; // another one was opened meanwhile
      this.#sound = heard;
      this.#shown(drawn);
    } catch {
      if (this.#recording === sound) setText(this.#note, this.#texts.say("sound.unreadable"));
    }
  }

  /** The consultation is over: silence, and nothing kept. */
  close(): void {
    this.#silence();
    this.#turntable.close();
    this.#recording = null;
    if (this.#address !== "") URL.revokeObjectURL(this.#address);
    this.#address = "";
  }

  /** Nothing of one recording is seen or heard under the name of another. */
  #silence(): void {
    this.#turntable.stop();
    this.#sound = null;
    this.#play.disabled = true;
    this.#drawing.clear();
    delete this.element.dataset["drawn"];
    setText(this.#note, "");
  }

  #shown(drawn: AudioBuffer): void {
    this.#play.disabled = false;
    const samples = drawn.getChannelData(0);
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-4);
    const room_db = PROPOSED_PEAK_DB - 20 * Math.log10(peak);
    this.#gain.value = String(Math.round(Math.min(MOST_GAIN_DB, Math.max(0, room_db))));
    for (const slider of [this.#start, this.#end]) slider.max = drawn.duration.toFixed(1);
    this.#start.value = "0";
    this.#end.value = this.#end.max;
    this.#drawing.draw(samples, drawn.sampleRate);
    this.element.dataset["drawn"] = String(this.#recording?.id ?? "");
    this.#show();
  }

  #tools(): HTMLElement {
    const labelled = (key: TextKey, input: HTMLElement) =>
      el("label", {}, el("span", {}, this.#texts.say(key)), input);
    return el(
      "div",
      { class: "tools sound-tools" },
      this.#play,
      labelled("sound.start", this.#start),
      labelled("sound.end", this.#end),
      labelled("sound.loop", this.#loop),
      this.#group("sound.filter", this.#filters, (name) => `sound.filter.${name}` as TextKey),
      this.#group("sound.speed", this.#speeds, () => "sound.speed.times"),
      labelled("sound.gain", this.#gain),
      this.#download,
      this.#original,
    );
  }

  #group(legend: TextKey, inputs: Choice[], key: (value: string) => TextKey): HTMLElement {
    const choices = inputs.map((input) => {
      const facts = { n: this.#texts.number(Number(input.value) || 0, 2) };
      return el("label", {}, input, el("span", {}, this.#texts.say(key(input.value), facts)));
    });
    return el("fieldset", {}, el("legend", {}, this.#texts.say(legend)), ...choices);
  }

  #choices(name: string, values: string[], chosen: string): Choice[] {
    return values.map((value) => {
      const testid = `${name}-${value}`;
      const checked = value === chosen;
      const input = el("input", { type: "radio", name, value, checked, "data-testid": testid });
      input.addEventListener("change", () => this.#changed());
      return input;
    });
  }

  #slider(testid: string, step: number): HTMLInputElement {
    const input = el("input", { type: "range", min: 0, step, "data-testid": testid });
    input.addEventListener("input", () => this.#changed(input));
    return input;
  }

  /** Space plays or stops wherever it is not itself a control's key. */
  #onKey(event: KeyboardEvent): void {
    const isControl = event.target instanceof HTMLButtonElement || event.target === this.#loop;
    if (event.key !== " " || isControl) return;
    event.preventDefault();
    this.#toggle();
  }

  #toggle(): void {
    if (this.#turntable.isPlaying) this.#turntable.stop();
    else this.#begin();
    this.#show();
  }

  #begin(): void {
    if (this.#sound === null) return;
    this.#turntable.play(this.#sound, this.#wanted);
    requestAnimationFrame(this.#frame);
  }

  /** What is heard follows every control at once, from the beginning of the part. */
  #changed(moved?: HTMLInputElement): void {
    const [start_s, end_s] = [this.#start.valueAsNumber, this.#end.valueAsNumber];
    if (moved === this.#start && start_s > end_s - LEAST_PART_S) {
      this.#start.value = String(Math.max(0, end_s - LEAST_PART_S));
    } else if (moved === this.#end && end_s < start_s + LEAST_PART_S) {
      this.#end.value = String(start_s + LEAST_PART_S);
    }
    if (this.#turntable.isPlaying) this.#begin();
    this.#show();
  }

  get #wanted(): Playing {
    const chosen = (inputs: Choice[]) => inputs.find((input) => input.checked)?.value ?? "";
    return {
      start_s: this.#start.valueAsNumber,
      end_s: this.#end.valueAsNumber,
      isLooped: this.#loop.checked,
      speed: Number(chosen(this.#speeds)) || 1,
      gain_db: this.#gain.valueAsNumber,
      filter: (chosen(this.#filters) || "wide") as FilterName,
    };
  }

  readonly #frame = (): void => {
    this.#mark();
    if (this.#turntable.isPlaying) requestAnimationFrame(this.#frame);
  };

  #mark(): void {
    const length_s = this.#sound?.duration ?? 1;
    const { start_s, end_s } = this.#wanted;
    const place_s = this.#turntable.place_s;
    const place = place_s === null ? null : place_s / length_s;
    this.#drawing.mark(start_s / length_s, Math.min(1, end_s / length_s), place);
  }

  #show(): void {
    const { isPlaying } = this.#turntable;
    setText(this.#play, this.#texts.say(isPlaying ? "sound.stop" : "sound.play"));
    const { start_s, end_s, gain_db } = this.#wanted;
    const facts = {
      start: this.#texts.number(start_s, 1),
      end: this.#texts.number(end_s, 1),
      gain: this.#texts.number(gain_db, 0),
    };
    setText(this.#note, this.#texts.say("sound.details", facts));
    this.#mark();
  }
}

async function decoded(file: Blob, rate_hz: number): Promise<AudioBuffer> {
  return new OfflineAudioContext(1, 1, rate_hz).decodeAudioData(await file.arrayBuffer());
}
