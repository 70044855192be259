/** The page's own connection without its session, for `tests/net/test_sealed_frames_in_chromium.py`. */

import { FrameRatchet } from "@page/core/frame_keys.ts";
import type { HoldVoice } from "@page/net/frame_sealing.ts";
import { WebRtcPeer } from "@page/net/peer.ts";
import { renewVoice } from "@page/net/voice_memory.ts";

const NO_IV = new Uint8Array(12);
const fingerprints = { site: new Uint8Array([1]), gp: new Uint8Array([2]) };
const Plain = RTCPeerConnection;
const PlainWorker = Worker;
let connection: RTCPeerConnection | null = null;
let worker: Worker | null = null;
let waited = { aim_s: 0, samples: 0 };

/** The page keeps its connection to itself; its statistics are wanted here. */
globalThis.RTCPeerConnection = class extends Plain {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connection = this;
  }
};

globalThis.Worker = class extends PlainWorker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    worker = this;
  }
};

const peer = new WebRtcPeer({ onOpen: () => undefined, onData: () => undefined });

/** Answers the site's offer with own voice and picture; whether frames can be sealed, and shown. */
async function answer(offer: string): Promise<{ sdp: string; canSeal: boolean; canShow: boolean }> {
  const video = { width: 320, height: 240, frameRate: 15 };
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  peer.setMicrophone(media.getAudioTracks()[0] ?? null);
  peer.setCamera(media.getVideoTracks()[0] ?? null);
  const sdp = await peer.answer(offer);
  await peer.allow(1_000_000);
  for (const stream of [peer.picture, peer.voice]) {
    const element = document.createElement("video");
    element.autoplay = true;
    element.srcObject = stream;
    document.body.append(element);
  }
  return { sdp, canSeal: peer.canSeal, canShow: peer.canShow };
}

/** Both ends have agreed: on keys of a session whose every byte is this one, or on none. */
async function seal(byte: number | null): Promise<void> {
  if (byte === null) return peer.seal(null);
  const key = new Uint8Array(32).fill(byte);
  const session = { siteKey: key, gpKey: key, siteIv: NO_IV, gpIv: NO_IV, tag: NO_IV };
  peer.seal(await new FrameRatchet(session).keys(1, fingerprints));
}

/** The browser begins its voice buffer anew. */
async function renew(): Promise<void> {
  if (connection !== null) await renewVoice(connection);
}

/** The site's voice comes late, or all that was late at once. */
function hold(isHeld: boolean): void {
  worker?.postMessage({ isHeld } satisfies HoldVoice);
}

/** How long the browser had voice wait because of the line since it was last asked. */
function aim_ms(voice: { jitterBufferMinimumDelay?: number; jitterBufferEmittedCount?: number }) {
  const { jitterBufferMinimumDelay: aim_s = 0, jitterBufferEmittedCount: samples = 0 } = voice;
  const before = waited;
  waited = { aim_s, samples };
  return samples > before.samples ? (1000 * (aim_s - before.aim_s)) / (samples - before.samples) : null;
}

/** What was received so far, and how. */
async function received() {
  const report = [...((await connection?.getStats()) ?? new Map()).values()];
  const inbound = (kind: string) =>
    report.find((one) => one.type === "inbound-rtp" && one.kind === kind) ?? {};
  const [voice, picture] = [inbound("audio"), inbound("video")];
  return {
    frames: picture.framesDecoded ?? 0,
    codec: report.find(({ id }) => id === picture.codecId)?.mimeType ?? "",
    keyFrames: picture.keyFramesDecoded ?? 0,
    received: picture.framesReceived ?? 0,
    packets: (picture.packetsReceived ?? 0) as number,
    voicePackets: (voice.packetsReceived ?? 0) as number,
    plis: picture.pliCount ?? 0,
    aim_ms: aim_ms(voice),
    energy: voice.totalAudioEnergy ?? 0,
    refused: peer.framesRefused,
  };
}

type Received = Awaited<ReturnType<typeof received>>;

async function until(condition: (seen: Received) => boolean): Promise<Received> {
  for (;;) {
    const seen = await received();
    if (condition(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

Object.assign(globalThis, { answer, seal, hold, renew, until });
