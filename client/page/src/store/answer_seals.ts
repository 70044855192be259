/**
 * The secrets of answers that no site has taken up yet, each sealed under a key of its own that
 * cannot leave the browser: once that is erased, what a disk still holds of them stays closed.
 */

import { decode, encode } from "cborg";
import { hex } from "../bytes.ts";
import { aesOpen, aesSeal, type Bytes, browserEntropy, joined } from "../core/primitives.ts";
import type { ReplyParts } from "../core/reply.ts";
import type { Database } from "./database.ts";

const KEYS = "answer key/";
const NONCE_BYTES = 12; // SP 800-38D, 8.2.1

export class AnswerSeals {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The reply of the answer with this id; the key is on disk. */
  async seal(id: Bytes, reply: ReplyParts): Promise<Bytes> {
    const algorithm = { name: "AES-GCM", length: 256 };
    const key = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
    await this.#database.put(KEYS + hex(id), key);
    const nonce = browserEntropy(NONCE_BYTES);
    return joined(nonce, await aesSeal(key, nonce, joined(encode(reply)), id));
  }

  /** `null` where the key is gone. */
  async open(id: Bytes, sealed: Bytes): Promise<ReplyParts | null> {
    const key = await this.#database.get(KEYS + hex(id));
    if (!(key instanceof CryptoKey)) return null;
    const [nonce, rest] = [sealed.slice(0, NONCE_BYTES), sealed.slice(NONCE_BYTES)];
    const opened = await aesOpen(key, joined(nonce), joined(rest), joined(id));
    return opened === null ? null : (decode(opened) as ReplyParts);
  }

  async erase(ids: readonly Bytes[]): Promise<void> {
    for (const id of ids) await this.#database.delete(KEYS + hex(id));
  }
}
