import { expect, test } from "vitest";
import { WAVE_LIMIT, WaveFeed } from "@page/session/wave.ts";

const block = (count: number, from = 0) => Uint8Array.from({ length: count }, (_, at) => from + at);

test("samples come out once, in order, at the pace they were taken", () => {
  const feed = new WaveFeed();
  feed.add(block(60), 60, 1_000);
  expect(feed.take(1_600).samples).toEqual([]);
  const first = feed.take(2_100).samples;
  const second = feed.take(2_600).samples;
  expect([...first, ...second]).toEqual([...block(60)]);
  expect(first).toHaveLength(30);
});

test("blocks that arrive unevenly still flow without a gap", () => {
  const feed = new WaveFeed();
  feed.add(block(15), 60, 0);
  feed.add(block(15, 15), 60, 540);
  const drawn = [600, 725, 850, 975, 1_100].flatMap((now_ms) => [...feed.take(now_ms).samples]);
  expect(drawn).toEqual([...block(30)]);
});

test("a flood keeps the newest samples only", () => {
  const feed = new WaveFeed();
  for (let n = 0; n < 10; n += 1) feed.add(new Uint8Array(1_000).fill(n), 60, 0);
  const { samples } = feed.take(1e9);
  expect(samples).toHaveLength(WAVE_LIMIT);
  expect(samples.at(-1)).toBe(9);
});

test("a block larger than the bound is cut to it", () => {
  const feed = new WaveFeed();
  feed.add(new Uint8Array(100_000), 60, 0);
  expect(feed.take(1e9).samples).toHaveLength(WAVE_LIMIT);
});

test("silence makes the curve stale", () => {
  const feed = new WaveFeed();
  expect(feed.isEmpty).toBe(true);
  expect(feed.isStale(0)).toBe(true);
  feed.add(block(15), 60, 1_000);
  expect(feed.isStale(3_000)).toBe(false);
  expect(feed.isStale(4_000)).toBe(true);
  expect(feed.isEmpty).toBe(false);
});
