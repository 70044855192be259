/** The keys of picture and voice, new for every connection; mirrors `client/core/frame_keys.py`. */

import type { Role, SessionKeys } from "./envelope.ts";
import { type Bytes, joined, purpose } from "./primitives.ts";
import { derive, type FrameKey, frameKey, ratchet, STEPS_LIMIT } from "./sframe.ts";

const BASE_BYTES = 64;
/** Ratchet steps that the key id tells apart (RFC 9605, 5.1: R is 3). */
const KID_STEPS = 8;

/** Both ends' certificates of one connection, by their SHA-256. */
export interface Certificates {
  readonly site: Uint8Array;
  readonly gp: Uint8Array;
}

/** What one connection's frames are sealed and opened with, as the GP's end needs them. */
export interface FrameKeys {
  readonly voiceOut: FrameKey;
  readonly pictureOut: FrameKey;
  readonly voiceIn: FrameKey;
  readonly pictureIn: FrameKey;
}

/** Gives each connection its keys, in the order of their attempts; forgets as it goes. */
export class FrameRatchet {
  #step = 0;
  #base: Promise<Bytes>;

  constructor(keys: SessionKeys) {
    this.#base = derive(joined(keys.siteKey, keys.gpKey), purpose("sframe"), BASE_BYTES);
  }

  /** Of this connection; `null` where there can be none any more, or not yet. */
  async keys(attempt: number, certificates: Certificates): Promise<FrameKeys | null> {
    const steps = attempt - this.#step;
    if (steps < 0 || steps > STEPS_LIMIT) return null;
    this.#step = attempt; // before any wait: the next one goes on from here
    this.#base = this.#base.then((base) => ratchet(base, steps));
    const base = await this.#base;
    const named = joined(certificates.site, certificates.gp);
    const key = async (sender: Role, medium: "voice" | "picture") => {
      const info = joined(purpose(`sframe ${sender} ${medium}`), new Uint8Array(1), named);
      return frameKey(await derive(base, info, BASE_BYTES), attempt % KID_STEPS);
    };
    return {
      voiceOut: await key("gp", "voice"),
      pictureOut: await key("gp", "picture"),
      voiceIn: await key("site", "voice"),
      pictureIn: await key("site", "picture"),
    };
  }
}
