import { describe, expect, it } from "vitest";
import { outline, spectrogram, transform, WINDOW } from "../../../client/page/src/session/spectrum.ts";

const RATE_HZ = 8_000;

function tone(pitch_hz: number, height: number, length: number): Float32Array {
  return Float32Array.from(
    { length },
    (_, i) => height * Math.sin((2 * Math.PI * pitch_hz * i) / RATE_HZ),
  );
}

describe("transform", () => {
  it("agrees with the sum that defines it", () => {
    const length = 16;
    const real = Float64Array.from({ length }, (_, i) => ((i * 7) % 5) - 2);
    const imaginary = Float64Array.from({ length }, (_, i) => ((i * 3) % 4) - 1);
    const expected = Array.from({ length }, (_, k) => {
      let [re, im] = [0, 0];
      for (let n = 0; n < length; n += 1) {
        const turn = (-2 * Math.PI * k * n) / length;
        re += (real[n] ?? 0) * Math.cos(turn) - (imaginary[n] ?? 0) * Math.sin(turn);
        im += (real[n] ?? 0) * Math.sin(turn) + (imaginary[n] ?? 0) * Math.cos(turn);
      }
      return [re, im];
    });
    transform(real, imaginary);
    expected.forEach(([re, im], k) => {
      expect(real[k]).toBeCloseTo(re ?? 0, 9);
      expect(imaginary[k]).toBeCloseTo(im ?? 0, 9);
    });
  });
});

describe("spectrogram", () => {
  it("is brightest at the pitch that sounds, and there says how loud it is", () => {
    for (const pitch_hz of [62.5, 250, 500]) {
      const columns = spectrogram(tone(pitch_hz, 0.1, 16_000), RATE_HZ, 20, 1_000);
      const column = columns[10] ?? new Float32Array();
      const loudest = column.indexOf(Math.max(...column));
      expect((loudest * RATE_HZ) / WINDOW).toBeCloseTo(pitch_hz, 6);
      expect(column[loudest]).toBeCloseTo(-20, 1);
    }
  });

  it("tells one moment from the next", () => {
    const sound = new Float32Array(16_000);
    sound.set(tone(125, 0.5, 4_000), 8_000);
    const columns = spectrogram(sound, RATE_HZ, 16, 1_000);
    const loudness = columns.map((column) => column[16] ?? 0);
    expect(loudness[2]).toBeLessThan(-100);
    expect(loudness[10]).toBeGreaterThan(-10);
    expect(loudness[14]).toBeLessThan(-100);
  });

  it("goes no higher than asked", () => {
    const [column] = spectrogram(new Float32Array(10), RATE_HZ, 1, 1_000);
    expect(column?.length).toBe(WINDOW / 8 + 1);
  });
});

describe("outline", () => {
  it("keeps the lowest and highest of every part, a lone sample too", () => {
    const samples = new Float32Array(1_000);
    samples[499] = 0.75;
    samples[500] = -0.5;
    const parts = outline(samples, 2);
    expect(parts).toEqual([
      [0, 0.75],
      [-0.5, 0],
    ]);
  });

  it("draws fewer samples than columns as well", () => {
    expect(outline(Float32Array.from([0.5, -0.5]), 4)).toHaveLength(4);
  });
});
