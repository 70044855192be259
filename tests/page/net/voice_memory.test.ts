import { expect, test } from "vitest";
import { VoiceMemory, type VoiceWait, withoutVoice } from "@page/net/voice_memory.ts";
import { FakeTimer, settled } from "../fake_timer.ts";

const DEEP: VoiceWait = {
  aim_ms: 660,
  delay_ms: 640,
  spread_ms: 60,
  least_ms: 190,
  packet_ms: 120,
};

/** What the receiver was told, in order. */
function memory() {
  const told: string[] = [];
  const clock = new FakeTimer();
  const receiver = {
    holdVoice: (isHeld: boolean) => void told.push(isHeld ? "hold" : "release"),
    renew: async () => void told.push(`renew at ${clock.now_ms}`),
  };
  return { told, clock, memory: new VoiceMemory(receiver, clock.timer) };
}

test("plays what the buffer holds before it begins afresh, and keeps what comes meanwhile", async () => {
  const { told, clock, memory: voice } = memory();
  voice.note(DEEP, 0);
  expect(told).toEqual(["hold"]);
  clock.pass(1_000);
  await settled();
  expect(told).toEqual(["hold", "renew at 600", "release"]);
});

test.each<[string, Partial<VoiceWait>]>([
  ["frames still come unevenly", { spread_ms: 500 }],
  ["the round trip asks for it", { least_ms: 500 }],
  ["it is little deeper than needed", { aim_ms: 300 }],
  ["the browser does not tell when frames came", { spread_ms: null }],
  ["the browser does not tell what it aims at", { aim_ms: 0 }],
])("leaves the buffer alone where %s", (_, change) => {
  const { told, memory: voice } = memory();
  voice.note({ ...DEEP, ...change }, 0);
  expect(told).toEqual([]);
});

test("does it once in ten seconds, and never twice at a time", async () => {
  const { told, clock, memory: voice } = memory();
  for (const now_ms of [0, 1_000, 9_000]) {
    voice.note(DEEP, now_ms);
    clock.pass(1_000);
    await settled();
  }
  expect(told.filter((one) => one === "hold")).toHaveLength(1);
  voice.note(DEEP, 10_000);
  expect(told.filter((one) => one === "hold")).toHaveLength(2);
});

test("holds back no more than two seconds", async () => {
  const { told, clock, memory: voice } = memory();
  voice.note({ ...DEEP, delay_ms: 60_000 }, 0);
  clock.pass(2_000);
  await settled();
  expect(told).toContain("release");
});

test("takes the site's voice, and nothing else, out of its offer", () => {
  const offer = [
    "v=0\r\na=sendrecv\r\n",
    "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\n",
    "m=video 9 UDP/TLS/RTP/SAVPF 97\r\na=mid:1\r\na=sendonly\r\n",
  ];
  const [session, audio, video] = offer;
  const silent = audio?.replace("a=sendrecv", "a=recvonly");
  expect(withoutVoice(offer.join(""))).toBe([session, silent, video].join(""));
});
