/** What of the GP's own voice and face the site's downlink bears. */

export interface Allowance {
  /** Bits per second of Opus. */
  readonly voice_bps: number;
  /** Bits per second of coded picture; 0: none. */
  readonly face_bps: number;
}

/** Headers of a voice packet every 60 ms, IP to encryption: 64 bytes each. */
const VOICE_HEADERS_BPS = 8_600;
/** Feedback, reports and receipts of a page that receives everything. */
const CONTROL_BPS = 8_000;
const VOICE_MOST_BPS = 16_000;
/** Opus is still understood. */
const VOICE_LEAST_BPS = 8_000;
/** chosen: below this VP8 shows nothing that helps. */
const FACE_LEAST_BPS = 30_000;
/** chosen: the GP's face never takes more of the site's downlink than this. */
const FACE_MOST_BPS = 100_000;
/** Of a picture's packets, headers taken off. */
const PAYLOAD_SHARE = 0.9;

/** Before the site has said anything: voice alone. */
export const CAUTIOUS: Allowance = { voice_bps: VOICE_MOST_BPS, face_bps: 0 };

/** For `LinkReport.down_bps`, what may be sent in all, headers included. */
export function allowance(down_bps: number): Allowance {
  const rest_bps = down_bps - VOICE_HEADERS_BPS - CONTROL_BPS;
  const voice_bps = Math.max(VOICE_LEAST_BPS, Math.min(VOICE_MOST_BPS, rest_bps));
  const face_bps = Math.round((rest_bps - voice_bps) * PAYLOAD_SHARE);
  return {
    voice_bps,
    face_bps: face_bps < FACE_LEAST_BPS ? 0 : Math.min(FACE_MOST_BPS, face_bps),
  };
}
