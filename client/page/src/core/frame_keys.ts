/** The keys of picture and voice, new for every connection; mirrors `client/core/frame_keys.py`. */

import { type Kept, type Role, rootOf, type SessionKeys } from "./envelope.ts";
import { type Bytes, joined, purpose } from "./primitives.ts";
import { bigEndian, derive, type FrameKey, frameKey, ratchet } from "./sframe.ts";

const BASE_BYTES = 64;
/** Of one key generation (RFC 9605, 5.1: R is 3). */
const STEPS = 8;

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

/** Gives each connection of a session its keys. */
export class FrameRatchet {
  readonly #secret: Promise<Bytes>;

  /** Of a session's first process, or of a later one of the GP's with what was kept. */
  constructor(keys: SessionKeys | Kept) {
    this.#secret = secretOf(keys);
  }

  /** Of this connection, at either end. */
  async keys(attempt: number, certificates: Certificates): Promise<FrameKeys> {
    const label = joined(purpose("sframe generation"), bigEndian(Math.floor(attempt / STEPS), 8));
    const first = await derive(await this.#secret, label, BASE_BYTES);
    const base = await ratchet(first, attempt % STEPS);
    const named = joined(certificates.site, certificates.gp);
    const key = async (sender: Role, medium: "voice" | "picture") => {
      const info = joined(purpose(`sframe ${sender} ${medium}`), new Uint8Array(1), named);
      return frameKey(await derive(base, info, BASE_BYTES), attempt);
    };
    return {
      voiceOut: await key("gp", "voice"),
      pictureOut: await key("gp", "picture"),
      voiceIn: await key("site", "voice"),
      pictureIn: await key("site", "picture"),
    };
  }
}

/** From the roots of either end's later keys, which both ends still have after a restart. */
async function secretOf(keys: SessionKeys | Kept): Promise<Bytes> {
  const roots =
    "ownRoot" in keys
      ? joined(await rootOf(keys.peerKey), keys.ownRoot)
      : joined(await rootOf(keys.siteKey), await rootOf(keys.gpKey));
  return derive(roots, purpose("sframe"), BASE_BYTES);
}
