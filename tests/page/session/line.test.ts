import { expect, test } from "vitest";
import { Line, type LineEvents, type Peer, type PeerEvents } from "@page/session/line.ts";

const CERTIFICATE = new Uint8Array(32).fill(7);

class FakePeer implements Peer {
  readonly localFingerprint = CERTIFICATE;
  readonly remoteFingerprint = new Uint8Array(32).fill(8);
  readonly sent: Uint8Array[] = [];
  readonly canSeal = false;
  readonly canShow = true;
  isClosed = false;

  constructor(readonly events: PeerEvents<FakePeer>) {}

  async answer(offerSdp: string): Promise<string> {
    return `answer to ${offerSdp}`;
  }

  send(data: Uint8Array): boolean {
    this.sent.push(data);
    return !this.isClosed;
  }

  seal(): void {}

  close(): void {
    this.isClosed = true;
  }
}

const hello = (peer: FakePeer) => ({
  kind: "hello" as const,
  local_fingerprint: peer.remoteFingerprint,
  remote_fingerprint: peer.localFingerprint,
  sent_ms: 0,
  frames: 0,
});

function bench() {
  const peers: FakePeer[] = [];
  const told: string[] = [];
  const events: LineEvents<FakePeer> = {
    onOpen: () => void told.push("open"),
    onData: () => void told.push("data"),
    onChosen: () => void told.push("chosen"),
    onState: (state) => void told.push(state),
  };
  const makePeer = (peerEvents: PeerEvents<FakePeer>) => {
    const peer = new FakePeer(peerEvents);
    peers.push(peer);
    return peer;
  };
  const line = new Line(makePeer, events);
  const peer = (at: number) => peers[at] as FakePeer;
  return { line, peer, peers, told };
}

test("answers an offer, and is up only after the right hello", async () => {
  const { line, peer, told } = bench();
  expect(await line.offered(1, "offer")).toBe("answer to offer");
  peer(0).events.onOpen(peer(0));
  expect(line.send(new Uint8Array(1))).toBe(false);
  expect(line.greeted(peer(0), hello(peer(0)), 0)).toBe(true);
  expect(told).toEqual(["connecting", "open", "chosen", "up"]);
  expect(line.send(new Uint8Array(1))).toBe(true);
});

test.each(["local_fingerprint", "remote_fingerprint"] as const)("a hello with another %s is refused", async (name) => {
  const { line, peer } = bench();
  await line.offered(1, "offer");
  const wrong = { ...hello(peer(0)), [name]: new Uint8Array(32) };
  expect(line.greeted(peer(0), wrong, 0)).toBe(false);
  expect(line.greeted(peer(0), { ...wrong, [name]: new Uint8Array() }, 0)).toBe(false);
  expect(line.state).toBe("connecting");
});

test("an old or repeated offer is not answered", async () => {
  const { line, peers } = bench();
  await line.offered(2, "offer");
  expect(await line.offered(2, "offer")).toBeNull();
  expect(await line.offered(1, "offer")).toBeNull();
  expect(peers).toHaveLength(1);
});

test("silence cuts the line; a word brings it back", async () => {
  const { line, peer, told } = bench();
  await line.offered(1, "offer");
  line.greeted(peer(0), hello(peer(0)), 1_000);
  line.tick(4_000);
  expect(line.state).toBe("up");
  line.tick(4_001);
  expect(line.state).toBe("cut");
  expect(line.send(new Uint8Array(1))).toBe(false);
  line.heard(9_000);
  expect(told.slice(-2)).toEqual(["cut", "up"]);
});

test("a new attempt takes over only once its hello is right", async () => {
  const { line, peer } = bench();
  await line.offered(1, "offer");
  line.greeted(peer(0), hello(peer(0)), 0);
  line.tick(5_000);
  await line.offered(2, "offer");
  expect(peer(0).isClosed).toBe(false);
  line.greeted(peer(1), hello(peer(1)), 6_000);
  expect(peer(0).isClosed).toBe(true);
  expect(line.current).toBe(peer(1));
  expect(line.state).toBe("up");
});

test("an attempt given up for a newer one is closed and no longer listened to", async () => {
  const { line, peer, told } = bench();
  await line.offered(1, "offer");
  await line.offered(2, "offer");
  expect(peer(0).isClosed).toBe(true);
  peer(0).events.onData(peer(0), new Uint8Array(1));
  expect(told).toEqual(["connecting"]);
});

test("hello is said until it is answered, and again on a line that was cut", async () => {
  const { line, peer } = bench();
  await line.offered(1, "offer");
  expect(line.ungreeted).toEqual([]);
  peer(0).events.onOpen(peer(0));
  expect(line.ungreeted).toEqual([peer(0)]);
  line.greeted(peer(0), hello(peer(0)), 0);
  expect(line.ungreeted).toEqual([peer(0)]); // ours may be lost
  line.answered(peer(0));
  expect(line.ungreeted).toEqual([]);
  line.tick(5_000);
  expect(line.ungreeted).toEqual([peer(0)]);
});
