/** The worker through which every coded frame passes; none leaves or enters by mistake. */

import * as encryptedFrames from "../core/encrypted_frames.ts";
import { FrameOpener, FrameSealer } from "../core/sframe.ts";
import type { Begin, HoldVoice, StreamOptions, WorkerNews } from "./frame_sealing.ts";
import { Lateness } from "./lateness.ts";

/** chosen: a key frame takes the site's encoder and the line's time. */
const ASK_AGAIN_MS = 400;
const NEWS_EVERY_MS = 1_000;
/** Frames of voice kept at most; chosen: two seconds of the shortest packets. */
const KEPT_LIMIT = 100;

interface CodedFrame {
  data: ArrayBuffer;
  getMetadata(): { readonly rtpTimestamp?: number };
}

type Controller = TransformStreamDefaultController<CodedFrame>;

interface Transformer {
  readonly readable: ReadableStream<CodedFrame>;
  readonly writable: WritableStream<CodedFrame>;
  readonly options: StreamOptions;
  sendKeyFrameRequest?(): Promise<void>;
  generateKeyFrame?(): Promise<unknown>;
}

interface Scope {
  onrtctransform: (event: { readonly transformer: Transformer }) => void;
  onmessage: (event: { readonly data: Begin | HoldVoice }) => void;
  postMessage(news: WorkerNews): void;
}

/** What becomes of a frame's bytes; `null`: it is dropped. */
type Change = (data: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer> | null>;

const scope = globalThis as unknown as Scope;
const transformers: Transformer[] = [];
const openers: FrameOpener[] = [];
const drop: Change = async () => null;
const lateness = new Lateness();
let begun: Begin | null = null;
let told_ms = 0;
let isVoiceTimed = false;
let isHeld = false;
let kept: { readonly frame: CodedFrame; readonly controller: Controller }[] = [];

scope.onrtctransform = ({ transformer }) => {
  transformers.push(transformer);
  void pass(transformer);
};

scope.onmessage = ({ data }) => {
  if ("isHeld" in data) return hold(data.isHeld);
  if (begun !== null) return; // a counter would begin anew under the same key
  begun = data;
  // What came or was made before is gone, and with it the picture that all others build on.
  for (const transformer of transformers) void askKeyFrame(transformer);
};

scope.postMessage({ refused: 0, voiceSpread_ms: null });

async function pass(transformer: Transformer): Promise<void> {
  const { stream } = transformer.options;
  let change: Change | null = null;
  let asked_ms = 0;
  const transform = async (frame: CodedFrame, controller: Controller) => {
    if (stream === "voiceIn") time(frame);
    if (begun !== null) change ??= changeFor(begun, transformer.options);
    const data = await (change ?? drop)(new Uint8Array(frame.data));
    if (data !== null) {
      frame.data = data.buffer;
      if (stream === "voiceIn" && isHeld) keep(frame, controller);
      else controller.enqueue(frame);
    } else if (begun !== null && stream === "pictureIn") {
      const now_ms = performance.now();
      if (now_ms - asked_ms < ASK_AGAIN_MS) return;
      asked_ms = now_ms;
      void askKeyFrame(transformer);
    }
  };
  const changed = transformer.readable.pipeThrough(new TransformStream({ transform }));
  await changed.pipeTo(transformer.writable).catch(() => undefined); // the connection was closed
}

function changeFor({ keys, codec: agreed }: Begin, options: StreamOptions): Change {
  const [stream, codec] = [options.stream, options.codec ?? agreed];
  if (keys === null) return async (data) => data;
  if (codec === null) return drop;
  if (stream === "voiceOut" || stream === "pictureOut") {
    const sealer = new FrameSealer(keys[stream]);
    return (data) => encryptedFrames.seal(codec, data, sealer);
  }
  const opener = new FrameOpener(keys[stream]);
  openers.push(opener);
  return async (data) => {
    const opened = await encryptedFrames.open(codec, data, opener);
    if (opened === null) tell();
    return opened;
  };
}

function time(frame: CodedFrame): void {
  const { rtpTimestamp } = frame.getMetadata();
  if (rtpTimestamp === undefined) return;
  isVoiceTimed = true;
  lateness.note(rtpTimestamp, performance.now());
  tell();
}

/** Not with each frame: a flood of them must not become one of messages. */
function tell(): void {
  const now_ms = performance.now();
  if (now_ms - told_ms < NEWS_EVERY_MS) return;
  told_ms = now_ms;
  setTimeout(() => {
    const refused = openers.reduce((sum, { forged, replayed }) => sum + forged + replayed, 0);
    scope.postMessage({ refused, voiceSpread_ms: isVoiceTimed ? lateness.spread_ms : null });
  }, ASK_AGAIN_MS);
}

function hold(isHeldNow: boolean): void {
  isHeld = isHeldNow;
  if (!isHeld) release();
}

function keep(frame: CodedFrame, controller: Controller): void {
  kept.push({ frame, controller });
  if (kept.length >= KEPT_LIMIT) hold(false);
}

function release(): void {
  const frames = kept;
  kept = [];
  for (const { frame, controller } of frames) {
    try {
      controller.enqueue(frame);
    } catch {
      return; // the connection was closed
    }
  }
}

/** Of a picture, from whoever makes it; where the browser cannot ask, the peers do in the end. */
async function askKeyFrame(transformer: Transformer): Promise<void> {
  try {
    if (transformer.options.stream === "pictureIn") await transformer.sendKeyFrameRequest?.();
    if (transformer.options.stream === "pictureOut") await transformer.generateKeyFrame?.();
  } catch {
    // not sending or receiving at this moment
  }
}
