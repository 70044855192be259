/** The GP's own attestation: sealed under a key that cannot leave the browser, until it expires. */

import { aesOpen, aesSeal, type Bytes, browserEntropy, purpose } from "../core/primitives.ts";
import type { AttestationStore } from "../session/profession.ts";
import type { Database } from "./database.ts";

const NAME = "attestation";
const KEY_NAME = "attestation key";
const NONCE_BYTES = 12; // SP 800-38D, 8.2.1

interface Kept {
  readonly nonce: Bytes;
  readonly sealed: Bytes;
}

export class EncryptedAttestation implements AttestationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async load(): Promise<Bytes | null> {
    const kept = (await this.#database.get(NAME)) as Kept | undefined;
    const key = await this.#database.get(KEY_NAME);
    if (kept === undefined || !(key instanceof CryptoKey)) return null;
    return aesOpen(key, kept.nonce, kept.sealed, purpose(NAME));
  }

  /** Under a key of its own, which goes with it. */
  async keep(attestation: Bytes): Promise<void> {
    const algorithm = { name: "AES-GCM", length: 256 };
    const key = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
    const nonce = browserEntropy(NONCE_BYTES);
    const sealed = await aesSeal(key, nonce, attestation, purpose(NAME));
    await this.#database.put(KEY_NAME, key);
    await this.#database.put(NAME, { nonce, sealed } satisfies Kept);
  }

  async erase(): Promise<void> {
    await this.#database.delete(KEY_NAME);
    await this.#database.delete(NAME);
  }
}
