/** Drafts of summaries, one a consultation, encrypted under a key that cannot leave the browser. */

import { hex } from "../bytes.ts";
import { aesOpen, joined } from "../core/primitives.ts";
import type { DraftOwner, Drafts } from "../session/ports.ts";
import type { Database } from "./database.ts";

const KEY_NAME = "draft key";
const PREFIX = "draft/";
/** Names of all drafts that are kept, and since when. */
const INDEX_NAME = "drafts";
const NONCE_BYTES = 12; // SP 800-38D, 8.2.1
/** chosen: no consultation lasts so long; what a crash left behind goes then. */
export const DRAFT_LASTS_MS = 2 * 86_400_000;

interface Draft {
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

export class EncryptedDrafts implements Drafts {
  readonly #database: Database;
  readonly #clock_ms: () => number;
  /** Writes follow each other; the newest is what stays. */
  #writing: Promise<void> = Promise.resolve();

  constructor(database: Database, clock_ms: () => number) {
    this.#database = database;
    this.#clock_ms = clock_ms;
  }

  /** Empty where there is none, or none that can be read. */
  async load(owner: DraftOwner): Promise<string> {
    await this.#writing;
    const hash = await ownerOf(owner);
    const draft = (await this.#database.get(PREFIX + hex(hash))) as Draft | undefined;
    if (draft === undefined) return "";
    const sealed = new Uint8Array(draft.sealed);
    const text = await aesOpen(await this.#key(), draft.nonce, joined(sealed), hash);
    return text === null ? "" : new TextDecoder().decode(text); // of a key that is gone
  }

  keep(owner: DraftOwner, text: string): void {
    this.#inOrder(async () => {
      const hash = await ownerOf(owner);
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv: nonce, additionalData: hash },
        await this.#key(),
        new TextEncoder().encode(text),
      );
      const name = PREFIX + hex(hash);
      await this.#index((known) => known.set(name, this.#clock_ms()));
      await this.#database.put(name, { nonce, sealed } satisfies Draft);
    });
  }

  erase(owner: DraftOwner): void {
    this.#inOrder(async () => this.#delete(PREFIX + hex(await ownerOf(owner))));
  }

  tidy(alive: readonly DraftOwner[]): void {
    this.#inOrder(() => this.#eraseOld(alive));
  }

  /** Everything asked for so far is on disk. */
  get settled(): Promise<void> {
    return this.#writing;
  }

  async #eraseOld(alive: readonly DraftOwner[]): Promise<void> {
    await this.#database.delete("draft"); // of a page that kept a single one
    const hashes = await Promise.all(alive.map(ownerOf));
    const spared = new Set(hashes.map((hash) => PREFIX + hex(hash)));
    const oldest_ms = this.#clock_ms() - DRAFT_LASTS_MS;
    const known = await this.#known();
    for (const [name, kept_ms] of known) {
      if (kept_ms < oldest_ms && !spared.has(name)) await this.#delete(name);
    }
  }

  async #delete(name: string): Promise<void> {
    await this.#database.delete(name);
    await this.#index((known) => known.delete(name));
  }

  async #index(change: (known: Map<string, number>) => void): Promise<void> {
    const known = await this.#known();
    change(known);
    await this.#database.put(INDEX_NAME, known);
  }

  async #known(): Promise<Map<string, number>> {
    const found = await this.#database.get(INDEX_NAME);
    return found instanceof Map ? (found as Map<string, number>) : new Map();
  }

  #inOrder(act: () => Promise<void>): void {
    // One write that fails, as on a full disk, must not hold up the next, the erasing least of all.
    this.#writing = this.#writing.then(act).catch(() => undefined);
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

async function ownerOf(owner: DraftOwner): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(owner.secret)));
}
