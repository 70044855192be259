import { expect, test } from "vitest";
import { sessionCiphers } from "@page/core/envelope.ts";
import { FrameRatchet } from "@page/core/frame_keys.ts";
import { encodeTogether, type Message } from "@page/core/wire.ts";
import { Consultation } from "@page/session/consultation.ts";
import type { MediaPeer } from "@page/session/consultation_ports.ts";
import type { PeerEvents } from "@page/session/line.ts";
import { NO_DIARY } from "@page/session/resumption.ts";
import { WaveFeed } from "@page/session/wave.ts";
import { FakeTimer, until } from "../fake_timer.ts";
import { ScriptedPeer } from "./scripted_site.ts";

const KEY = new Uint8Array(32).fill(5);
const KEYS = {
  siteKey: KEY,
  gpKey: KEY,
  siteIv: new Uint8Array(12),
  gpIv: new Uint8Array(12),
  tag: new Uint8Array(8),
};

/** A consultation whose browser can seal frames, or not. */
function bench(canSeal: boolean) {
  const { sealer, opener } = sessionCiphers(KEYS, "gp");
  const site = sessionCiphers(KEYS, "site");
  const peers: ScriptedPeer[] = [];
  const clock = new FakeTimer();
  const wrong: string[] = [];
  const consultation = new Consultation(
    {
      sealer,
      opener,
      frameKeys: new FrameRatchet(KEYS),
      timer: clock.timer,
      feed: new WaveFeed(),
      clock_ms: () => clock.now_ms,
      byMailbox: () => undefined,
      canPost: () => true,
      sign: async (summary) => summary,
      diary: NO_DIARY,
      makePeer: (events: PeerEvents<MediaPeer>) => {
        const peer = new ScriptedPeer(events);
        peer.canSeal = canSeal;
        peers.push(peer);
        return peer;
      },
    },
    {
      onChange: () => undefined,
      onWords: () => undefined,
      onAcquaintance: () => undefined,
      onAttested: () => undefined,
      onGoodbye: () => undefined,
      onWrongHello: () => void wrong.push("hello"),
      onTooMuch: () => undefined,
      onQuestion: () => undefined,
      onSummaryReceived: () => undefined,
    },
  );
  const sealed = (message: Message) =>
    site.sealer.seal(encodeTogether([{ number: null, message }]));

  /** The site's offer, and its hello once it is answered. */
  const connect = async (attempt: number, frames: number) => {
    await consultation.receive(
      await sealed({ kind: "signal", signal_kind: "offer", attempt, sdp: "offer" }),
    );
    const peer = peers.at(-1) as ScriptedPeer;
    await until(() => peers.length > 0);
    peer.events.onOpen(peer);
    const hello = {
      kind: "hello",
      local_fingerprint: peer.remoteFingerprint,
      remote_fingerprint: peer.localFingerprint,
      sent_ms: 0,
      frames,
    } as const;
    peer.events.onData(peer, await sealed(hello));
    peer.events.onData(peer, await sealed(hello)); // it may come again
    return peer;
  };
  return { consultation, connect, site };
}

test.each([
  [true, 1, true],
  [true, 0, false],
  [false, 1, false],
  [false, 0, false],
])("where we can: %s, and the site: %i, it is sealed: %s", async (canSeal, frames, isSealed) => {
  const { consultation, connect } = bench(canSeal);
  expect(consultation.link.isSealed).toBeNull();
  const peer = await connect(1, frames);
  await until(() => peer.sealed.length > 0);
  expect(consultation.link.isSealed).toBe(isSealed);
  expect(peer.sealed.length).toBe(1);
  expect(peer.sealed[0] !== null).toBe(isSealed);
});

test("each connection has keys of its own", async () => {
  const { connect } = bench(true);
  const [first, second] = [await connect(1, 1), await connect(2, 1)];
  await until(() => first.sealed.length + second.sealed.length === 2);
  const [before, after] = [first.sealed[0], second.sealed[0]];
  expect(before?.voiceOut.salt).not.toEqual(after?.voiceOut.salt);
  expect([before?.voiceOut.kid, after?.voiceOut.kid]).toEqual([1, 2]);
});
