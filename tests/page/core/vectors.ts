/** Reads what the test vectors write in hexadecimal. */

import type { Entropy } from "@page/core/primitives.ts";

export function unhex(text: string): Uint8Array<ArrayBuffer> {
  const pairs = text.match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

/** Entropy that gives exactly these bytes, one after the other. */
export function scripted(...draws: readonly Uint8Array[]): Entropy {
  const left = [...draws];
  return (size) => {
    const next = left.shift();
    if (next?.length !== size) throw new Error(`no draw of ${size} bytes is scripted here`);
    return Uint8Array.from(next);
  };
}

/** The same bytes with one bit changed. */
export function flipped(data: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const changed = Uint8Array.from(data);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
