/**
 * A browser's voice buffer remembers for half a minute how deep one dip of the line made it; here it
 * begins afresh once nothing that came lately would need that depth.
 *
 * The site hears nothing of it: its offer is applied again without its voice, and then with it,
 * which empties the browser's buffer and its memory (measured in Chromium and Firefox: 10 to 20 ms).
 * What comes meanwhile waits in the worker while the buffer plays what it holds, so that no word is
 * lost; the browser then plays a little faster until it has caught up.
 */

import type { Timer } from "../clock.ts";

/** chosen: less is not heard as a delay, and costs more than it gains. */
const EXCESS_MS = 200;
/** chosen: a line that dips every few seconds is better waited for. */
const PAUSE_MS = 10_000;
/** The browser needs some voice left to go on from. */
const LEFT_MS = 40;
/** chosen: far above any browser's buffer; voice is held back no longer. */
const HOLD_LIMIT_MS = 2_000;

/** What is known of the voice between two counts. */
export interface VoiceWait {
  /** How long the browser has voice wait because of the line; 0 where it does not tell. */
  readonly aim_ms: number;
  /** How long voice did wait. */
  readonly delay_ms: number;
  /** How unevenly frames came in the last seconds; `null`: unknown. */
  readonly spread_ms: number | null;
  /** The least we ask for, and what one packet holds. */
  readonly least_ms: number;
  readonly packet_ms: number;
}

/** Whose buffer it is. */
export interface VoiceReceiver {
  /** Keep frames of voice that come (`true`), or give all that were kept to the browser. */
  holdVoice(isHeld: boolean): void;
  /** Begin the browser's buffer anew; never rejects. */
  renew(): Promise<void>;
}

export class VoiceMemory {
  readonly #receiver: VoiceReceiver;
  readonly #timer: Timer;
  #renewed_ms = Number.NEGATIVE_INFINITY;
  #isRenewing = false;

  constructor(receiver: VoiceReceiver, timer: Timer) {
    this.#receiver = receiver;
    this.#timer = timer;
  }

  /** Another count: begin afresh if the browser waits for what no longer comes. */
  note(wait: VoiceWait, now_ms: number): void {
    if (this.#isRenewing || now_ms - this.#renewed_ms < PAUSE_MS || excess_ms(wait) < EXCESS_MS) {
      return;
    }
    this.#isRenewing = true;
    this.#renewed_ms = now_ms;
    this.#receiver.holdVoice(true);
    const played_ms = Math.min(HOLD_LIMIT_MS, Math.max(0, wait.delay_ms - LEFT_MS));
    this.#timer(played_ms, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    await this.#receiver.renew();
    this.#receiver.holdVoice(false);
    this.#isRenewing = false;
  }
}

function excess_ms({ aim_ms, spread_ms, least_ms, packet_ms }: VoiceWait): number {
  return spread_ms === null ? 0 : aim_ms - Math.max(least_ms, spread_ms + packet_ms);
}

/** The browser forgets what its voice buffer has learnt of the line. */
export async function renewVoice(connection: RTCPeerConnection): Promise<void> {
  const offer = connection.remoteDescription?.sdp;
  if (offer === undefined || connection.connectionState === "closed") return;
  await isApplied(connection, withoutVoice(offer)); // refused: its buffer stays as it is
  // Without voice the connection is of no use; the site makes another one.
  if (!(await isApplied(connection, offer))) connection.close();
}

/** Whether the browser takes this offer and answers it. */
async function isApplied(connection: RTCPeerConnection, sdp: string): Promise<boolean> {
  try {
    await connection.setRemoteDescription({ type: "offer", sdp });
    await connection.setLocalDescription();
    return true;
  } catch {
    return false;
  }
}

/** The offer as it would be if the site sent no voice. */
export function withoutVoice(offerSdp: string): string {
  return offerSdp
    .split(/^(?=m=)/m)
    .map((part) =>
      part.startsWith("m=audio") ? part.replace(/^a=(sendrecv|sendonly)\s*?$/m, "a=recvonly") : part,
    )
    .join("");
}
