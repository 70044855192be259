/** Who an end is: an Ed25519 key, and the mailbox address that is its hash. */

import { type Bytes, joined, purpose, sha256 } from "./primitives.ts";

export const PUBLIC_SIZE = 32;
export const SIGNATURE_SIZE = 64;
export const ADDRESS_SIZE = 32;

/** RFC 8410, 7: what stands before a seed in PKCS #8. */
const PKCS8_HEAD = new Uint8Array([48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32]);

/** One end's signing key; its private half never leaves the browser. */
export class Identity {
  /** 32 bytes. */
  readonly public: Bytes;
  /** 32 bytes; see `addressOf`. */
  readonly address: Bytes;
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey, publicBytes: Bytes, address: Bytes) {
    this.#key = key;
    this.public = publicBytes;
    this.address = address;
  }

  /** A new key pair; keep it as it is (IndexedDB stores it) and give it to `of` the next time. */
  static async made(): Promise<CryptoKeyPair> {
    return (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
  }

  /** The identity of this key pair. */
  static async of(pair: CryptoKeyPair): Promise<Identity> {
    const publicBytes = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    return new Identity(pair.privateKey, publicBytes, await addressOf(publicBytes));
  }

  /** The identity of this seed (RFC 8032, 5.1.5) and public key, where both are known already. */
  static async fromSeed(seed: Uint8Array, publicBytes: Uint8Array): Promise<Identity> {
    const pkcs8 = joined(PKCS8_HEAD, seed);
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
    return new Identity(key, joined(publicBytes), await addressOf(publicBytes));
  }

  /** 64 bytes over the data, good for this label only; the prefix is added here. */
  async sign(label: string, data: Uint8Array): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign("Ed25519", this.#key, signed(label, data)));
  }
}

/** Whether the owner of the public key signed the data for this label. */
export async function isSignedBy(
  publicBytes: Uint8Array,
  label: string,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  try {
    const raw = joined(publicBytes);
    const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, joined(signature), signed(label, data));
  } catch {
    return false; // not a public key
  }
}

/** The mailbox address of the owner of this key: its SHA-256. */
export function addressOf(publicBytes: Uint8Array): Promise<Bytes> {
  return sha256(publicBytes);
}

function signed(label: string, data: Uint8Array): Bytes {
  return joined(purpose(label), new Uint8Array(1), data);
}
