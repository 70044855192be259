/** A made-up recording of a chest, as a file that every browser reads. */

import type { SoundView } from "../src/session/sound_views.ts";

const RATE_HZ = 4_000;
const LENGTH_S = 4;
const HEADER_BYTES = 44;
const SHA256_HEX = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

/** Two thuds a beat, 75 a minute. */
function samples(): Int16Array {
  return Int16Array.from({ length: RATE_HZ * LENGTH_S }, (_, n) => {
    const [time_s, beat_s] = [n / RATE_HZ, (n / RATE_HZ) % 0.8];
    const thud = (at_s: number, pitch_hz: number) =>
      Math.exp(-(((beat_s - at_s) / 0.03) ** 2)) * Math.sin(2 * Math.PI * pitch_hz * time_s);
    return 9_000 * (thud(0.1, 55) + 0.7 * thud(0.42, 80));
  });
}

function wav(): Blob {
  const data = samples();
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const word = (place: number, text: string) => {
    for (const [n, letter] of [...text].entries()) header.setUint8(place + n, letter.charCodeAt(0));
  };
  word(0, "RIFF");
  header.setUint32(4, HEADER_BYTES - 8 + data.byteLength, true);
  word(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, RATE_HZ, true);
  header.setUint32(28, 2 * RATE_HZ, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  word(36, "data");
  header.setUint32(40, data.byteLength, true);
  return new Blob([header, data.buffer as ArrayBuffer], { type: "audio/wav" });
}

/** One complete, one on its way. */
export function recordings(now_ms: number, inFrench: boolean): SoundView[] {
  const file = wav();
  const [first, second] = inFrench ? ["Foyer aortique", "Base droite"] : ["Aortic area", "Right base"];
  const told = { size: file.size, taken_ms: now_ms - 60_000, sha256_hex: SHA256_HEX, isOriginal: false };
  return [
    { ...told, id: 11, label: first ?? "", state: "complete", held: file.size, file },
    { ...told, id: 12, label: second ?? "", state: "coming", held: file.size / 3, file: null },
  ];
}
