/** How long the page holds the site's voice back so that a lost packet can still come again. */

/** What was measured of the line from the site. */
export interface VoiceLine {
  readonly rtt_ms: number;
  readonly jitter_ms: number;
  /** Of the packets, before any repair, lately. */
  readonly loss_pct: number;
  /** How much voice one packet holds: it takes the next one to notice a gap. */
  readonly packet_ms: number;
}

/** chosen: for the site's own turn and a late timer. */
const MARGIN_MS = 10;
/** chosen: fewer losses than this are rarer than one a minute. */
const LOSSLESS_PCT = 0.1;
/** As in `client/core/adaptation/voice_ladder.py`: above it voice repeats itself (RFC 2198). */
const LONG_RTT_MS = 250;
/** The most a browser takes (WebRTC Extensions, `jitterBufferTarget`). */
const MOST_MS = 4_000;

/** Milliseconds for `jitterBufferTarget`, below which the browser's own judgement does not go. */
export function voiceTarget_ms({ rtt_ms, jitter_ms, loss_pct, packet_ms }: VoiceLine): number {
  if (loss_pct < LOSSLESS_PCT) return 0;
  // The round trip was measured over the same jitter.
  const mended_ms = rtt_ms > LONG_RTT_MS ? jitter_ms : rtt_ms;
  return Math.min(MOST_MS, Math.round(packet_ms + mended_ms + MARGIN_MS));
}
