/**
 * The diaries of consultations under way, sealed under keys that cannot leave the browser.
 *
 * Each consultation has a key of its own and is erased with it. What is written in one turn of the
 * event loop is sealed together; records are numbered and bound to their place.
 */

import { decode, encode } from "cborg";
import { aesOpen, aesSeal, browserEntropy, joined, utf8 } from "../core/primitives.ts";
import type { Diary, Entry } from "../session/resumption.ts";
import type { Database } from "./database.ts";

const KEYS = "journal key/";
const RECORDS = "journal/";
const NONCE_BYTES = 12; // SP 800-38D, 8.2.1
/** Digits of a record's number: names sort as numbers do. */
const DIGITS = 9;

/** One consultation's. */
export class Journal implements Diary {
  readonly #database: Database;
  readonly #id: string;
  readonly #key: Promise<CryptoKey>;
  #next: number;
  #waiting: Entry[] = [];
  /** Writes follow each other. */
  #writing: Promise<void> = Promise.resolve();
  #isOver = false;

  private constructor(database: Database, id: string, key: Promise<CryptoKey>, next: number) {
    this.#database = database;
    this.#id = id;
    this.#key = key;
    this.#next = next;
  }

  /** A new one; `id` is no secret and names no patient. */
  static begun(database: Database, id: string): Journal {
    return new Journal(database, id, madeKey(database, id), 0);
  }

  /** Those that earlier processes of this page left; what cannot be read is erased. */
  static async left(database: Database): Promise<{ journal: Journal; entries: Entry[] }[]> {
    const found = [];
    for (const { name, value } of await database.under(KEYS)) {
      const id = name.slice(KEYS.length);
      const entries = value instanceof CryptoKey ? await read(database, id, value) : null;
      if (entries === null) await erased(database, id);
      else {
        const key = Promise.resolve(value as CryptoKey);
        found.push({ journal: new Journal(database, id, key, entries.records), ...entries });
      }
    }
    return found;
  }

  add(entry: Entry): void {
    if (this.#isOver) return;
    this.#waiting.push(entry);
    if (this.#waiting.length === 1) this.#writing = this.#writing.then(() => this.#write());
  }

  get settled(): Promise<void> {
    return this.#writing;
  }

  erase(): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#writing = this.#writing
      .then(() => erased(this.#database, this.#id))
      .catch(() => undefined); // a database that takes nothing gives nothing back either
  }

  async #write(): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    if (this.#isOver || entries.length === 0) return;
    try {
      const place = placeOf(this.#id, this.#next);
      this.#next += 1;
      const nonce = browserEntropy(NONCE_BYTES);
      const key = await this.#key;
      const sealed = await aesSeal(key, nonce, joined(encode(entries)), utf8(place));
      await this.#database.put(place, joined(nonce, sealed));
    } catch {
      this.erase(); // a full disk: going on from half a diary would be worse than from none
    }
  }
}

/** What this consultation's records hold; `null` if one is missing, damaged or of another place. */
async function read(
  database: Database,
  id: string,
  key: CryptoKey,
): Promise<{ entries: Entry[]; records: number } | null> {
  const records = await database.under(`${RECORDS}${id}/`);
  const batches = await Promise.all(
    records.map(async ({ name, value }, at) => {
      if (!(value instanceof Uint8Array) || name !== placeOf(id, at)) return null;
      const [nonce, sealed] = [value.slice(0, NONCE_BYTES), value.slice(NONCE_BYTES)];
      const opened = await aesOpen(key, joined(nonce), joined(sealed), utf8(name));
      return opened === null ? null : (decode(opened) as Entry[]);
    }),
  );
  if (batches.includes(null)) return null;
  return { entries: batches.flatMap((batch) => batch ?? []), records: records.length };
}

function placeOf(id: string, number: number): string {
  return `${RECORDS}${id}/${String(number).padStart(DIGITS, "0")}`;
}

async function madeKey(database: Database, id: string): Promise<CryptoKey> {
  const algorithm = { name: "AES-GCM", length: 256 };
  const made = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
  await database.put(`${KEYS}${id}`, made);
  return made;
}

/** The key first: without it the rest is noise. */
async function erased(database: Database, id: string): Promise<void> {
  await database.delete(`${KEYS}${id}`);
  await database.deleteUnder(`${RECORDS}${id}/`);
}
