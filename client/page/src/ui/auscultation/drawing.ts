/** Draws a recording on two canvases: its outline, and below it its pitches over time. */

import { outline, spectrogram } from "../../session/spectrum.ts";
import { el } from "../dom.ts";

/** What is drawn of the pitches; chest sounds worth hearing lie below. */
export const HIGHEST_HZ = 1_000;
/** From the loudest down to where it is dark; chosen: a murmur is 30 dB below a heart sound. */
const RANGE_DB = 60;
const COLUMNS = 1_200;
const WAVE_HEIGHT = 120;
const MARKS_HZ = [100, 250, 500, 1_000] as const;
const DARK = [16, 21, 26] as const;
const LIGHT = [236, 244, 250] as const;

export class Drawing {
  readonly element: HTMLElement;
  readonly #wave = canvas("sound-wave", WAVE_HEIGHT);
  readonly #pitches = canvas("sound-spectrogram", 1);
  readonly #cursor = el("div", { class: "sound-cursor", hidden: true });
  readonly #part = el("div", { class: "sound-part" });

  constructor(waveLabel: string, pitchesLabel: string) {
    this.#wave.setAttribute("aria-label", waveLabel);
    this.#pitches.setAttribute("aria-label", pitchesLabel);
    const marks = MARKS_HZ.map((hz) => {
      const mark = el("span", { class: "sound-mark" }, `${hz} Hz`);
      mark.style.bottom = `${(100 * hz) / HIGHEST_HZ}%`;
      return mark;
    });
    this.element = el(
      "div",
      { class: "sound-drawing" },
      this.#wave,
      el("div", { class: "sound-pitches" }, this.#pitches, ...marks),
      this.#part,
      this.#cursor,
    );
  }

  /** Draw this recording; takes a tenth of a second. */
  draw(samples: Float32Array, rate_hz: number): void {
    this.#drawWave(samples);
    this.#drawPitches(spectrogram(samples, rate_hz, COLUMNS, HIGHEST_HZ));
  }

  clear(): void {
    this.#wave.width = this.#pitches.width = COLUMNS; // which empties them
    this.#cursor.hidden = true;
  }

  /** What is played, and where it is now, as shares of the whole. */
  mark(start: number, end: number, place: number | null): void {
    this.#part.style.left = `${100 * start}%`;
    this.#part.style.width = `${100 * (end - start)}%`;
    this.#cursor.hidden = place === null;
    if (place !== null) this.#cursor.style.left = `${100 * place}%`;
  }

  #drawWave(samples: Float32Array): void {
    const pen = this.#wave.getContext("2d");
    if (pen === null) return;
    const parts = outline(samples, COLUMNS);
    const highest = parts.reduce((most, [low, high]) => Math.max(most, -low, high), 1e-6);
    pen.clearRect(0, 0, COLUMNS, WAVE_HEIGHT);
    pen.fillStyle = `rgb(${LIGHT.join(" ")})`;
    const half = WAVE_HEIGHT / 2;
    parts.forEach(([low, high], column) => {
      const top = half - (high / highest) * (half - 1);
      pen.fillRect(column, top, 1, Math.max(1, ((high - low) / highest) * (half - 1)));
    });
  }

  #drawPitches(columns: Float32Array[]): void {
    const height = (columns[0]?.length ?? 1) - 1;
    this.#pitches.height = height;
    const pen = this.#pitches.getContext("2d");
    if (pen === null) return;
    const image = pen.createImageData(COLUMNS, height);
    const loudest = columns.reduce((most, column) => Math.max(most, ...column.subarray(1)), -120);
    columns.forEach((column, x) => {
      for (let bin = 1; bin <= height; bin += 1) {
        const share = Math.min(1, Math.max(0, ((column[bin] ?? 0) - loudest) / RANGE_DB + 1));
        const place = 4 * ((height - bin) * COLUMNS + x);
        for (const channel of [0, 1, 2] as const) {
          image.data[place + channel] = DARK[channel] + share * (LIGHT[channel] - DARK[channel]);
        }
        image.data[place + 3] = 255;
      }
    });
    pen.putImageData(image, 0, 0);
  }
}

function canvas(name: string, height: number): HTMLCanvasElement {
  return el("canvas", { width: COLUMNS, height, role: "img", "data-testid": name });
}
