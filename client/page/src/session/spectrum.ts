/** What a sound looks like: its outline and its spectrogram. Pure arithmetic. */

/** Lowest and highest sample of each of `columns` equal parts. */
export function outline(samples: Float32Array, columns: number): [number, number][] {
  return Array.from({ length: columns }, (_, column) => {
    const start = Math.floor((column * samples.length) / columns);
    const end = Math.max(start + 1, Math.floor(((column + 1) * samples.length) / columns));
    let [low, high] = [0, 0];
    for (const sample of samples.subarray(start, end)) {
      if (sample < low) low = sample;
      if (sample > high) high = sample;
    }
    return [low, high];
  });
}

/** Samples of one window; a power of two. At 8 kHz 128 ms: heart sounds apart, 8 Hz fine. */
export const WINDOW = 1_024;

/**
 * Power in dB (of a full-scale tone's), a row for each of `columns` moments, from 0 Hz up to
 * `highest_hz`, in steps of `rate_hz / WINDOW`.
 */
export function spectrogram(
  samples: Float32Array,
  rate_hz: number,
  columns: number,
  highest_hz: number,
): Float32Array[] {
  const bins = Math.min(WINDOW / 2, Math.ceil((highest_hz * WINDOW) / rate_hz) + 1);
  const window = hann(WINDOW);
  const [real, imaginary] = [new Float64Array(WINDOW), new Float64Array(WINDOW)];
  return Array.from({ length: columns }, (_, column) => {
    const middle = ((column + 0.5) * samples.length) / columns;
    const start = Math.round(middle - WINDOW / 2);
    for (let i = 0; i < WINDOW; i += 1) real[i] = (samples[start + i] ?? 0) * (window[i] ?? 0);
    imaginary.fill(0);
    transform(real, imaginary);
    return Float32Array.from({ length: bins }, (_unused, bin) => {
      const power = (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2;
      return 10 * Math.log10(power / (WINDOW / 4) ** 2 + 1e-12);
    });
  });
}

/** Fourier transform in place, of a length that is a power of two (Cooley and Tukey). */
export function transform(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length;
  reorder(real, imaginary);
  for (let size = 2; size <= length; size *= 2) {
    const step = (-2 * Math.PI) / size;
    for (let first = 0; first < length; first += size) {
      for (let k = 0; k < size / 2; k += 1) {
        const [even, odd] = [first + k, first + k + size / 2];
        const [cos, sin] = [Math.cos(step * k), Math.sin(step * k)];
        const [a, b] = [real[odd] ?? 0, imaginary[odd] ?? 0];
        const [turned, turnedToo] = [a * cos - b * sin, a * sin + b * cos];
        const [c, d] = [real[even] ?? 0, imaginary[even] ?? 0];
        real[even] = c + turned;
        imaginary[even] = d + turnedToo;
        real[odd] = c - turned;
        imaginary[odd] = d - turnedToo;
      }
    }
  }
}

function reorder(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length;
  let mirrored = 0;
  for (let place = 1; place < length; place += 1) {
    let bit = length >> 1;
    for (; (mirrored & bit) !== 0; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (place >= mirrored) continue;
    for (const part of [real, imaginary]) {
      const kept = part[place] ?? 0;
      part[place] = part[mirrored] ?? 0;
      part[mirrored] = kept;
    }
  }
}

function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}
