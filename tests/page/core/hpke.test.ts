/** The library's HPKE against published vectors, so that ours need not be believed. */

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { KeyPair, seal } from "@page/core/kem.ts";
import { BadLetterError } from "@page/core/knock.ts";
import vectors from "../../vectors/hpke.json";
import { flipped, unhex } from "./vectors.ts";

const [X_WING, X25519] = [0x647a, 0x20];

test("a published message over X25519 is opened", async () => {
  const known = vectors.cases.find(({ kem_id }) => kem_id === X25519);
  if (known === undefined) throw new Error("the vector is missing");
  const kem = new DhkemX25519HkdfSha256();
  const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const recipientKey = await kem.importKey("raw", unhex(known.private).buffer, false);
  const parameters = { recipientKey, enc: unhex(known.enc).buffer, info: unhex(known.info).buffer };
  const aad = unhex(known.aad).buffer;
  const plaintext = await suite.open(parameters, unhex(known.ciphertext).buffer, aad);
  expect(hex(new Uint8Array(plaintext))).toBe(known.plaintext);
});

test("a seed gives the published X-Wing key", async () => {
  const known = vectors.cases.find(({ kem_id }) => kem_id === X_WING);
  if (known === undefined) throw new Error("the vector is missing");
  expect(hex((await KeyPair.fromSeed(unhex(known.private))).public)).toBe(known.public);
});

test("a published X-Wing encapsulation gives the published secret", async () => {
  const known = vectors.cases.find(({ kem_id }) => kem_id === X_WING);
  if (known?.shared_secret === undefined) throw new Error("the vector is missing");
  const kem = new XWing();
  const recipientKey = await kem.deserializePrivateKey(unhex(known.private).buffer);
  const secret = await kem.decap({ recipientKey, enc: unhex(known.enc).buffer });
  expect(hex(new Uint8Array(secret))).toBe(known.shared_secret);
});

test("what is sealed opens in its context only", async () => {
  const pair = await KeyPair.fromSeed(new Uint8Array(32));
  const other = await KeyPair.fromSeed(new Uint8Array(32).fill(1));
  const sealed = await seal(pair.public, unhex("0102"), unhex("aa"));
  expect(hex(await pair.open(sealed, unhex("aa")))).toBe("0102");
  await expect(pair.open(sealed, unhex("ab"))).rejects.toThrow(BadLetterError);
  await expect(other.open(sealed, unhex("aa"))).rejects.toThrow(BadLetterError);
  await expect(pair.open(flipped(sealed, 8_000), unhex("aa"))).rejects.toThrow(BadLetterError);
  await expect(pair.open(unhex(""), unhex("aa"))).rejects.toThrow(BadLetterError);
});

test.each([0, 1_215, 1_217])("%i bytes are no key", async (size) => {
  const sealed = seal(new Uint8Array(size), unhex("00"), unhex("00"));
  await expect(sealed).rejects.toThrow(BadLetterError);
});
