import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import {
  COUNTER_LIMIT,
  CounterExhaustedError,
  ENVELOPE_LIMIT,
  ForgedEnvelopeError,
  kept,
  LETTER_BUCKETS,
  type Opener,
  ParcelTooLargeError,
  ReplayedEnvelopeError,
  ReplayWindow,
  resumedCiphers,
  Sealer,
  sessionCiphers,
  WINDOW,
} from "@page/core/envelope.ts";
import { LETTER_LIMIT, Letter } from "@page/core/letters.ts";
import { aesKey, aesSeal, joined } from "@page/core/primitives.ts";
import { PARCEL_LIMIT } from "@page/core/wire.ts";
import vectors from "../../vectors/envelope.json";
import { flipped, unhex } from "./vectors.ts";

const KEYS = {
  siteKey: unhex(vectors.keys.site_key),
  gpKey: unhex(vectors.keys.gp_key),
  siteIv: unhex(vectors.keys.site_iv),
  gpIv: unhex(vectors.keys.gp_iv),
  tag: unhex(vectors.keys.tag),
};
const PEERS = { site: "gp", gp: "site" } as const;
const ROLES = ["site", "gp"] as const;

function pair(): { sealer: Sealer; opener: Opener } {
  return { sealer: sessionCiphers(KEYS, "site").sealer, opener: sessionCiphers(KEYS, "gp").opener };
}

test.each(ROLES)("the other end opens what the vectors sealed as %s", async (role) => {
  const { opener } = sessionCiphers(KEYS, PEERS[role]);
  for (const { parcel, envelope } of vectors.sealed_by[role]) {
    expect(hex(await opener.open(unhex(envelope)))).toBe(parcel);
  }
});

test.each(ROLES)("the %s seals as the vectors, at every length of the counter", async (role) => {
  const [key, iv] = role === "site" ? [KEYS.siteKey, KEYS.siteIv] : [KEYS.gpKey, KEYS.gpIv];
  for (const { counter, parcel, envelope } of vectors.sealed_by[role]) {
    const sealer = new Sealer(key, iv, counter);
    expect(hex(await sealer.seal(unhex(parcel)))).toBe(envelope);
  }
});

test.each(ROLES)("the other end opens what the %s sealed after a restart", async (role) => {
  const { opener } = sessionCiphers(KEYS, PEERS[role]);
  const sealed = vectors.sealed_later_by[role];
  const opened = sealed.map(({ envelope }) => opener.open(unhex(envelope))); // all at once
  expect((await Promise.all(opened)).map(hex)).toEqual(sealed.map(({ parcel }) => parcel));
  const [first] = sealed;
  await expect(opener.open(unhex(first?.envelope ?? ""))).rejects.toThrow(ReplayedEnvelopeError);
});

test.each(ROLES)("a later process of the %s seals as the vectors", async (role) => {
  const session = await kept(KEYS, role);
  for (const { incarnation, parcel, envelope, is_letter } of vectors.sealed_later_by[role]) {
    const { sealer } = await resumedCiphers(session, unhex(incarnation));
    const { counter } = countOf(envelope);
    for (let before = 0n; before < counter; before += 1n) await sealer.seal(unhex(""));
    expect(hex(await sealer.seal(unhex(parcel), is_letter))).toBe(envelope);
  }
});

test("a later process opens what the peer sealed before and after", async () => {
  const { sealer } = sessionCiphers(KEYS, "site");
  const { opener } = await resumedCiphers(await kept(KEYS, "gp"), new Uint8Array(8).fill(1));
  expect(hex(await opener.open(await sealer.seal(unhex("0102"))))).toBe("0102");
});

test("letters have few sizes", async () => {
  const { sealer, opener } = pair();
  for (const size of [0, 2_047, 2_048, 5_000, PARCEL_LIMIT]) {
    const envelope = await sealer.seal(new Uint8Array(size), true);
    expect(LETTER_BUCKETS).toContain(envelope.length - 18);
    expect((await opener.open(envelope)).length).toBe(size);
  }
});

test("what was sealed is opened once", async () => {
  const { sealer, opener } = pair();
  const envelope = await sealer.seal(unhex("0102"));
  expect(hex(await opener.open(envelope))).toBe("0102");
  await expect(opener.open(envelope)).rejects.toThrow(ReplayedEnvelopeError);
});

test("no counter serves twice, however many are sealed at once", async () => {
  const { sealer, opener } = pair();
  const envelopes = await Promise.all(Array.from({ length: 70 }, () => sealer.seal(unhex(""))));
  expect(new Set(envelopes.map((envelope) => hex(envelope.slice(0, 3)))).size).toBe(70);
  for (const envelope of envelopes.reverse()) await opener.open(envelope);
});

test("no bit can change", async () => {
  const { sealer, opener } = pair();
  const envelope = await sealer.seal(unhex("0102"));
  for (let bit = 0; bit < envelope.length * 8; bit += 3) {
    await expect(opener.open(flipped(envelope, bit))).rejects.toThrow(ForgedEnvelopeError);
  }
  expect(hex(await opener.open(envelope))).toBe("0102");
});

test.each(["", "01", "0100", "01c2197c5eff14e88c", "02", `01${"00".repeat(80)}`])(
  "nonsense is forged: %s",
  async (envelope) => {
    await expect(pair().opener.open(unhex(envelope))).rejects.toThrow(ForgedEnvelopeError);
  },
);

test("an end does not open its own envelopes", async () => {
  const { sealer, opener } = sessionCiphers(KEYS, "gp");
  await expect(opener.open(await sealer.seal(unhex("00")))).rejects.toThrow(ForgedEnvelopeError);
});

test("the largest parcel fits and no larger one is sealed", async () => {
  const { sealer, opener } = pair();
  const envelope = await sealer.seal(new Uint8Array(PARCEL_LIMIT));
  expect(envelope.length).toBeLessThanOrEqual(ENVELOPE_LIMIT);
  expect((await opener.open(envelope)).length).toBe(PARCEL_LIMIT);
  expect(Letter.sealed(KEYS.tag, envelope).encode().length).toBeLessThanOrEqual(LETTER_LIMIT);
  const tooLarge = new Uint8Array(PARCEL_LIMIT + 1);
  await expect(sealer.seal(tooLarge)).rejects.toThrow(ParcelTooLargeError);
  const endless = new Uint8Array(ENVELOPE_LIMIT + 1).fill(1);
  await expect(opener.open(endless)).rejects.toThrow(ForgedEnvelopeError);
});

test("a key seals no more than its share", async () => {
  const sealer = new Sealer(KEYS.gpKey, KEYS.gpIv, COUNTER_LIMIT - 1);
  await sealer.seal(unhex(""));
  await expect(sealer.seal(unhex(""))).rejects.toThrow(CounterExhaustedError);
  await expect(sealer.seal(unhex(""))).rejects.toThrow(CounterExhaustedError);
});

test.each(["00".repeat(64), `80${"01".repeat(63)}`])(
  "padding of another kind is refused: %s",
  async (plaintext) => {
    const header = unhex("0100");
    const key = await aesKey(KEYS.siteKey);
    const sealed = await aesSeal(key, KEYS.siteIv, unhex(plaintext), header);
    const opened = pair().opener.open(joined(header, sealed));
    await expect(opened).rejects.toThrow("padding");
  },
);

test("the replay window agrees with a set", () => {
  const window = new ReplayWindow();
  const seen = new Set<bigint>();
  let highest = -1n;
  let state = 7; // a small generator: the same walk every time
  for (let step = 0; step < 20_000; step += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const counter = BigInt(Math.floor(step / 4) + (state % (3 * WINDOW)));
    const isNew = !seen.has(counter) && counter > highest - BigInt(WINDOW);
    expect(window.accept(counter)).toBe(isNew);
    seen.add(counter);
    if (counter > highest) highest = counter;
  }
});

test("a counter far ahead forgets all before it", () => {
  const window = new ReplayWindow();
  expect(window.accept(5n)).toBe(true);
  expect(window.accept(2n ** 62n - 1n)).toBe(true);
  expect(window.accept(5n)).toBe(false);
  expect(window.accept(2n ** 62n - 1n - BigInt(WINDOW) + 1n)).toBe(true);
  expect(window.accept(2n ** 62n - 1n - BigInt(WINDOW))).toBe(false);
});

/** The counter of a later process's envelope; those of the vectors are one byte long. */
function countOf(envelope: string): { counter: bigint } {
  return { counter: BigInt(unhex(envelope)[9] ?? 0) };
}
