import { expect, test } from "vitest";
import { HELD_LIMIT, Inbox, Order } from "@page/core/inbox.ts";
import type { Message } from "@page/core/wire.ts";

const text = (number: number): Message => ({ kind: "text", text: `${number}`, written_ms: 0 });
const reading: Message = {
  kind: "measured",
  vital: "spo2",
  value: 97,
  unit: "%",
  quality: "good",
  taken_ms: 1,
  model: "",
  serial: null,
  origin: "live",
  record: null,
  measured_at: null,
  marks: [],
  sent_as: null,
  firmware: null,
};

test("a site cannot say without end, in number or in size", () => {
  const inbox = new Inbox(0, { messages: 10, size: 1_000 });
  for (let number = 1; number < 10; number += 1) expect(inbox.accept(number, 100)).toBe(true);
  expect(inbox.accept(9, 100)).toBe(false); // a repetition takes no room
  expect(inbox.hasRoom(10, 101)).toBe(false);
  expect(inbox.hasRoom(10, 100)).toBe(true);
  expect(inbox.hasRoom(11, 0)).toBe(false);
});

test("messages are handed over in order, a reading at once", () => {
  const order = new Order();
  expect(order.take(2, text(2))).toEqual([]);
  expect(order.take(4, text(4))).toEqual([]);
  expect(order.take(3, reading)).toEqual([reading]);
  expect(order.isWaiting).toBe(true);
  expect(order.take(1, text(1))).toEqual([text(1), text(2), text(4)]);
  expect(order.isWaiting).toBe(false);
});

test("after a while they wait no longer, and what comes late is still handed over", () => {
  const order = new Order();
  order.take(3, text(3));
  order.take(2, text(2));
  expect(order.release()).toEqual([text(2), text(3)]);
  expect(order.isWaiting).toBe(false);
  expect(order.take(4, text(4))).toEqual([text(4)]);
  expect(order.take(1, text(1))).toEqual([text(1)]);
});

test("what waits is bounded", () => {
  const order = new Order();
  for (let number = 2; number < HELD_LIMIT + 2; number += 1) {
    expect(order.take(number, text(number))).toEqual([]);
  }
  expect(order.take(HELD_LIMIT + 2, text(0))).toHaveLength(HELD_LIMIT + 1);
});
