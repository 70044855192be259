/** Consultations a GP keeps on purpose, sealed under a key that cannot leave the browser. */

import { decode, encode } from "cborg";
import { hex } from "../bytes.ts";
import { aesOpen, aesSeal, browserEntropy, joined, utf8 } from "../core/primitives.ts";
import type { Database } from "./database.ts";

const KEY_NAME = "history key";
/** What the list shows, apart from the rest, which may be large. */
const LINES = "history line/";
const WHOLES = "history/";
const NONCE_BYTES = 12; // SP 800-38D, 8.2.1
const ID_BYTES = 8;

/** What the list tells of a consultation. */
export interface HistoryLine {
  readonly id: string;
  readonly at_ms: number;
  readonly patient: string;
  readonly site: string;
}

/** A file as it came or left. */
export interface KeptFile {
  /** Within the export; names nobody. */
  readonly path: string;
  readonly data: Uint8Array;
}

/** A whole consultation, ready to be exported. */
export interface KeptConsultation {
  readonly at_ms: number;
  readonly patient: string;
  readonly site: string;
  readonly summary: string;
  readonly files: readonly KeptFile[];
}

export class History {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The newest first; what cannot be read any more is listed with its place alone. */
  async lines(): Promise<readonly HistoryLine[]> {
    const found = await Promise.all(
      (await this.#database.under(LINES)).map(async ({ name, value }) => {
        const line = await this.#opened<Omit<HistoryLine, "id">>(name, value);
        return line === null ? [] : [{ ...line, id: name.slice(LINES.length) }];
      }),
    );
    return found.flat().sort((left, right) => right.at_ms - left.at_ms);
  }

  /** Keep this one; false where the browser did not take it. */
  async keep({ at_ms, patient, site, ...rest }: KeptConsultation): Promise<boolean> {
    const id = hex(browserEntropy(ID_BYTES));
    try {
      await this.#put(WHOLES + id, { at_ms, patient, site, ...rest });
      await this.#put(LINES + id, { at_ms, patient, site });
      return true;
    } catch {
      await this.erase(id).catch(() => undefined); // a full disk: half of it is of no use
      return false;
    }
  }

  /** `null` where it is gone or its key is. */
  async open(id: string): Promise<KeptConsultation | null> {
    const name = WHOLES + id;
    return this.#opened<KeptConsultation>(name, await this.#database.get(name));
  }

  async erase(id: string): Promise<void> {
    await this.#database.delete(LINES + id);
    await this.#database.delete(WHOLES + id);
  }

  /** The key first: without it the rest is noise. */
  async eraseAll(): Promise<void> {
    await this.#database.delete(KEY_NAME);
    await this.#database.deleteUnder(LINES);
    await this.#database.deleteUnder(WHOLES);
  }

  async #put(name: string, value: unknown): Promise<void> {
    const nonce = browserEntropy(NONCE_BYTES);
    const sealed = await aesSeal(await this.#key(), nonce, joined(encode(value)), utf8(name));
    await this.#database.put(name, joined(nonce, sealed));
  }

  async #opened<T>(name: string, value: unknown): Promise<T | null> {
    const key = await this.#database.get(KEY_NAME);
    if (!(value instanceof Uint8Array) || !(key instanceof CryptoKey)) return null;
    const [nonce, sealed] = [value.slice(0, NONCE_BYTES), value.slice(NONCE_BYTES)];
    const opened = await aesOpen(key, joined(nonce), joined(sealed), utf8(name));
    return opened === null ? null : (decode(opened) as T);
  }

  async #key(): Promise<CryptoKey> {
    const known = await this.#database.get(KEY_NAME);
    if (known instanceof CryptoKey) return known;
    const algorithm = { name: "AES-GCM", length: 256 };
    const made = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
    await this.#database.put(KEY_NAME, made);
    return made;
  }
}
