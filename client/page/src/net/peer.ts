/** One WebRTC connection to the site: answers its offer, carries the data channel and the media. */

import { timer } from "../clock.ts";
import type { SealedCodec } from "../core/encrypted_frames.ts";
import type { FrameKeys } from "../core/frame_keys.ts";
import type { Peer, PeerEvents } from "../session/line.ts";
import { type Allowance, allowance, CAUTIOUS } from "./allowance.ts";
import { FrameSealing } from "./frame_sealing.ts";
import {
  loss_pct,
  NO_COUNT,
  type PeerCount,
  readCount,
  voiceAim_ms,
  voiceDelay_ms,
  voicePacket_ms,
} from "./statistics.ts";
import { voiceTarget_ms } from "./voice_buffer.ts";
import { renewVoice, VoiceMemory } from "./voice_memory.ts";

/** Bytes; chosen: more waiting than this means the line takes nothing. */
const BUFFER_LIMIT = 1 << 20;
/** Bytes of one message on the data channel; the largest envelope is far below. */
const MESSAGE_LIMIT = 32_768;
/** SCTP streams, as `client/net/classification.py` has them. */
const MESSAGES_STREAM = 0;
const PIECES_STREAM = 1;
/** chosen: host candidates are there at once; a slow network must not hold up the answer. */
const GATHERING_LIMIT_MS = 2_000;
/** chosen: a way through a TURN server by TCP and TLS takes 3 s over a satellite. */
const RELAYED_LIMIT_MS = 6_000;
/** chosen: a loss is remembered for about ten seconds of counts. */
const LOSS_KEPT = 0.8;

export class WebRtcPeer implements Peer {
  readonly picture = new MediaStream();
  readonly voice = new MediaStream();
  localFingerprint: Uint8Array = new Uint8Array();
  remoteFingerprint: Uint8Array = new Uint8Array();
  canSeal = false;
  canShow = true;
  readonly #sealing = new FrameSealing();
  readonly #connection: RTCPeerConnection;
  readonly #hasServers: boolean;
  readonly #events: PeerEvents<WebRtcPeer>;
  readonly #channel: RTCDataChannel;
  #microphone: RTCRtpSender | null = null;
  #camera: RTCRtpSender | null = null;
  #voiceTrack: MediaStreamTrack | null = null;
  #faceTrack: MediaStreamTrack | null = null;
  #allowance: Allowance = CAUTIOUS;
  #count: PeerCount = NO_COUNT;
  #loss_pct = 0;
  readonly #voiceMemory = new VoiceMemory(
    {
      holdVoice: (isHeld) => this.#sealing.holdVoice(isHeld),
      renew: () => renewVoice(this.#connection),
    },
    timer,
  );

  /** `iceServers` help where no direct way leads to the site; the browser prefers direct ones. */
  constructor(events: PeerEvents<WebRtcPeer>, iceServers: readonly RTCIceServer[] = []) {
    this.#events = events;
    this.#hasServers = iceServers.length > 0;
    this.#connection = new RTCPeerConnection({
      iceServers: [...iceServers],
      bundlePolicy: "max-bundle",
    });
    this.#channel = this.#openChannel("chevet", MESSAGES_STREAM);
    this.#channel.onopen = () => this.#events.onOpen(this);
    this.#openChannel("chevet-pieces", PIECES_STREAM);
    this.#connection.ontrack = ({ track }) => this.#receive(track);
  }

  async answer(offerSdp: string): Promise<string> {
    this.remoteFingerprint = fingerprint(offerSdp);
    this.canSeal = await this.#sealing.prepare();
    await this.#connection.setRemoteDescription({ type: "offer", sdp: offerSdp });
    this.#prepareSenders();
    const answer = await this.#connection.createAnswer();
    this.#sealing.codec = pictureCodec(answer.sdp ?? "");
    this.canShow = this.#sealing.codec !== null;
    await this.#connection.setLocalDescription(answer);
    await this.#gathered();
    await this.#limit();
    const sdp = this.#connection.localDescription?.sdp ?? "";
    this.localFingerprint = fingerprint(sdp);
    return sdp;
  }

  send(data: Uint8Array): boolean {
    const channel = this.#channel;
    if (channel.readyState !== "open" || channel.bufferedAmount > BUFFER_LIMIT) return false;
    channel.send(new Uint8Array(data)); // a copy of its own: the browser takes no shared memory
    return true;
  }

  setMicrophone(track: MediaStreamTrack | null): void {
    this.#voiceTrack = track;
    void this.#microphone?.replaceTrack(track);
  }

  setCamera(track: MediaStreamTrack | null): void {
    this.#faceTrack = track;
    void this.#camera?.replaceTrack(track);
  }

  /** What arrived since the connection was made; what follows from it for voice is done at once. */
  async count(): Promise<PeerCount> {
    const count = readCount(await this.#connection.getStats());
    this.#loss_pct = Math.max(loss_pct(this.#count, count), LOSS_KEPT * this.#loss_pct);
    this.#fitBuffer(this.#count, count);
    this.#count = count;
    return count;
  }

  /** What this end may send in all, bits per second, headers included. */
  async allow(down_bps: number): Promise<void> {
    const allowed = allowance(down_bps);
    const { voice_bps, face_bps } = this.#allowance;
    if (allowed.voice_bps === voice_bps && allowed.face_bps === face_bps) return;
    this.#allowance = allowed;
    await this.#limit();
  }

  seal(keys: FrameKeys | null): void {
    this.#sealing.begin(keys);
  }

  /** Received frames that the site had not sealed so, or that came again; they were dropped. */
  get framesRefused(): number {
    return this.#sealing.refused;
  }

  close(): void {
    this.#connection.close();
    this.#sealing.close();
  }

  get isClosed(): boolean {
    return this.#connection.connectionState === "closed";
  }

  /** Known to both ends beforehand; unordered, nothing sent twice: our own receipts see to that. */
  #openChannel(label: string, id: number): RTCDataChannel {
    const options = { negotiated: true, id, ordered: false, maxRetransmits: 0 };
    const channel = this.#connection.createDataChannel(label, options);
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer && data.byteLength <= MESSAGE_LIMIT) {
        this.#events.onData(this, new Uint8Array(data));
      }
    };
    return channel;
  }

  #receive(track: MediaStreamTrack): void {
    (track.kind === "audio" ? this.voice : this.picture).addTrack(track);
  }

  /**
   * The offer says which section we may send in; tracks come and go without a new offer.
   * A transform must be there as soon as its receiver is: Chromium heeds no later one.
   */
  #prepareSenders(): void {
    for (const transceiver of this.#connection.getTransceivers()) {
      const { receiver, sender, direction } = transceiver;
      if (receiver.track.kind === "audio") {
        transceiver.direction = "sendrecv";
        this.#microphone = sender;
        this.#sealing.attach(sender, { stream: "voiceOut", codec: "voice" });
        this.#sealing.attach(receiver, { stream: "voiceIn", codec: "voice" });
      } else if (isForSending(this.#connection, transceiver.mid)) {
        transceiver.direction = "sendonly";
        this.#camera = sender;
        this.#sealing.attach(sender, { stream: "pictureOut", codec: "vp8" });
      } else {
        if (direction !== "recvonly") transceiver.direction = "recvonly";
        this.#sealing.attach(receiver, { stream: "pictureIn", codec: null });
      }
    }
    this.setMicrophone(this.#voiceTrack);
    this.setCamera(this.#faceTrack);
  }

  async #gathered(): Promise<void> {
    const connection = this.#connection;
    if (connection.iceGatheringState === "complete") return;
    await new Promise<void>((resolve) => {
      let isLate = false;
      const look = () => {
        const isEnough = isLate && (!this.#hasServers || isRelayed(connection));
        if (isEnough || connection.iceGatheringState === "complete") resolve();
      };
      connection.addEventListener("icegatheringstatechange", look);
      connection.addEventListener("icecandidate", look);
      setTimeout(() => {
        isLate = true;
        look();
      }, GATHERING_LIMIT_MS);
      setTimeout(resolve, RELAYED_LIMIT_MS);
    });
  }

  async #limit(): Promise<void> {
    const { voice_bps, face_bps } = this.#allowance;
    await change(this.#microphone, { maxBitrate: voice_bps });
    await change(this.#camera, {
      active: face_bps > 0,
      ...(face_bps > 0 && { maxBitrate: face_bps }),
    });
  }

  /** A lost voice packet comes again within the buffer; a picture is shown as soon as it is there. */
  #fitBuffer(before: PeerCount, count: PeerCount): void {
    const { rtt_ms, voiceJitter_ms: jitter_ms } = count;
    const packet_ms = voicePacket_ms(before, count);
    const target_ms = voiceTarget_ms({ rtt_ms, jitter_ms, loss_pct: this.#loss_pct, packet_ms });
    for (const receiver of this.#connection.getReceivers()) {
      if ("jitterBufferTarget" in receiver) {
        receiver.jitterBufferTarget = receiver.track.kind === "audio" ? target_ms : 0;
      }
    }
    const wait = {
      aim_ms: voiceAim_ms(before, count),
      delay_ms: voiceDelay_ms(before, count),
      spread_ms: this.#sealing.voiceSpread_ms,
      least_ms: target_ms,
      packet_ms,
    };
    this.#voiceMemory.note(wait, count.at_ms);
  }
}

/** What the browser encodes with from now on; where it cannot, it goes on as before. */
async function change(
  sender: RTCRtpSender | null,
  wanted: Partial<RTCRtpEncodingParameters>,
): Promise<void> {
  const parameters = sender?.getParameters();
  const encoding = parameters?.encodings[0];
  if (sender === null || parameters === undefined || encoding === undefined) return;
  Object.assign(encoding, wanted);
  try {
    await sender.setParameters(parameters);
  } catch {
    // a connection that has just closed
  }
}

/** Whether a way through a TURN server was found. */
function isRelayed(connection: RTCPeerConnection): boolean {
  return /^a=candidate:.* typ relay/m.test(connection.localDescription?.sdp ?? "");
}

/** Whether the site's offer wants to receive in this section. */
function isForSending(connection: RTCPeerConnection, mid: string | null): boolean {
  const sections = connection.remoteDescription?.sdp.split(/^m=/m).slice(1) ?? [];
  const section = sections.find((text) => new RegExp(`^a=mid:${mid}\\s*$`, "m").test(text));
  return section !== undefined && isReceiving(section);
}

/**
 * What our answer has the site's picture come as; `null`: nothing this browser decodes. It keeps of
 * the site's codecs those it decodes, and the site sends the first.
 */
export function pictureCodec(answerSdp: string): SealedCodec | null {
  const sections = answerSdp.split(/^m=/m);
  const section = sections.find((text) => /^video [1-9]/.test(text) && isReceiving(text)) ?? "";
  const first = /^video \d+ \S+ (\d+)/.exec(section)?.[1];
  const name = new RegExp(`^a=rtpmap:${first} ([\\w-]+)/`, "m").exec(section)?.[1]?.toLowerCase();
  return name === "av1" || name === "vp9" || name === "vp8" ? name : null;
}

function isReceiving(section: string): boolean {
  return /^a=recvonly\s*$/m.test(section);
}

/** The SHA-256 fingerprint of a description's certificate (RFC 8122, 5); empty when it has none. */
export function fingerprint(sdp: string): Uint8Array {
  const found = /^a=fingerprint:sha-256 ([0-9A-F:]+)\s*$/im.exec(sdp);
  const pairs = found?.[1]?.split(":") ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}
