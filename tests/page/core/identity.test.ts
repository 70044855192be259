import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { addressOf, Identity, isSignedBy } from "@page/core/identity.ts";
import vectors from "../../vectors/identity.json";
import { flipped, unhex } from "./vectors.ts";

test.each(vectors.cases)("the key of $public signs as in the vectors", async (known) => {
  const identity = await Identity.fromSeed(unhex(known.seed), unhex(known.public));
  const data = unhex(known.data);
  expect(hex(identity.address)).toBe(known.address);
  expect(hex(await addressOf(identity.public))).toBe(known.address);
  expect(hex(await identity.sign(known.label, data))).toBe(known.signature);
  expect(await isSignedBy(identity.public, known.label, unhex(known.signature), data)).toBe(true);
});

test("a signature serves one purpose, one key and one text only", async () => {
  const identity = await Identity.of(await Identity.made());
  const data = unhex("00ff");
  const signature = await identity.sign("m1", data);
  expect(await isSignedBy(identity.public, "m1", signature, data)).toBe(true);
  expect(await isSignedBy(identity.public, "m2", signature, data)).toBe(false);
  expect(await isSignedBy(identity.public, "m1", signature, unhex("00"))).toBe(false);
  expect(await isSignedBy(identity.public, "m1", flipped(signature, 77), data)).toBe(false);
  expect(await isSignedBy(flipped(identity.public, 9), "m1", signature, data)).toBe(false);
  expect(await isSignedBy(unhex("00"), "m1", signature, data)).toBe(false);
});

test("a key that was made cannot be taken out of the browser", async () => {
  const { privateKey } = await Identity.made();
  await expect(crypto.subtle.exportKey("pkcs8", privateKey)).rejects.toThrow();
});
