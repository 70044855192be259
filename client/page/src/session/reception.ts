/** What this end receives by the direct line, counted once a second. */

import {
  concealed_pct,
  loss_pct,
  NO_COUNT,
  type PeerCount,
  received_bps,
  voiceDelay_ms,
} from "../net/statistics.ts";
import type { Of } from "./consultation_ports.ts";

const REPORT_EVERY_MS = 1_000;

export class Reception {
  /** Share of the voice that was invented, lately. */
  concealed_pct = 0;
  #count = NO_COUNT;
  #reported_ms = 0;

  /** Another connection: it counts from nothing. */
  begin(): void {
    this.#count = NO_COUNT;
  }

  /** Whether it is time for a report, which is then on its way. */
  isDue(now_ms: number): boolean {
    if (now_ms - this.#reported_ms < REPORT_EVERY_MS) return false;
    this.#reported_ms = now_ms;
    return true;
  }

  /** What came since the last report. */
  async reported(
    peer: { count(): Promise<PeerCount> },
    now_ms: number,
  ): Promise<Of<"page_report">> {
    const count = await peer.count();
    const before = this.#count;
    this.#count = count;
    this.concealed_pct = concealed_pct(before, count);
    return {
      kind: "page_report",
      sent_ms: now_ms,
      frames_decoded: count.framesDecoded,
      voice_concealed_pct: this.concealed_pct,
      rtt_ms: count.rtt_ms,
      voice_delay_ms: voiceDelay_ms(before, count),
      frozen_ms: count.frozen_ms,
      received_bps: received_bps(before, count),
      loss_pct: Math.round(loss_pct(before, count)),
    };
  }
}
