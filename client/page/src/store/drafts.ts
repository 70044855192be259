/** The summary's draft, encrypted under a key that cannot leave the browser. */

import { areEqual } from "../bytes.ts";
import type { DraftOwner, Drafts } from "../session/ports.ts";
import type { Database } from "./database.ts";

const KEY_NAME = "draft key";
const DRAFT_NAME = "draft";
const NONCE_BYTES = 12; // SP 800-38D, 8.2.1

interface Draft {
  /** Which invitation it belongs to, as a hash. */
  readonly owner: Uint8Array;
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

export class EncryptedDrafts implements Drafts {
  readonly #database: Database;
  /** Writes follow each other; the newest is what stays. */
  #writing: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  async load(owner: DraftOwner): Promise<string> {
    const draft = (await this.#database.get(DRAFT_NAME)) as Draft | undefined;
    if (draft === undefined) return "";
    const isOurs = areEqual(draft.owner, await ownerOf(owner));
    if (!isOurs) {
      this.erase(); // another patient's: it must never turn up in this consultation
      return "";
    }
    const key = await this.#key();
    const text = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: draft.nonce, additionalData: Uint8Array.from(draft.owner) },
      key,
      draft.sealed,
    );
    return new TextDecoder().decode(text);
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
      await this.#database.put(DRAFT_NAME, { owner: hash, nonce, sealed } satisfies Draft);
    });
  }

  erase(): void {
    this.#inOrder(() => this.#database.delete(DRAFT_NAME));
  }

  /** Everything asked for so far is on disk. */
  get settled(): Promise<void> {
    return this.#writing;
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
