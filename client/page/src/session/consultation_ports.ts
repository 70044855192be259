/** What a consultation is given, and what it tells whoever holds it. */

import type { Timer } from "../clock.ts";
import type { Opener, Sealer } from "../core/envelope.ts";
import type { FrameRatchet } from "../core/frame_keys.ts";
import type { Circumstances } from "../core/signed_summary.ts";
import type { Message } from "../core/wire.ts";
import type { PeerCount } from "../net/statistics.ts";
import type { Peer, PeerEvents } from "./line.ts";
import type { TrackTaker } from "./media.ts";
import type { Diary } from "./resumption.ts";
import type { WaveFeed } from "./wave.ts";

export type Of<K extends Message["kind"]> = Extract<Message, { kind: K }>;
type Hashes = Pick<Circumstances, "stills" | "files">;

/** A connection with media, as `net/peer.ts` makes it. */
export interface MediaPeer extends Peer, TrackTaker {
  readonly picture: MediaStream;
  readonly voice: MediaStream;
  count(): Promise<PeerCount>;
  allow(down_bps: number): Promise<void>;
}

export interface ConsultationPorts {
  readonly sealer: Sealer;
  readonly opener: Opener;
  readonly frameKeys: FrameRatchet;
  readonly timer: Timer;
  readonly feed: WaveFeed;
  clock_ms(): number;
  /** Where what happens is kept. */
  readonly diary: Diary;
  byMailbox(envelope: Uint8Array): void;
  makePeer(events: PeerEvents<MediaPeer>): MediaPeer;
  /** The relay takes letters now. */
  canPost(): boolean;
  /** The summary with the GP's signature, which covers the files with these hashes. */
  sign(summary: Of<"summary">, hashes: Hashes): Promise<Message>;
}

export interface ConsultationEvents {
  onChange(): void;
  /** The site's person compared the words. */
  onWords(equal: boolean): void;
  onGoodbye(reason: string): void;
  /** The direct line ends at somebody else's. */
  onWrongHello(): void;
  /** The site says more than any consultation needs. */
  onTooMuch(): void;
  /** The site wants to be kept, and keeps us. */
  onAcquaintance(said: Of<"acquaintance">): void;
  /** The site proves the profession of the person there. */
  onAttested(attestation: Uint8Array): void;
  /** The GP is asked without meeting. */
  onQuestion(): void;
  /** Our summary is with the site. */
  onSummaryReceived(): void;
}
