/** A file in the order in which its pieces come: no more memory is taken than what is here needs. */

import type { Bytes } from "../core/primitives.ts";
import { Ranges } from "../core/ranges.ts";

/** Memory is taken in blocks of so many bytes; chosen: about a piece, little for a crumb. */
export const BLOCK_BYTES = 1_024;

export class Assembly {
  readonly parts = new Ranges();
  /** By their place in the file. */
  readonly #blocks = new Map<number, Bytes>();

  /** Bytes of memory taken so far. */
  get taken(): number {
    return this.#blocks.size * BLOCK_BYTES;
  }

  put(offset: number, data: Uint8Array): void {
    for (let at = 0; at < data.length; ) {
      const [place, start] = [Math.floor((offset + at) / BLOCK_BYTES), (offset + at) % BLOCK_BYTES];
      const part = data.subarray(at, at + BLOCK_BYTES - start);
      this.#block(place).set(part, start);
      at += part.length;
    }
    this.parts.add(offset, offset + data.length);
  }

  /** The first so many bytes in one, all of which are here; the blocks are let go. */
  joined(size: number): Bytes {
    const whole = new Uint8Array(size);
    for (const [place, block] of this.#blocks) {
      const start = place * BLOCK_BYTES;
      whole.set(block.subarray(0, size - start), start);
    }
    this.#blocks.clear();
    return whole;
  }

  #block(place: number): Bytes {
    const known = this.#blocks.get(place);
    if (known !== undefined) return known;
    const made = new Uint8Array(BLOCK_BYTES);
    this.#blocks.set(place, made);
    return made;
  }
}
