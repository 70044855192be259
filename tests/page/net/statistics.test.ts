import { expect, test } from "vitest";
import { concealed_pct, NO_COUNT, readCount } from "@page/net/statistics.ts";

test("adds up what the browser tells and takes the rest as nothing", () => {
  const stats = new Map<string, unknown>([
    ["V", { type: "inbound-rtp", kind: "video", framesDecoded: 120 }],
    ["A", { type: "inbound-rtp", kind: "audio", totalSamplesReceived: 48_000, concealedSamples: 960 }],
    ["P", { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.0512 }],
    ["Q", { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 }],
    ["C", { type: "codec" }],
  ]);
  const count = readCount(stats);
  expect(count).toEqual({ framesDecoded: 120, voiceSamples: 48_000, voiceConcealed: 960, rtt_ms: 51 });
  expect(concealed_pct(NO_COUNT, count)).toBe(2);
  expect(concealed_pct(count, count)).toBe(0);
  expect(readCount([])).toEqual(NO_COUNT);
});
