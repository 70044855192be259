/**
 * The sealing of one connection's picture and voice, which a worker does frame by frame.
 *
 * Nothing passes, either way, until both ends have agreed whether frames are sealed: what leaves
 * before that could not be taken back. A browser that cannot do it goes on as before, and says so.
 */

import type { SealedCodec } from "../core/encrypted_frames.ts";
import type { FrameKeys } from "../core/frame_keys.ts";
import workerUrl from "./frames.worker.ts?worker&url";

/** chosen: a worker of our own build is there at once, or the browser will not have it. */
const READY_LIMIT_MS = 2_000;

/** Which of a connection's streams a transform is for. */
export type StreamName = keyof FrameKeys;

/** What a transform is made with. */
export interface StreamOptions {
  readonly stream: StreamName;
  /** `null`: told with the keys, since the answer decides it. */
  readonly codec: SealedCodec | null;
}

/** What the worker is told: the keys, or `null` for frames that pass as they are. */
export interface Begin {
  readonly keys: FrameKeys | null;
  /** Of streams that were attached without theirs. */
  readonly codec: SealedCodec | null;
}

/** Whether frames of voice that come are kept, in their order, until this is taken back. */
export interface HoldVoice {
  readonly isHeld: boolean;
}

/** What the worker tells: that it is there, and what it saw. */
export interface WorkerNews {
  /** Frames dropped since it began. */
  readonly refused: number;
  /** How unevenly voice came lately; `null`: none did, or the browser does not tell. */
  readonly voiceSpread_ms: number | null;
}

type Transformed = Pick<RTCRtpSender, "transform"> | Pick<RTCRtpReceiver, "transform">;

export class FrameSealing {
  /** Received frames that the site had not sealed so, or that came again. */
  refused = 0;
  /** What the site's picture comes as, once that is agreed on. */
  codec: SealedCodec | null = null;
  /** How unevenly the site's voice came in the last seconds; `null`: unknown. */
  voiceSpread_ms: number | null = null;
  #worker: Worker | null = null;

  /** Whether this browser can seal frames; to be asked before anything is attached. */
  async prepare(): Promise<boolean> {
    if (typeof RTCRtpScriptTransform === "undefined") return false;
    const worker = ownWorker();
    if (worker !== null && (await isReady(worker))) {
      this.#worker = worker;
      worker.onmessage = ({ data }) => {
        const news = data as WorkerNews;
        this.refused = news.refused;
        this.voiceSpread_ms = news.voiceSpread_ms;
      };
      return true;
    }
    worker?.terminate();
    return false;
  }

  /** Let the worker handle this stream; without a worker, it stays the browser's. */
  attach(end: Transformed, options: StreamOptions): void {
    if (this.#worker !== null) end.transform = new RTCRtpScriptTransform(this.#worker, options);
  }

  /** Both ends have agreed; `null`: that frames pass as they are. */
  begin(keys: FrameKeys | null): void {
    this.#worker?.postMessage({ keys, codec: this.codec } satisfies Begin);
  }

  /** Keep the site's voice from the browser for a while, or hand over what was kept. */
  holdVoice(isHeld: boolean): void {
    this.#worker?.postMessage({ isHeld } satisfies HoldVoice);
  }

  close(): void {
    this.#worker?.terminate();
  }
}

/** The one script this page ever starts; no other passes its policy. */
function ownWorker(): Worker | null {
  try {
    return new Worker(trusted(new URL(workerUrl, import.meta.url).href));
  } catch {
    return null; // a policy that forbids it
  }
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | null = null;

function trusted(url: string): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  policy ??= types?.createPolicy("chevet-worker", { createScriptURL: onlyOwn }) ?? null;
  return policy?.createScriptURL(url) ?? url;
}

function onlyOwn(url: string): string {
  if (url !== new URL(workerUrl, import.meta.url).href) throw new TypeError("not our worker");
  return url;
}

function isReady(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    worker.onmessage = () => resolve(true);
    worker.onerror = () => resolve(false);
    setTimeout(() => resolve(false), READY_LIMIT_MS);
  });
}
