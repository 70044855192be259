import { expect, test } from "vitest";
import { Lateness } from "@page/net/lateness.ts";

const PACKET_MS = 60;
const TICKS = PACKET_MS * 48;

/** A voice whose packets come with these delays, one after the other. */
function heard(delays_ms: readonly number[], first = 0): Lateness {
  const lateness = new Lateness();
  delays_ms.forEach((delay_ms, index) => {
    lateness.note((first + index * TICKS) % 2 ** 32, 1_000 + index * PACKET_MS + delay_ms);
  });
  return lateness;
}

test("a voice that comes as it was sent is not late", () => {
  expect(heard([90, 90, 90, 90]).spread_ms).toBe(0);
});

test("tells how much later than the quickest one frame came", () => {
  expect(heard([90, 110, 640, 580, 95]).spread_ms).toBe(550);
});

test("forgets after five seconds", () => {
  const delays_ms = [640, ...Array.from({ length: 100 }, () => 90)];
  expect(heard(delays_ms.slice(0, 70)).spread_ms).toBe(550);
  expect(heard(delays_ms).spread_ms).toBe(0);
});

test("a pause of the speaker is not lateness", () => {
  const lateness = heard([90, 90]);
  lateness.note(50 * TICKS, 1_000 + 50 * PACKET_MS + 100);
  expect(lateness.spread_ms).toBe(10);
});

test("time goes on when the timestamp's 32 bits begin anew", () => {
  expect(heard([90, 100, 90, 95], 2 ** 32 - TICKS - 7).spread_ms).toBeCloseTo(10);
});

test("nothing that came is not late", () => {
  expect(new Lateness().spread_ms).toBe(0);
});
