/** HPKE single shot over X-Wing (RFC 9180; draft-connolly-cfrg-xwing-kem), from explicit seeds. */

import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { BadLetterError } from "./knock.ts";
import { type Bytes, joined } from "./primitives.ts";

export const SEED_SIZE = 32;
/** Bytes: ML-KEM-768 1184, then X25519 32. */
export const PUBLIC_SIZE = 1_216;
const ENCAPSULATED_SIZE = 1_120;

const SUITE = new CipherSuite({
  kem: new XWing(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** A key to which the peer seals one message. WebCrypto has no X-Wing: it lives in memory. */
export class KeyPair {
  /** 1216 bytes. */
  readonly public: Bytes;
  readonly #private: CryptoKey;

  private constructor(privateKey: CryptoKey, publicBytes: Bytes) {
    this.#private = privateKey;
    this.public = publicBytes;
  }

  static async fromSeed(seed: Uint8Array): Promise<KeyPair> {
    const pair = await new XWing().generateKeyPairDerand(joined(seed));
    const publicBytes = new Uint8Array(await SUITE.kem.serializePublicKey(pair.publicKey));
    return new KeyPair(pair.privateKey, publicBytes);
  }

  /** What was sealed to this key in this context; `BadLetterError` if nothing was. */
  async open(sealed: Bytes, info: Bytes): Promise<Bytes> {
    const enc = sealed.slice(0, ENCAPSULATED_SIZE);
    const ciphertext = sealed.slice(ENCAPSULATED_SIZE);
    try {
      const parameters = { recipientKey: this.#private, enc: enc.buffer, info: info.buffer };
      return new Uint8Array(await SUITE.open(parameters, ciphertext.buffer));
    } catch (error) {
      throw new BadLetterError("not sealed to this key", { cause: error });
    }
  }
}

/** The plaintext for the owner of `publicBytes` alone; `BadLetterError` if that is no key. */
export async function seal(
  publicBytes: Uint8Array,
  plaintext: Bytes,
  info: Bytes,
): Promise<Bytes> {
  try {
    const recipientPublicKey = await SUITE.kem.deserializePublicKey(joined(publicBytes).buffer);
    const parameters = { recipientPublicKey, info: info.buffer };
    const { enc, ct } = await SUITE.seal(parameters, plaintext.buffer);
    return joined(new Uint8Array(enc), new Uint8Array(ct));
  } catch (error) {
    throw new BadLetterError("not a public key", { cause: error });
  }
}
