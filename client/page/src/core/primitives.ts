/** The standard parts everything here is composed of; all from the browser's own WebCrypto. */

/** Bytes as WebCrypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** That many bytes nobody can guess. */
export type Entropy = (size: number) => Bytes;

/** The browser's own. */
export const browserEntropy: Entropy = (size) => crypto.getRandomValues(new Uint8Array(size));

/** The parts, one behind the other. */
export function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A text's UTF-8 bytes. */
export function utf8(text: string): Bytes {
  return joined(new TextEncoder().encode(text));
}

/** The label as it enters hashes, keys and signatures: `chevet/1 <label>`. */
export function purpose(label: string): Bytes {
  return utf8(`chevet/1 ${label}`);
}

export async function sha256(...parts: readonly Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

/** RFC 5869 with SHA-256. */
export async function hkdf(
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  size: number,
): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", joined(secret), "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: joined(salt), info: joined(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, size * 8));
}

/** An AES-256-GCM key that cannot be read back. */
export function aesKey(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", joined(key), "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Ciphertext and tag. */
export async function aesSeal(
  key: CryptoKey,
  nonce: Bytes,
  plaintext: Bytes,
  context: Bytes,
): Promise<Bytes> {
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: context };
  return new Uint8Array(await crypto.subtle.encrypt(parameters, key, plaintext));
}

/** The plaintext; `null` unless exactly this was sealed. */
export async function aesOpen(
  key: CryptoKey,
  nonce: Bytes,
  sealed: Bytes,
  context: Bytes,
): Promise<Bytes | null> {
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: context };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed));
  } catch {
    return null; // WebCrypto does not tell why
  }
}
