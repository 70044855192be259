import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Begin, HoldVoice, StreamOptions, WorkerNews } from "@page/net/frame_sealing.ts";
import { settled, until } from "../fake_timer.ts";

const KEPT_LIMIT = 100;
const VOICE_IN: StreamOptions = { stream: "voiceIn", codec: "voice" };
const OPEN: Begin = { keys: null, codec: null };

interface Frame {
  readonly number: number;
  data: ArrayBuffer;
  getMetadata(): { rtpTimestamp?: number };
}

interface Scope {
  onmessage(event: { data: Begin | HoldVoice }): void;
  onrtctransform(event: { transformer: object }): void;
}

const scope = globalThis as unknown as Scope;
let told: WorkerNews[] = [];

/** A worker that has just been started, with the site's voice attached to it. */
async function voice() {
  vi.resetModules();
  await import("@page/net/frames.worker.ts");
  const heard: number[] = [];
  const frames = new TransformStream<Frame, Frame>();
  const playing = new WritableStream<Frame>({ write: ({ number }) => void heard.push(number) });
  const transformer = { readable: frames.readable, writable: playing, options: VOICE_IN };
  scope.onrtctransform({ transformer });
  const writer = frames.writable.getWriter();
  const come = async (from: number, to: number, isTimed = true) => {
    for (let number = from; number < to; number += 1) {
      const metadata = isTimed ? { rtpTimestamp: number * 2_880 } : {};
      await writer.write({ number, data: new ArrayBuffer(8), getMetadata: () => metadata });
    }
  };
  return { heard, come, writer, tell: (data: Begin | HoldVoice) => scope.onmessage({ data }) };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

beforeEach(() => {
  told = [];
  vi.stubGlobal("postMessage", (news: WorkerNews) => void told.push(news));
  vi.useFakeTimers({ toFake: ["performance"], now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("keeps voice while told to, and hands it over in its order", async () => {
  const { heard, come, tell } = await voice();
  tell(OPEN);
  await come(0, 3);
  await until(() => heard.length === 3);
  tell({ isHeld: true });
  await come(3, 20);
  await settled();
  expect(heard).toEqual(numbers(0, 3));
  tell({ isHeld: false });
  await come(20, 22);
  await until(() => heard.length === 22);
  expect(heard).toEqual(numbers(0, 22));
});

test("keeps a hundred frames of voice and no more: they go on then without being told", async () => {
  const { heard, come, tell } = await voice();
  tell(OPEN);
  tell({ isHeld: true });
  await come(0, KEPT_LIMIT - 1);
  await settled();
  expect(heard).toEqual([]);
  await come(KEPT_LIMIT - 1, KEPT_LIMIT + 5);
  await until(() => heard.length === KEPT_LIMIT + 5);
  expect(heard).toEqual(numbers(0, KEPT_LIMIT + 5));
});

test("keeps nothing that came before the ends agreed on sealing", async () => {
  const { heard, come, tell } = await voice();
  tell({ isHeld: true });
  await come(0, 5);
  tell(OPEN);
  await come(5, 8);
  tell({ isHeld: false });
  await until(() => heard.length === 3);
  expect(heard).toEqual(numbers(5, 8));
});

test("hands nothing over to a connection that was closed meanwhile", async () => {
  const { heard, come, tell, writer } = await voice();
  tell(OPEN);
  tell({ isHeld: true });
  await come(0, 5);
  await writer.abort();
  await settled();
  expect(() => tell({ isHeld: false })).not.toThrow();
  expect(heard).toEqual([]);
});
