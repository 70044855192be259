import { expect, test } from "vitest";
import { RisingClock } from "@page/clock.ts";

function bench() {
  const computer = { wall_ms: 1_000_000, steady_ms: 5 };
  const clock = new RisingClock(
    () => computer.wall_ms,
    () => computer.steady_ms,
  );
  const pass = (ms: number) => {
    computer.wall_ms += ms;
    computer.steady_ms += ms;
  };
  return { computer, clock, pass };
}

test("tells what the computer's clock tells", () => {
  const { clock, pass } = bench();
  expect(clock.now_ms()).toBe(1_000_000);
  pass(250);
  expect(clock.now_ms()).toBe(1_000_250);
});

test("goes on where the computer's clock is set back, however often", () => {
  const { computer, clock, pass } = bench();
  for (const round of [1, 2, 3]) {
    pass(400);
    computer.wall_ms -= 3_600_000;
    expect(clock.now_ms()).toBe(1_000_000 + round * 400);
  }
});

test("a leap ahead counts, as after sleep", () => {
  const { computer, clock } = bench();
  computer.wall_ms += 60_000;
  expect(clock.now_ms()).toBe(1_060_000);
});
