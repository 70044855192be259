import { expect, test } from "vitest";
import { FIRST_WAIT_MS, Flights, LONGEST_WAIT_MS } from "@page/core/flights.ts";

test("what left before something that arrived is due at once", () => {
  const flights = new Flights();
  for (const number of [1, 2, 3, 4]) flights.noteSent(number, number * 100);
  flights.noteArrived([1, 3], 600, true);
  expect(flights.due(600)).toEqual([2]);
  expect(flights.roundTrip.smoothed_ms).toBe(500);
});

test("a receipt that leaves much out proves no loss", () => {
  const flights = new Flights();
  flights.noteSent(1, 0);
  flights.noteSent(2, 100);
  flights.noteArrived([2], 300, false);
  expect(flights.due(300)).toEqual([]);
});

test("the receipt of something sent twice tells neither time nor loss", () => {
  const flights = new Flights();
  flights.noteSent(1, 0);
  flights.noteSent(2, 0);
  flights.noteSent(2, 900);
  flights.noteArrived([2], 950, true);
  expect(flights.roundTrip.smoothed_ms).toBeNull();
  expect(flights.due(950)).toEqual([]);
});

test("repeats come later and later", () => {
  const flights = new Flights();
  const waits: (number | null)[] = [];
  let now_ms = 0;
  for (let time = 0; time < 4; time += 1) {
    flights.noteSent(1, now_ms);
    waits.push(flights.wait_ms(now_ms));
    now_ms += flights.wait_ms(now_ms) ?? 0;
    expect(flights.due(now_ms)).toEqual([1]);
  }
  expect(waits).toEqual([FIRST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
});

test("a slow line teaches patience though all on it was sent twice", () => {
  const flights = new Flights();
  flights.noteSent(1, 0);
  flights.noteSent(1, FIRST_WAIT_MS);
  flights.noteSent(2, 2_500);
  expect(flights.due(2_500 + FIRST_WAIT_MS)).toEqual([]);
  flights.noteArrived([1, 2], 5_500, true);
  expect(flights.roundTrip.smoothed_ms).toBe(3_000);
});

test("what is known to be lost says nothing of the wait", () => {
  const flights = new Flights();
  flights.noteSent(1, 0);
  flights.noteSent(2, 0);
  flights.noteArrived([2], 400, true);
  flights.noteSent(1, 400);
  flights.noteSent(3, 400);
  expect(flights.due(400 + flights.roundTrip.wait_ms)).toEqual([3]);
});

test("the wait follows RFC 6298", () => {
  const flights = new Flights();
  flights.noteSent(1, 0);
  flights.noteArrived([1], 400, true);
  flights.noteSent(2, 1_000);
  flights.noteArrived([2], 1_480, true);
  expect(flights.roundTrip.smoothed_ms).toBeCloseTo(410);
  expect(flights.roundTrip.wait_ms).toBeCloseTo(410 + 4 * (0.75 * 200 + 0.25 * 80));
});

test("a clock that is set back delays nothing for long", () => {
  const flights = new Flights();
  flights.noteSent(1, 3_600_000);
  expect(flights.wait_ms(0)).toBe(LONGEST_WAIT_MS);
  expect(flights.due(0)).toEqual([1]);
});

test("a lost path takes all with it", () => {
  const flights = new Flights();
  flights.noteSent(1, 0);
  flights.forget();
  expect(flights.wait_ms(0)).toBeNull();
});
