/** What arrived on a connection, read from the browser's statistics. */

/** Counted since the connection was made. */
export interface PeerCount {
  readonly framesDecoded: number;
  readonly voiceSamples: number;
  readonly voiceConcealed: number;
  readonly rtt_ms: number;
  /** The browser's clock. */
  readonly at_ms: number;
  /** All that came, IP and UDP headers included. */
  readonly receivedBytes: number;
  /** Packets of voice and picture that came when they were first sent. */
  readonly packets: number;
  /** Those that did not, whether they came again or not. */
  readonly packetsLost: number;
  readonly frozen_ms: number;
  /** How long the voice samples played waited, all together. */
  readonly voiceWait_ms: number;
  readonly voicePlayed: number;
  /** How long the line alone had the browser hold them, all together; 0 where it does not tell. */
  readonly voiceAim_ms: number;
  readonly voiceJitter_ms: number;
  readonly voicePackets: number;
}

export const NO_COUNT: PeerCount = {
  framesDecoded: 0,
  voiceSamples: 0,
  voiceConcealed: 0,
  rtt_ms: 0,
  at_ms: 0,
  receivedBytes: 0,
  packets: 0,
  packetsLost: 0,
  frozen_ms: 0,
  voiceWait_ms: 0,
  voicePlayed: 0,
  voiceAim_ms: 0,
  voiceJitter_ms: 0,
  voicePackets: 0,
};

/** IPv4 and UDP. */
const PACKET_HEADER_BYTES = 28;

type Fact = Readonly<Record<string, unknown>>;
type Reader = (count: PeerCount, fact: Fact) => PeerCount;

/** From `RTCPeerConnection.getStats`; what a browser does not tell counts as 0. */
export function readCount(stats: Iterable<readonly [string, unknown]>): PeerCount {
  let count = NO_COUNT;
  for (const [, entry] of stats) {
    const fact = entry as Fact;
    count = READERS[`${fact["type"]} ${fact["kind"] ?? ""}`.trim()]?.(count, fact) ?? count;
  }
  return count;
}

const READERS: Readonly<Record<string, Reader>> = {
  "inbound-rtp video": (count, fact) => ({
    ...count,
    framesDecoded: count.framesDecoded + number(fact["framesDecoded"]),
    frozen_ms: count.frozen_ms + Math.round(1000 * number(fact["totalFreezesDuration"])),
    packets:
      count.packets + number(fact["packetsReceived"]) - number(fact["retransmittedPacketsReceived"]),
    packetsLost: count.packetsLost + number(fact["packetsLost"]),
  }),
  "inbound-rtp audio": (count, fact) => ({
    ...count,
    voiceSamples: number(fact["totalSamplesReceived"]),
    voiceConcealed: number(fact["concealedSamples"]),
    voiceWait_ms: 1000 * number(fact["jitterBufferDelay"]),
    voicePlayed: number(fact["jitterBufferEmittedCount"]),
    voiceAim_ms: 1000 * number(fact["jitterBufferMinimumDelay"]),
    voiceJitter_ms: Math.round(1000 * number(fact["jitter"])),
    voicePackets: number(fact["packetsReceived"]),
    packets: count.packets + number(fact["packetsReceived"]) - number(fact["nackCount"]),
    packetsLost: count.packetsLost + number(fact["packetsLost"]) + number(fact["nackCount"]),
  }),
  transport: (count, fact) => ({
    ...count,
    at_ms: number(fact["timestamp"]),
    receivedBytes:
      number(fact["bytesReceived"]) + PACKET_HEADER_BYTES * number(fact["packetsReceived"]),
  }),
  "candidate-pair": (count, fact) =>
    fact["nominated"] === true && number(fact["currentRoundTripTime"]) > 0
      ? { ...count, rtt_ms: Math.round(1000 * number(fact["currentRoundTripTime"])) }
      : count,
};

/** Share of the voice that was invented between two counts, 0 to 100. */
export function concealed_pct(before: PeerCount, after: PeerCount): number {
  return share_pct(
    after.voiceConcealed - before.voiceConcealed,
    after.voiceSamples - before.voiceSamples,
  );
}

/** Share of the packets that did not come at first, 0 to 100; 0 where voice is counted anew. */
export function loss_pct(before: PeerCount, after: PeerCount): number {
  if (after.voicePackets < before.voicePackets) return 0;
  const lost = Math.max(0, after.packetsLost - before.packetsLost);
  return share_pct(lost, lost + Math.max(0, after.packets - before.packets));
}

/** How long voice was held back between two counts. */
export function voiceDelay_ms(before: PeerCount, after: PeerCount): number {
  return perSample_ms(before, after, after.voiceWait_ms - before.voiceWait_ms);
}

/**
 * How long the browser held voice back between two counts for the line's sake alone, not for the
 * picture's or since it was asked to; 0 where it does not tell.
 */
export function voiceAim_ms(before: PeerCount, after: PeerCount): number {
  return perSample_ms(before, after, after.voiceAim_ms - before.voiceAim_ms);
}

function perSample_ms(before: PeerCount, after: PeerCount, sum_ms: number): number {
  const played = after.voicePlayed - before.voicePlayed;
  return played <= 0 ? 0 : Math.round(sum_ms / played);
}

/** How much voice one packet held between two counts; 0 when none came. */
export function voicePacket_ms(before: PeerCount, after: PeerCount): number {
  const packets = after.voicePackets - before.voicePackets;
  const concealed = after.voiceConcealed - before.voiceConcealed;
  const samples = after.voiceSamples - before.voiceSamples - concealed;
  return packets <= 0 || samples <= 0 ? 0 : Math.round(samples / packets / 48);
}

/** Bits per second that came between two counts. */
export function received_bps(before: PeerCount, after: PeerCount): number {
  const elapsed_ms = after.at_ms - before.at_ms;
  if (elapsed_ms <= 0) return 0;
  return Math.max(0, Math.round((8_000 * (after.receivedBytes - before.receivedBytes)) / elapsed_ms));
}

function share_pct(part: number, whole: number): number {
  if (whole <= 0) return 0;
  return Math.round(Math.min(100, Math.max(0, (100 * part) / whole)) * 10) / 10;
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
