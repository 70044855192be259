import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { Identity } from "@page/core/identity.ts";
import { LASTS_S, loginNonce, mayBeShown, readAttestation, signRequest } from "@page/core/profession.ts";
import vectors from "../../vectors/profession.json";
import { unhex } from "./vectors.ts";

const broker = unhex(vectors.broker);
const now_ms = vectors.issued_s * 1_000;

async function given() {
  const found = await readAttestation(unhex(vectors.attestation));
  if (found === null) throw new Error("refused");
  return found;
}

test("a broker's word is read as it was given", async () => {
  const found = await given();
  expect(found.who).toEqual(vectors.who);
  expect([found.issued_s, found.expires_s]).toEqual([vectors.issued_s, vectors.expires_s]);
  expect(hex(found.nonce)).toBe(vectors.nonce);
  expect(hex(found.broker)).toBe(vectors.broker);
});

test.each(Object.entries(vectors.bad))("no word of a broker: %s", async (_, data) => {
  expect(await readAttestation(unhex(data))).toBeNull();
});

test("it holds for one key, one broker and a time", async () => {
  const found = await given();
  expect(mayBeShown(found, found.holder, [broker], now_ms)).toBe(true);
  expect(mayBeShown(found, broker, [broker], now_ms)).toBe(false);
  expect(mayBeShown(found, found.holder, [found.holder], now_ms)).toBe(false);
  expect(mayBeShown(found, found.holder, [], now_ms)).toBe(false);
  expect(mayBeShown(found, found.holder, [broker], now_ms + LASTS_S * 1_000)).toBe(false);
  expect(mayBeShown(found, found.holder, [broker], now_ms - 3_600_000)).toBe(false);
  const lent = { ...found, issued_s: found.issued_s - LASTS_S };
  expect(mayBeShown(lent, found.holder, [broker], now_ms)).toBe(false);
});

test("the page asks as the broker expects", async () => {
  const { holder } = await given();
  const identity = await Identity.fromSeed(unhex(vectors.holder_seed), holder);
  const nonce = unhex(vectors.nonce);
  expect(await loginNonce(holder, nonce)).toBe(vectors.login_nonce);
  expect(hex(await signRequest(identity, broker, nonce))).toBe(vectors.request_signature);
});
