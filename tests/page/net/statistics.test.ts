import { expect, test } from "vitest";
import {
  concealed_pct,
  loss_pct,
  NO_COUNT,
  readCount,
  received_bps,
  voiceAim_ms,
  voiceDelay_ms,
  voicePacket_ms,
} from "@page/net/statistics.ts";

const STATS = new Map<string, unknown>([
  [
    "V",
    {
      type: "inbound-rtp",
      kind: "video",
      framesDecoded: 120,
      totalFreezesDuration: 0.75,
      packetsReceived: 260,
      retransmittedPacketsReceived: 10,
      packetsLost: 3,
    },
  ],
  [
    "A",
    {
      type: "inbound-rtp",
      kind: "audio",
      totalSamplesReceived: 48_000,
      concealedSamples: 960,
      jitterBufferDelay: 2_400,
      jitterBufferMinimumDelay: 1_920,
      jitterBufferEmittedCount: 48_000,
      jitter: 0.012,
      packetsReceived: 248,
      nackCount: 1,
      packetsLost: 1,
    },
  ],
  ["P", { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.0512 }],
  ["Q", { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 }],
  ["R", { type: "candidate-pair", nominated: true }],
  ["T", { type: "transport", timestamp: 2_000, bytesReceived: 22_000, packetsReceived: 500 }],
  ["C", { type: "codec" }],
]);

test("adds up what the browser tells and takes the rest as nothing", () => {
  const count = readCount(STATS);
  expect(count).toEqual({
    framesDecoded: 120,
    voiceSamples: 48_000,
    voiceConcealed: 960,
    rtt_ms: 51,
    at_ms: 2_000,
    receivedBytes: 36_000,
    packets: 497,
    packetsLost: 5,
    frozen_ms: 750,
    voiceWait_ms: 2_400_000,
    voiceAim_ms: 1_920_000,
    voicePlayed: 48_000,
    voiceJitter_ms: 12,
    voicePackets: 248,
  });
  expect(readCount([])).toEqual(NO_COUNT);
});

test("tells shares and rates between two counts", () => {
  const count = readCount(STATS);
  expect(concealed_pct(NO_COUNT, count)).toBe(2);
  expect(loss_pct(NO_COUNT, count)).toBe(1);
  expect(voiceDelay_ms(NO_COUNT, count)).toBe(50);
  expect(voiceAim_ms(NO_COUNT, count)).toBe(40);
  expect(received_bps(NO_COUNT, count)).toBe(144_000);
  expect(voicePacket_ms(NO_COUNT, count)).toBe(4);
});

test("makes nothing of two counts that are the same, or of a new connection's", () => {
  const count = readCount(STATS);
  const tellers = [concealed_pct, loss_pct, voiceAim_ms, voiceDelay_ms, voicePacket_ms, received_bps];
  for (const tell of tellers) {
    expect(tell(count, count)).toBe(0);
    expect(tell(count, NO_COUNT)).toBe(0);
  }
});

test("takes no loss from counts between which the browser began to count voice anew", () => {
  const before = { ...NO_COUNT, packets: 1_000, packetsLost: 10, voicePackets: 500 };
  const after = { ...before, packets: 560, packetsLost: 11, voicePackets: 20 };
  expect(loss_pct(before, after)).toBe(0);
});
