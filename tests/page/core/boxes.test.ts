import { expect, test } from "vitest";
import { AHEAD_LIMIT, Inbox, REPORTED_LIMIT } from "@page/core/inbox.ts";
import { Outbox, OutboxFullError } from "@page/core/outbox.ts";

const LINE = { kind: "text", text: "line", written_ms: 0 } as const;

function filled(size: number): Outbox {
  const outbox = new Outbox();
  for (let count = 0; count < size; count += 1) outbox.add(LINE);
  return outbox;
}

test("every number is accepted once in any order", () => {
  const inbox = new Inbox();
  expect([3, 1, 1, 0, -1, 3, 5, 2].map((number) => inbox.accept(number))).toEqual(
    [true, true, false, false, false, false, true, true],
  );
  expect(inbox.receipt()).toEqual({ kind: "received", up_to: 3, beyond: [5] });
});

test("a peer cannot make the inbox grow", () => {
  const inbox = new Inbox();
  const numbers = Array.from({ length: 3 * AHEAD_LIMIT }, (_, at) => at + 2);
  expect(numbers.filter((number) => inbox.accept(number)).length).toBe(AHEAD_LIMIT - 1);
  expect(inbox.receipt().beyond.length).toBe(REPORTED_LIMIT);
  expect(inbox.accept(1)).toBe(true);
  expect(inbox.receipt()).toEqual({ kind: "received", up_to: AHEAD_LIMIT, beyond: [] });
});

test("a receipt names what is newly safe", () => {
  const outbox = filled(6);
  expect(outbox.acknowledge({ kind: "received", up_to: 2, beyond: [4] })).toEqual([1, 2, 4]);
  expect(outbox.acknowledge({ kind: "received", up_to: 2, beyond: [4, 5] })).toEqual([5]);
  expect(outbox.unacknowledged().map(({ number }) => number)).toEqual([3, 6]);
});

test("a receipt for what was never sent changes nothing later", () => {
  const outbox = filled(3);
  outbox.acknowledge({ kind: "received", up_to: 1e15, beyond: [4, 7] });
  expect(outbox.add(LINE).number).toBe(4);
  expect(outbox.unacknowledged().map(({ number }) => number)).toEqual([4]);
});

test("the outbox is full before the peer would refuse", () => {
  const outbox = filled(AHEAD_LIMIT);
  const inbox = new Inbox();
  expect(() => outbox.add(LINE)).toThrow(OutboxFullError);
  outbox.acknowledge({ kind: "received", up_to: 0, beyond: [2, 3, AHEAD_LIMIT] });
  expect(() => outbox.add(LINE)).toThrow(OutboxFullError);
  for (const { number } of filled(AHEAD_LIMIT).unacknowledged()) {
    expect(inbox.accept(number)).toBe(true);
  }
  outbox.acknowledge(inbox.receipt());
  expect(outbox.add(LINE).number).toBe(AHEAD_LIMIT + 1);
});
