import { expect, test } from "vitest";
import { Mailroom, type SharedWay } from "@page/net/mailroom.ts";
import type { RelayEvents } from "@page/net/relay.ts";

class Way implements SharedWay {
  puts = 0;
  isStopped = false;
  constructor(readonly events: RelayEvents) {}
  admit = () => undefined;
  renew = () => undefined;
  put = () => ++this.puts;
  stop = () => {
    this.isStopped = true;
  };
}

class Listener implements RelayEvents {
  letters = 0;
  refused: string[] = [];
  stored: number[] = [];
  isReachable = false;
  constructor(readonly takes = true) {}
  onReachable = (isReachable: boolean) => {
    this.isReachable = isReachable;
  };
  onStored = (number: number) => void this.stored.push(number);
  onRefused = (reason: string) => void this.refused.push(reason);
  onLetter = async () => {
    this.letters += 1;
    if (!this.takes) throw new Error("not decided");
  };
}

const NOTHING = new Uint8Array();

async function bench() {
  const ways: Way[] = [];
  const mailroom = new Mailroom(async (_relay, events) => {
    ways.push(new Way(events));
    return ways.at(-1) as Way;
  });
  return { ways, mailroom };
}

test("all who listen at one relay share one way, and the last one closes it", async () => {
  const { ways, mailroom } = await bench();
  const first = await mailroom.listen(null, new Listener());
  const second = await mailroom.listen(null, new Listener());
  await mailroom.listen("wss://elsewhere", new Listener());
  expect(ways).toHaveLength(2);
  first.stop();
  expect(ways[0]?.isStopped).toBe(false);
  second.stop();
  await Promise.resolve();
  expect(ways[0]?.isStopped).toBe(true);
  await mailroom.listen(null, new Listener());
  expect(ways).toHaveLength(3);
});

test("every letter is told to all, and stays at the relay unless all took it", async () => {
  const { ways, mailroom } = await bench();
  const [one, other] = [new Listener(), new Listener(false)];
  await mailroom.listen(null, one);
  const undecided = await mailroom.listen(null, other);
  await expect(ways[0]?.events.onLetter(NOTHING)).rejects.toThrow("not decided");
  undecided.stop();
  await ways[0]?.events.onLetter(NOTHING);
  expect([one.letters, other.letters]).toEqual([2, 1]);
});

test("a refusal reaches whose letter it was, and who comes late hears of the relay", async () => {
  const { ways, mailroom } = await bench();
  const [one, other] = [new Listener(), new Listener()];
  const mailbox = await mailroom.listen(null, one);
  ways[0]?.events.onReachable(true);
  const late = await mailroom.listen(null, other);
  await Promise.resolve();
  expect(other.isReachable).toBe(true);
  mailbox.put(NOTHING, NOTHING, NOTHING, 1);
  late.put(NOTHING, NOTHING, NOTHING, 1);
  ways[0]?.events.onRefused("not_admitted", 2);
  expect([one.refused, other.refused]).toEqual([[], ["not_admitted"]]);
});

test("whose letter is stored hears of it, once", async () => {
  const { ways, mailroom } = await bench();
  const [one, other] = [new Listener(), new Listener()];
  const mailbox = await mailroom.listen(null, one);
  await mailroom.listen(null, other);
  mailbox.put(NOTHING, NOTHING, NOTHING, 1);
  ways[0]?.events.onStored(1);
  ways[0]?.events.onStored(1);
  expect([one.stored, other.stored]).toEqual([[1], []]);
});
