import { describe, expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { bondSecret } from "@page/core/bond.ts";
import { GpAnswer } from "@page/core/call.ts";
import { HandshakeError, TrustError } from "@page/core/handshake.ts";
import { Identity } from "@page/core/identity.ts";
import { BadLetterError } from "@page/core/knock.ts";
import { Letter } from "@page/core/letters.ts";
import {
  CALLABLE_FOR_S,
  KEPT_FOR_S,
  PREKEYS_LIMIT,
  prekeyOf,
  ROTATED_EVERY_S,
  renewed,
  standingBundle,
} from "@page/core/prekeys.ts";
import { browserEntropy, joined, sha256 } from "@page/core/primitives.ts";
import { agreedBySite, known, parties } from "./known_site.ts";
import { scripted, unhex } from "./vectors.ts";

const NOW_S = 1_800_000_000;

async function answered(sitePublic?: Uint8Array) {
  const { site, gp, bond, prekey } = await parties();
  const call = await bond.openCall(unhex(known.call));
  const pinned = joined(sitePublic ?? site.public);
  return { bond, answer: await GpAnswer.to(gp, bond, pinned, call, prekey) };
}

describe("the bond of the vectors", () => {
  test("its secret and its tokens", async () => {
    const { site, gp, bond } = await parties();
    const secret = await bondSecret(unhex(known.exporter), site.public, gp.public);
    expect(hex(secret)).toBe(known.secret);
    expect(hex(await bond.siteToken())).toBe(known.site_token);
    expect(hex(await bond.gpToken())).toBe(known.gp_token);
  });

  test("what the page seals", async () => {
    const { gp, bond, prekey } = await parties();
    const nonce = () => unhex(known.nonce);
    const pair = await prekey.pair();
    const bundle = await standingBundle(gp, pair.public, known.expires_s, known.epoch);
    expect(hex(bundle)).toBe(known.bundle);
    expect(hex(await bond.sealBundle(bundle, nonce))).toBe(known.bundle_letter);
    for (const reason of ["declined", "expired"] as const) {
      const sealed = await bond.sealRefusal(known.number, reason, nonce);
      expect(hex(sealed)).toBe(known.refusals[reason]);
    }
  });

  test("the call opens, and nothing else does", async () => {
    const { bond } = await parties();
    const call = await bond.openCall(unhex(known.call));
    expect(call.number).toBe(known.number);
    expect(call.bundleDigest).toEqual(await sha256(unhex(known.bundle)));
    expect(hex(call.m1)).toBe(known.m1);
    expect(hex(await bond.sealCall(call, () => unhex(known.nonce)))).toBe(known.call);
    await expect(bond.openCall(unhex(known.bundle_letter))).rejects.toThrow(BadLetterError);
    await expect(bond.openCall(new Uint8Array())).rejects.toThrow(BadLetterError);
  });
});

test("a known site's call leads to keys, once, without an invitation", async () => {
  const { bond, answer } = await answered();
  const [post] = await answer.start();
  if (post?.kind !== "post") throw new Error("no M2");
  expect(post.to).toEqual(bond.siteAddress);
  expect(hex(post.token)).toBe(known.site_token);
  const agreement = await agreedBySite(post.letter);
  const m3 = new Letter("m3", await agreement.sealNonce(unhex(known.site_nonce_seed)));
  const [agreed] = await answer.receive(m3);
  if (agreed?.kind !== "keys_agreed") throw new Error("no keys");
  expect(agreed.keys).toEqual(agreement.keys);
  expect(agreed.exporter).toEqual(agreement.exporter);
  expect(hex(agreed.peerPublic)).toBe(known.site_public);
  expect(await answer.receive(m3)).toEqual([]);
  const again = await answer.receive(new Letter("call", unhex(known.call)));
  expect(again).toEqual([post]);
  expect(answer.rejected).toBe(0);
});

test("a site that opens its commitment wrongly is caught", async () => {
  const { answer } = await answered();
  const [post] = await answer.start();
  if (post?.kind !== "post") throw new Error("no M2");
  const agreement = await agreedBySite(post.letter);
  const m3 = new Letter("m3", await agreement.sealNonce(new Uint8Array(32)));
  await expect(answer.receive(m3)).rejects.toThrow(HandshakeError);
});

test("a call of another key than the pinned one is refused", async () => {
  const other = await Identity.of(await Identity.made());
  await expect(answered(other.public)).rejects.toEqual(new TrustError("changed_key"));
});

test("letters that are none are counted", async () => {
  const { answer } = await answered();
  for (const kind of ["knock", "m1", "m3", "call", "bundle"] as const) {
    expect(await answer.receive(new Letter(kind, new Uint8Array(40)))).toEqual([]);
  }
  expect(answer.rejected).toBe(5);
});

test("prekeys are made daily and deleted once no call to them can wait", async () => {
  const { gp } = await parties();
  const first = await renewed([], gp, NOW_S, browserEntropy);
  expect(await renewed(first, gp, NOW_S + ROTATED_EVERY_S - 1, browserEntropy)).toEqual(first);
  const second = await renewed(first, gp, NOW_S + ROTATED_EVERY_S, browserEntropy);
  expect(second.length).toBe(2);
  const digest = await sha256(first[0]?.bundle ?? new Uint8Array());
  expect(await prekeyOf(second, digest)).toBe(first[0]);
  const end_s = NOW_S + CALLABLE_FOR_S + KEPT_FOR_S;
  expect(await prekeyOf(await renewed(second, gp, end_s - 1, browserEntropy), digest)).not.toBeNull();
  expect(await prekeyOf(await renewed(second, gp, end_s, browserEntropy), digest)).toBeNull();
});

test("epochs rise though the clock goes back, and only so many prekeys are kept", async () => {
  const { gp } = await parties();
  let items = await renewed([], gp, NOW_S, browserEntropy);
  for (let day = 1; day <= PREKEYS_LIMIT; day += 1) {
    items = await renewed(items, gp, NOW_S - day * ROTATED_EVERY_S, browserEntropy);
  }
  expect(items.length).toBe(PREKEYS_LIMIT);
  const epochs = items.map(({ parts }) => parts.epoch);
  expect(epochs).toEqual([...epochs].sort((one, other) => one - other));
  expect(new Set(epochs).size).toBe(PREKEYS_LIMIT);
});

test("the seed of the vectors makes the prekey of the vectors", async () => {
  const { gp } = await parties();
  const [made] = await renewed([], gp, known.epoch, scripted(unhex(known.prekey_seed)));
  expect(made?.parts.seed).toEqual(unhex(known.prekey_seed));
  expect(made?.parts.expires_s).toBe(known.expires_s);
  expect(hex(made?.bundle ?? new Uint8Array())).toBe(known.bundle);
});
