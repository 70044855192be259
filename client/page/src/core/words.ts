/** The words two people read to each other to be sure that nobody sits between them. */

import list from "../../../core/words.json";

/** 256 words; see `client/core/words.py`. */
export const WORDS: readonly string[] = list;

/** One word per byte. */
export function wordsOf(secret: Uint8Array): readonly string[] {
  return Array.from(secret, (byte) => WORDS[byte] ?? "");
}
