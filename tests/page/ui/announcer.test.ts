import { expect, test } from "vitest";
import { Chatter, SAY_EVERY_MS } from "@page/ui/consultation/announcer.ts";
import { view } from "../session/readings.ts";

/** Seconds at which a stream of one value a second is told. */
function told(values: readonly (number | null)[], other = {}): number[] {
  const chatter = new Chatter();
  return values.flatMap((value, second) => {
    const now_ms = 1_000 * second;
    const news = chatter.news([view({ ...other, value, taken_ms: now_ms })], now_ms);
    for (const one of news) chatter.told(one, now_ms);
    return news.map(() => second);
  });
}

test("a stream that stays the same is told once", () => {
  expect(told(Array.from({ length: 60 }, () => 97))).toEqual([0]);
});

test("a stream that changes every second is told every ten", () => {
  expect(told(Array.from({ length: 31 }, (_, n) => 90 + (n % 7)))).toEqual([0, 10, 20, 30]);
});

test("a single measurement is told even when it is the same as before", () => {
  expect(told([37.8, 37.8], { origin: "spot" })).toEqual([0]); // within ten seconds
  const chatter = new Chatter();
  const first = view({ origin: "spot", taken_ms: 0 });
  chatter.told(first, 0);
  expect(chatter.news([first], SAY_EVERY_MS)).toEqual([]); // the same measurement, still shown
  const second = view({ origin: "spot", taken_ms: 5_000 });
  expect(chatter.news([second], SAY_EVERY_MS)).toEqual([second]);
});

test("a value the instrument no longer vouches for is news", () => {
  expect(told([97, ...Array.from({ length: 11 }, () => null)])).toEqual([0, 10]);
});
