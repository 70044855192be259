/** Reads what the test vectors write in hexadecimal. */

export function unhex(text: string): Uint8Array<ArrayBuffer> {
  const pairs = text.match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

/** Bytes that differ by name and stay the same from run to run. */
export function scripted(...draws: readonly Uint8Array[]): (size: number) => Uint8Array<ArrayBuffer> {
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
