import { expect, test } from "vitest";
import { LETTER_BUCKETS, Opener, Sealer } from "@page/core/envelope.ts";
import { encode, type Message } from "@page/core/wire.ts";
import { Correspondence, TOGETHER_BYTES } from "@page/session/correspondence.ts";
import { LETTER_EVERY_MS } from "@page/session/next_letter.ts";
import { NO_DIARY } from "@page/session/resumption.ts";
import { FakeTimer, until } from "../fake_timer.ts";

const KEYS = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
const IV = new Uint8Array(12);

const ALLOWANCE = { messages: 200, size: 20_000 };

/** One end, whose line loses what the test says. */
class End {
  readonly heard: Message[] = [];
  readonly letters: Correspondence;
  peer: End | null = null;
  sent = 0;
  mailed = 0;
  readonly letterSizes: number[] = [];
  isUp = true;
  loses: (count: number) => boolean = () => false;
  arriving: Promise<void> = Promise.resolve();
  tooMuch = 0;

  constructor(time: FakeTimer, own: Uint8Array, theirs: Uint8Array) {
    const paths = {
      clock_ms: () => time.now_ms,
      byLine: (envelope: Uint8Array) => {
        if (!this.isUp) return false;
        this.sent += 1;
        const isLost = this.loses(this.sent);
        if (!isLost) time.timer(80, () => this.peer?.take(envelope));
        return true;
      },
      byMailbox: (envelope: Uint8Array) => {
        this.mailed += 1;
        this.letterSizes.push(envelope.length);
      },
      onReleased: (messages: readonly Message[]) => void this.heard.push(...messages),
      onTooMuch: () => void ++this.tooMuch,
      diary: NO_DIARY,
    };
    const ciphers = [new Sealer(own, IV), new Opener(theirs, IV)] as const;
    this.letters = new Correspondence(...ciphers, paths, time.timer, ALLOWANCE);
  }

  take(envelope: Uint8Array): void {
    this.arriving = this.arriving.then(async () => {
      for (const { number, message } of await this.letters.open(envelope)) {
        if (message.kind === "received") this.letters.acknowledge(message);
        else if (number !== null) this.heard.push(...this.letters.accept(number, message, "line"));
      }
    });
  }
}

/** Everything the two have begun to seal or open is done. */
async function idle(...ends: readonly End[]): Promise<void> {
  for (const end of [...ends, ...ends]) {
    await new Promise<void>((done) => end.letters.sendBy(text(0), () => done()));
    await end.arriving;
  }
}

function dialogue(): { time: FakeTimer; here: End; there: End } {
  const time = new FakeTimer();
  const here = new End(time, KEYS[0], KEYS[1]);
  const there = new End(time, KEYS[1], KEYS[0]);
  here.peer = there;
  there.peer = here;
  return { time, here, there };
}

/** Let time pass, step by step, each with all that it sets off. */
async function pass(time: FakeTimer, duration_ms: number, ...ends: readonly End[]): Promise<void> {
  for (let step = 0; step < duration_ms; step += 20) {
    await idle(...ends);
    time.pass(20);
  }
  await idle(...ends);
}

/** So many texts, each in a turn of its own. */
async function sayOneByOne(end: End, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    end.letters.send(text(number));
    await idle(end);
  }
}

const text = (number: number): Message => ({ kind: "text", text: `${number}`, written_ms: number });

test.each([
  ["in number", 1],
  ["in size", 2_000],
])("what is too much %s is dropped, counted and told", (_, length) => {
  const { here } = dialogue();
  const message = { kind: "text", text: "é".repeat(length), written_ms: 1 } as const;
  const taken = Array.from({ length: ALLOWANCE.messages + 7 }, (_, at) =>
    here.letters.accept(at + 1, message, "line"),
  ).flat();
  const bytes = taken.length * encode({ number: 1, message }).length;
  expect(taken.length).toBeLessThanOrEqual(ALLOWANCE.messages);
  expect(bytes).toBeLessThanOrEqual(ALLOWANCE.size);
  expect(here.tooMuch).toBe(ALLOWANCE.messages + 7 - taken.length);
  expect(here.letters.dropped).toBe(here.tooMuch);
});

test("what the line loses comes again, once, in order", async () => {
  const { time, here, there } = dialogue();
  here.loses = (count) => count % 3 === 1;
  there.loses = (count) => count % 4 === 2;
  await sayOneByOne(here, 12);
  await pass(time, 8_000, here, there);
  expect(here.letters.isSettled).toBe(true);
  expect(there.heard).toEqual(Array.from({ length: 12 }, (_, at) => text(at + 1)));
  expect(here.mailed).toBe(0);
});

test("a receipt shows what is lost: it comes again after one round trip", async () => {
  const { time, here, there } = dialogue();
  here.loses = (count) => count === 1;
  await sayOneByOne(here, 2);
  await pass(time, 80 + 100 + 80 + 80 + 40, here, there);
  expect(there.heard).toEqual([text(1), text(2)]);
});

test("a message that never comes holds the others up for a while only", async () => {
  const { time, here, there } = dialogue();
  here.loses = (count) => count !== 2;
  await sayOneByOne(here, 2);
  await pass(time, 2_000, here, there);
  expect(there.heard).toEqual([]);
  await pass(time, 2_500, here, there);
  expect(there.heard).toEqual([text(2)]);
});

test("what a line that is cut swallowed goes by mailbox, once", async () => {
  const { time, here, there } = dialogue();
  here.loses = () => true;
  here.letters.send(text(1));
  await until(() => here.sent === 1);
  here.isUp = false;
  here.letters.pause();
  here.letters.pause();
  await pass(time, 10_000, here, there);
  expect([here.sent, here.mailed]).toEqual([1, 1]);
  here.isUp = true;
  here.loses = () => false;
  here.letters.repeat();
  await pass(time, 400, here, there);
  expect(here.letters.isSettled).toBe(true);
});

test("silence is broken once a second", async () => {
  const { time, here } = dialogue();
  time.pass(5_000);
  for (const now_ms of [5_000, 5_500, 5_999]) {
    here.letters.showLife(now_ms);
    await idle(here);
  }
  expect(here.sent).toBe(1);
});

test("what is said in one turn shares an envelope, as far as it fits", async () => {
  const { time, here, there } = dialogue();
  for (let number = 1; number <= 12; number += 1) here.letters.send(text(number));
  await idle(here);
  expect(here.sent).toBe(1);
  const long: Message = { kind: "text", text: "x".repeat(TOGETHER_BYTES), written_ms: 0 };
  for (const message of [long, text(13), long]) here.letters.send(message);
  await idle(here);
  expect(here.sent).toBe(4);
  await pass(time, 400, here, there);
  expect(there.heard).toHaveLength(15);
  expect(here.letters.isSettled).toBe(true);
});

test("a receipt that is due goes along with what is said, and not again", async () => {
  const { time, here, there } = dialogue();
  here.letters.send(text(1));
  await idle(here);
  time.pass(80);
  await idle(there);
  there.letters.send(text(2));
  await pass(time, 80, here, there);
  expect(here.letters.isSettled).toBe(true);
  expect(there.sent).toBe(1);
  await pass(time, 400, here, there);
  expect(there.sent).toBe(1);
});

test("without a line all that is said in one turn shares a letter of few sizes", async () => {
  const { time, here, there } = dialogue();
  here.isUp = false;
  for (let number = 1; number <= 3; number += 1) here.letters.send(text(number));
  await pass(time, 80, here, there);
  expect([here.sent, here.mailed]).toEqual([0, 1]);
  for (let number = 4; number <= 6; number += 1) here.letters.send(text(number));
  await pass(time, 80, here, there);
  expect(here.mailed).toBe(2);
  const header_bytes = [2, 3]; // by the length of the counter
  const sizes = header_bytes.map((bytes) => bytes + LETTER_BUCKETS[0] + 16);
  for (const size of here.letterSizes) expect(sizes).toContain(size);
});

test("of what is held of a file the newest alone goes by mailbox", async () => {
  const { time, here, there } = dialogue();
  here.isUp = false;
  for (const size of [1, 2, 3]) here.letters.send({ kind: "still_held", id: 1, size, beyond: [] });
  await pass(time, 80, here, there);
  expect(here.mailed).toBe(1);
  here.letters.send({ kind: "still_held", id: 1, size: 4, beyond: [] });
  await pass(time, LETTER_EVERY_MS - 160, here, there);
  expect(here.mailed).toBe(1);
  await pass(time, 400, here, there);
  expect(here.mailed).toBe(2);
});
