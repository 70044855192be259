import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { open, type SealedCodec, seal } from "@page/core/encrypted_frames.ts";
import { FrameRatchet } from "@page/core/frame_keys.ts";
import type { Bytes } from "@page/core/primitives.ts";
import {
  BEHIND,
  decrypt,
  encrypt,
  FrameOpener,
  FrameSealer,
  frameKey,
  header,
  OVERHEAD_BYTES,
} from "@page/core/sframe.ts";
import vectors from "../../vectors/sframe.json";
import rfc from "../../vectors/sframe_rfc9605.json";
import { unhex } from "./vectors.ts";

const SESSION = {
  siteKey: unhex(vectors.keys.site_key),
  gpKey: unhex(vectors.keys.gp_key),
  siteIv: new Uint8Array(12),
  gpIv: new Uint8Array(12),
  tag: new Uint8Array(8),
};
const CERTIFICATES = { site: unhex(vectors.site_fingerprint), gp: unhex(vectors.gp_fingerprint) };

async function stream(base: Bytes = new Uint8Array(64)) {
  const key = await frameKey(base, 1);
  return { sealer: new FrameSealer(key), opener: new FrameOpener(key) };
}

/** Sealed frames that carry their own number. */
async function numbered(sealer: FrameSealer, count: number): Promise<Bytes[]> {
  const sealed: Bytes[] = [];
  for (let number = 0; number < count; number += 1) {
    const frame = await sealer.seal(new Uint8Array([number & 0xff, number >> 8]));
    if (frame !== null) sealed.push(frame);
  }
  return sealed;
}

test("headers are those of the RFC", () => {
  const exact = rfc.header.filter(({ kid, ctr }) => Math.max(kid, ctr) <= Number.MAX_SAFE_INTEGER);
  expect(exact.length).toBeGreaterThan(150);
  for (const { kid, ctr, encoded } of exact) expect(hex(header(kid, ctr))).toBe(encoded);
});

test("a frame is sealed as in the RFC", async () => {
  for (const { base_key, kid, ctr, metadata, pt, ct, sframe_salt } of rfc.sframe) {
    const key = await frameKey(unhex(base_key), kid);
    expect(hex(key.salt)).toBe(sframe_salt);
    const sealed = await encrypt(key, ctr, unhex(pt), unhex(metadata));
    expect(hex(header(kid, ctr)) + hex(sealed)).toBe(ct);
    expect(hex((await decrypt(key, ctr, sealed, unhex(metadata))) ?? new Uint8Array())).toBe(pt);
    expect(await decrypt(key, ctr + 1, sealed, unhex(metadata))).toBeNull();
  }
});

test.each(vectors.streams)("frames of $codec are sealed and opened as by Python", async (one) => {
  const keys = await new FrameRatchet(SESSION).keys(vectors.attempt, CERTIFICATES);
  const [voice, picture] =
    one.sender === "gp" ? [keys.voiceOut, keys.pictureOut] : [keys.voiceIn, keys.pictureIn];
  const key = one.medium === "voice" ? voice : picture;
  const [sealer, opener] = [new FrameSealer(key), new FrameOpener(key)];
  const codec = one.codec as SealedCodec;
  for (const { frame, sealed, opened } of one.frames) {
    expect(hex((await seal(codec, unhex(frame), sealer)) ?? new Uint8Array())).toBe(sealed);
    expect(hex((await open(codec, unhex(sealed), opener)) ?? new Uint8Array())).toBe(opened);
  }
});

test.each(vectors.streams)("no byte of $codec may change, in clear or not", async (one) => {
  const codec = one.codec as SealedCodec;
  const { sealer } = await stream();
  const sealed = await seal(codec, unhex(one.frames[0]?.frame ?? ""), sealer);
  if (sealed === null) throw new Error("not sealed");
  for (let place = 0; place < sealed.length; place += 1) {
    const altered = sealed.slice();
    altered[place] = (altered[place] ?? 0) ^ 0x01;
    const { opener } = await stream();
    expect(await open(codec, altered, opener)).toBeNull();
    expect(opener.forged).toBe(1);
  }
});

test("any attempt has its keys, whatever was asked before", async () => {
  const frame = new Uint8Array(32);
  const mark = async (ratchet: FrameRatchet, attempt: number) => {
    const { voiceOut } = await ratchet.keys(attempt, CERTIFICATES);
    return hex(await encrypt(voiceOut, 0, frame, frame));
  };
  const ratchet = new FrameRatchet(SESSION);
  const attempts = [8, 1, 9, 4_096, Number.MAX_SAFE_INTEGER];
  const marks = [];
  for (const attempt of attempts) marks.push(await mark(ratchet, attempt));
  expect(new Set(marks).size).toBe(attempts.length);
  expect(await mark(new FrameRatchet(SESSION), 9)).toBe(marks[2]);
});

test("each frame costs seventeen bytes, whatever its number", async () => {
  const { sealer } = await stream();
  for (const sealed of await numbered(sealer, 600)) expect(sealed.length).toBe(2 + OVERHEAD_BYTES);
  expect(OVERHEAD_BYTES).toBe(17);
});

test("a frame opens once, late or not, but not too late", async () => {
  const { sealer, opener } = await stream();
  const sealed = await numbered(sealer, BEHIND + 2);
  const [first, second, third] = sealed;
  const last = sealed.at(-1);
  if (!first || !second || !third || !last) throw new Error("none");
  expect(await opener.open(first)).not.toBeNull();
  expect(await opener.open(last)).not.toBeNull();
  expect(await opener.open(second)).toBeNull(); // too old
  expect(await opener.open(third)).not.toBeNull();
  expect(await opener.open(third)).toBeNull();
  expect(await opener.open(last)).toBeNull();
  expect([opener.replayed, opener.forged]).toEqual([2, 1]);
});

test.each([1, 191, 300, 2_000, 5_000])("after %i lost frames the stream goes on", async (lost) => {
  const { sealer, opener } = await stream();
  const sealed = await numbered(sealer, lost + 8);
  let refused = 0;
  for (const frame of sealed.slice(lost)) if ((await opener.open(frame)) === null) refused += 1;
  expect(refused).toBeLessThanOrEqual(Math.floor(lost / 2_048));
});

test("another key opens nothing, and short bytes are no frame", async () => {
  const { sealer } = await stream();
  const { opener } = await stream(new Uint8Array(64).fill(1));
  for (const sealed of await numbered(sealer, 20)) expect(await opener.open(sealed)).toBeNull();
  for (let size = 0; size < OVERHEAD_BYTES; size += 1) {
    expect(await opener.open(new Uint8Array(size))).toBeNull();
  }
  expect(opener.forged).toBe(20 + OVERHEAD_BYTES);
});
