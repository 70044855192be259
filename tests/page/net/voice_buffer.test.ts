import { expect, test } from "vitest";
import { voiceTarget_ms } from "@page/net/voice_buffer.ts";

test("holds nothing back on a line that loses nothing", () => {
  expect(voiceTarget_ms({ rtt_ms: 400, jitter_ms: 20, loss_pct: 0, packet_ms: 60 })).toBe(0);
});

test("waits for a packet to be missed, asked for and repeated", () => {
  expect(voiceTarget_ms({ rtt_ms: 120, jitter_ms: 15, loss_pct: 0.5, packet_ms: 60 })).toBe(190);
});

test("waits for the next packet alone where that repeats the lost one", () => {
  expect(voiceTarget_ms({ rtt_ms: 600, jitter_ms: 5, loss_pct: 2, packet_ms: 120 })).toBe(135);
});

test("asks for no more than a browser takes, however unevenly packets come", () => {
  expect(voiceTarget_ms({ rtt_ms: 600, jitter_ms: 90_000, loss_pct: 2, packet_ms: 120 })).toBe(4_000);
});
