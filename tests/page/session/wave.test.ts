import { expect, test } from "vitest";
import { BACKLOG_S, Curve, WaveFeed } from "@page/session/wave.ts";

const block = (count: number, from = 0) => Uint8Array.from({ length: count }, (_, at) => from + at);

test("samples come out once, in order, at the pace they were taken", () => {
  const feed = new Curve();
  feed.add(block(60), 60, 1_000);
  expect(feed.take(1_600).samples).toEqual([]);
  const first = feed.take(2_100).samples;
  const second = feed.take(2_600).samples;
  expect([...first, ...second]).toEqual([...block(60)]);
  expect(first).toHaveLength(30);
});

test("blocks that arrive unevenly still flow without a gap", () => {
  const feed = new Curve();
  feed.add(block(15), 60, 0);
  feed.add(block(15, 15), 60, 540);
  const drawn = [600, 725, 850, 975, 1_100].flatMap((now_ms) => [...feed.take(now_ms).samples]);
  expect(drawn).toEqual([...block(30)]);
});

test("a flood keeps the newest seconds and shows them now, not later", () => {
  const feed = new Curve();
  for (let n = 0; n < 10; n += 1) feed.add(new Uint8Array(1_000).fill(n), 60, 0);
  const { samples } = feed.take(600 + BACKLOG_S * 1_000);
  expect(samples).toEqual(Array.from({ length: BACKLOG_S * 60 }, () => 9));
});

test("a rate nobody has is left aside", () => {
  const feed = new Curve();
  feed.add(block(10), 0, 0);
  feed.add(block(10), 1e9, 0);
  expect(feed.isEmpty).toBe(true);
});

test("silence makes the curve stale", () => {
  const feed = new Curve();
  expect(feed.isEmpty).toBe(true);
  expect(feed.isStale(0)).toBe(true);
  feed.add(block(15), 60, 1_000);
  expect(feed.isStale(3_000)).toBe(false);
  expect(feed.isStale(4_000)).toBe(true);
  expect(feed.isEmpty).toBe(false);
});

test("after the consultation nothing of the curve is left", () => {
  const feed = new Curve();
  feed.add(block(60), 60, 1_000);
  feed.forget();
  expect(feed.isEmpty).toBe(true);
  expect(feed.take(9_000).samples).toEqual([]);
});

test("a block without samples says for a while that the curve is held back", () => {
  const feed = new Curve();
  feed.add(block(0), 60, 1_000);
  expect([feed.isHeld(6_999), feed.isHeld(7_000)]).toEqual([true, false]);
  expect([feed.isEmpty, feed.isStale(1_000)]).toEqual([true, true]);
  feed.add(block(15), 60, 2_000);
  expect(feed.isHeld(2_000)).toBe(false);
  feed.add(block(0), 60, 3_000);
  expect(feed.isStale(3_000)).toBe(false);
  feed.forget();
  expect(feed.isHeld(3_000)).toBe(false);
});

test("blocks of a second that come with uneven readings flow after one pause at most", () => {
  const feed = new Curve();
  const arrivals_ms = Array.from({ length: 40 }, (_, at) => 1_120 * at + (at % 2) * 280);
  let coming = arrivals_ms.map((at_ms, index) => [at_ms, index] as const);
  let given = 0;
  let pauses = 0;
  let sent = 0;
  for (let now_ms = 0; now_ms < 40_000; now_ms += 33) {
    for (const [at_ms] of coming.filter(([at_ms]) => at_ms <= now_ms)) {
      const size = Math.round((at_ms * 60) / 1_000) + 60 - sent;
      feed.add(block(size), 60, at_ms);
      sent += size;
    }
    coming = coming.filter(([at_ms]) => at_ms > now_ms);
    const { samples } = feed.take(now_ms);
    if (given > 0 && samples.length === 0) pauses += 1;
    given += samples.length;
  }
  expect(pauses * 33).toBeLessThan(1_500);
  expect(sent - given).toBeLessThan(BACKLOG_S * 60);
});

test("each waveform has its own curve, and a wave we do not know none", () => {
  const feed = new WaveFeed();
  feed.add("ecg_ii", block(30), 125, 0);
  feed.add("something", block(30), 125, 0);
  expect(feed.of("ecg_ii").isEmpty).toBe(false);
  expect(feed.of("pleth").isEmpty).toBe(true);
  feed.forget();
  expect(feed.of("ecg_ii").isEmpty).toBe(true);
});

test("whoever draws is told whether samples wait, so that it can rest", () => {
  const curve = new Curve();
  expect(curve.isWaiting).toBe(false);
  curve.add(new Uint8Array(60), 60, 1_000);
  expect(curve.isWaiting).toBe(true);
  curve.take(10_000);
  expect(curve.isWaiting).toBe(false);
});
