/** What arrived on a connection, read from the browser's statistics. */

/** Counted since the connection was made. */
export interface PeerCount {
  readonly framesDecoded: number;
  readonly voiceSamples: number;
  readonly voiceConcealed: number;
  readonly rtt_ms: number;
}

export const NO_COUNT: PeerCount = {
  framesDecoded: 0,
  voiceSamples: 0,
  voiceConcealed: 0,
  rtt_ms: 0,
};

/** From `RTCPeerConnection.getStats`; what a browser does not tell counts as 0. */
export function readCount(stats: Iterable<readonly [string, unknown]>): PeerCount {
  let count = NO_COUNT;
  for (const [, entry] of stats) {
    const fact = entry as Readonly<Record<string, unknown>>;
    if (fact["type"] === "inbound-rtp" && fact["kind"] === "video") {
      count = { ...count, framesDecoded: count.framesDecoded + number(fact["framesDecoded"]) };
    } else if (fact["type"] === "inbound-rtp" && fact["kind"] === "audio") {
      const voiceConcealed = number(fact["concealedSamples"]);
      count = { ...count, voiceSamples: number(fact["totalSamplesReceived"]), voiceConcealed };
    } else if (fact["type"] === "candidate-pair" && fact["nominated"] === true) {
      count = { ...count, rtt_ms: Math.round(1000 * number(fact["currentRoundTripTime"])) };
    }
  }
  return count;
}

/** Share of the voice that was invented between two counts, 0 to 100. */
export function concealed_pct(before: PeerCount, after: PeerCount): number {
  const samples = after.voiceSamples - before.voiceSamples;
  if (samples <= 0) return 0;
  const share = (100 * (after.voiceConcealed - before.voiceConcealed)) / samples;
  return Math.round(Math.min(100, Math.max(0, share)) * 10) / 10;
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
