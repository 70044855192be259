import { decode as fromCbor, encode as toCbor } from "cborg";
import { expect, test } from "vitest";
import { Relay, type RelayEvents, type Socket, WAITING_LIMIT } from "@page/net/relay.ts";
import { FakeTimer, settled } from "../fake_timer.ts";

/** The relay's end of one WebSocket. */
class FakeSocket implements Socket {
  readonly url = "wss://relay.example:443/mailbox";
  binaryType = "";
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly received: Record<string, unknown>[] = [];
  isClosed = false;

  send(data: Uint8Array): void {
    this.received.push(fromCbor(data));
  }

  close(code = 1000): void {
    this.isClosed = true;
    this.onclose?.({ code });
  }

  push(frame: unknown): void {
    this.pushBytes(toCbor(frame));
  }

  pushBytes(bytes: Uint8Array): void {
    this.onmessage?.({ data: Uint8Array.from(bytes).buffer });
  }

  kinds(): unknown[] {
    return this.received.map(({ t }) => t);
  }
}

function bench() {
  const clock = new FakeTimer();
  const sockets: FakeSocket[] = [];
  const told: unknown[] = [];
  const events: RelayEvents = {
    onLetter: async (data) => void told.push(["letter", [...data]]),
    onReachable: (isReachable) => void told.push(["reachable", isReachable]),
    onStored: (number) => void told.push(["stored", number]),
    onRefused: (reason) => void told.push(["refused", reason]),
  };
  const signer = {
    public: new Uint8Array(32).fill(1),
    sign: async (label: string, data: Uint8Array) =>
      Uint8Array.from([...new TextEncoder().encode(label), ...data]),
  };
  const connected: (string | null)[] = [];
  const connect = (node: string | null) => {
    const socket = new FakeSocket();
    sockets.push(socket);
    connected.push(node);
    return socket;
  };
  const relay = new Relay(signer, events, connect, clock.timer);
  const last = () => sockets[sockets.length - 1] as FakeSocket;
  return { relay, clock, sockets, connected, told, last };
}

async function welcome(socket: FakeSocket): Promise<void> {
  socket.push({ t: "challenge", nonce: new Uint8Array(32).fill(9) });
  await settled();
  socket.push({ t: "welcome" });
}

const ADDRESS = new Uint8Array(32).fill(2);
const TOKEN = new Uint8Array(16).fill(3);

test("logs in with a signature for this purpose, admits, watches, then puts", async () => {
  const { relay, last, told } = bench();
  relay.admit(new Uint8Array(32), 99);
  relay.put(ADDRESS, TOKEN, Uint8Array.of(0, 1), 60);
  relay.start();
  await welcome(last());
  expect(last().kinds()).toEqual(["login", "admit", "turn", "watch", "put"]);
  const login = last().received[0] as { signature: Uint8Array };
  const text = (words: string) => [...new TextEncoder().encode(words)];
  const words = [...new Uint8Array(32).fill(9), ...text("relay.example")];
  expect([...login.signature]).toEqual([...text("relay login"), ...words]);
  expect(told).toEqual([["reachable", true]]);
});

test("an admission is never shortened, and told once", async () => {
  const { relay, last } = bench();
  const hash = new Uint8Array(32);
  relay.admit(hash, 99);
  relay.admit(hash, 50);
  relay.admit(new Uint8Array(32).fill(1), 60);
  relay.start();
  await welcome(last());
  relay.admit(hash, 98);
  relay.admit(hash, 120);
  const admitted = last().received.filter(({ t }) => t === "admit");
  expect(admitted.map(({ until_s }) => until_s)).toEqual([99, 60, 120]);
});

test("a letter is acknowledged only after it was acted upon", async () => {
  const { relay, last, told } = bench();
  relay.start();
  await welcome(last());
  last().push({ t: "message", id: 5, data: Uint8Array.of(4, 2) });
  expect(last().kinds()).not.toContain("ack");
  await settled();
  expect(told).toContainEqual(["letter", [4, 2]]);
  expect(last().received.at(-1)).toEqual({ t: "ack", ids: [5] });
});

test("comes back with growing patience and puts again what was not stored", async () => {
  const { relay, clock, sockets, last } = bench();
  relay.start();
  await welcome(last());
  relay.put(ADDRESS, TOKEN, Uint8Array.of(1), 60);
  relay.put(ADDRESS, TOKEN, Uint8Array.of(2), 60);
  last().push({ t: "stored", id: 1 });
  last().close(1006);
  clock.pass(500);
  last().close(1006);
  clock.pass(999);
  expect(sockets).toHaveLength(2);
  clock.pass(1);
  expect(sockets).toHaveLength(3);
  await welcome(last());
  const puts = last().received.filter(({ t }) => t === "put");
  expect(puts.map(({ id }) => id)).toEqual([2]);
});

test("a full or busy relay is asked again, a final refusal is told", async () => {
  const { relay, clock, last, told } = bench();
  relay.start();
  await welcome(last());
  relay.put(ADDRESS, TOKEN, Uint8Array.of(1), 60);
  last().push({ t: "refused", id: 1, reason: "rate" });
  clock.pass(1_000);
  expect(last().kinds().filter((kind) => kind === "put")).toHaveLength(2);
  last().push({ t: "refused", id: 1, reason: "not_admitted" });
  expect(told.at(-1)).toEqual(["refused", "not_admitted"]);
});

test("a relay that is away fills only the bound", async () => {
  const { relay, last } = bench();
  for (let n = 0; n < WAITING_LIMIT + 5; n += 1) relay.put(ADDRESS, TOKEN, Uint8Array.of(1), 60);
  relay.start();
  await welcome(last());
  const puts = last().received.filter(({ t }) => t === "put");
  expect(puts).toHaveLength(WAITING_LIMIT);
  expect(puts[0]?.["id"]).toBe(6);
});

test.each([
  ["not CBOR", Uint8Array.of(0xff, 0x00)],
  ["not a map", toCbor([1])],
  ["an unknown kind", toCbor({ t: "surprise" })],
  ["a kind that every object knows", toCbor({ t: "constructor" })],
  ["another that every object knows", toCbor({ t: "toString" })],
  ["a kind that cannot be called", toCbor({ t: "__proto__" })],
  ["a kind that is no word", toCbor({ t: { toString: 1 } })],
  ["a short nonce", toCbor({ t: "challenge", nonce: new Uint8Array(31) })],
  ["a huge frame", new Uint8Array(40_000)],
])("drops a relay that sends %s", (_what, bytes) => {
  const { relay, last } = bench();
  relay.start();
  last().pushBytes(bytes);
  expect(last().isClosed).toBe(true);
});

test("does not fight a newer window of the same GP for the mailbox", async () => {
  const { relay, clock, sockets, last } = bench();
  relay.start();
  await welcome(last());
  last().close(4001);
  clock.pass(60_000);
  expect(sockets).toHaveLength(1);
});

test("takes a new socket when the old one may be dead, and puts again what was not stored", async () => {
  const { relay, sockets, last, told } = bench();
  relay.start();
  relay.renew(); // not welcome yet: nothing to doubt
  expect(sockets).toHaveLength(1);
  await welcome(last());
  relay.put(ADDRESS, TOKEN, Uint8Array.of(1), 60);
  relay.renew();
  expect(sockets[0]?.isClosed).toBe(true);
  await welcome(last());
  expect(sockets).toHaveLength(2);
  expect(last().kinds()).toEqual(["login", "turn", "watch", "put"]);
  expect(told).not.toContainEqual(["reachable", false]);
});

test("stops for good", async () => {
  const { relay, clock, sockets, last } = bench();
  relay.start();
  await welcome(last());
  relay.stop();
  clock.pass(60_000);
  expect(sockets).toHaveLength(1);
  expect(last().isClosed).toBe(true);
});

test("goes round the nodes it was told of, and is patient only after a whole round", async () => {
  const { relay, clock, connected, last } = bench();
  relay.start();
  await welcome(last());
  last().push({ t: "nodes", urls: ["https://b.example", "https://c.example"] });
  last().close(1006);
  for (const delay_ms of [500, 500, 500, 1_000]) {
    clock.pass(delay_ms);
    last().close(1006);
  }
  const [b, c] = ["wss://b.example/mailbox", "wss://c.example/mailbox"];
  expect(connected).toEqual([null, b, c, null, b]);
});

test("stays where it is when the nodes are told anew, and leaves when it is none of them", async () => {
  const { relay, clock, connected, last } = bench();
  relay.start();
  await welcome(last());
  last().push({ t: "nodes", urls: ["https://b.example"] });
  last().close(1006);
  clock.pass(500);
  await welcome(last());
  last().push({ t: "nodes", urls: ["https://c.example", "https://b.example"] });
  relay.renew();
  expect(connected).toEqual([null, "wss://b.example/mailbox", "wss://b.example/mailbox"]);
  await welcome(last());
  last().push({ t: "nodes", urls: [] });
  relay.renew();
  expect(connected.at(-1)).toBeNull();
});

const LENT = {
  t: "servers",
  uris: ["stun:turn.example", "turn:turn.example:3478", "turns:turn.example:443?transport=tcp"],
  username: "1800000000:00",
  password: "c2VhbGVk",
  until_s: 1_800_000_000,
};

test("servers that the relay lends are there for the next connection, and asked for anew", async () => {
  const { relay, last, clock } = bench();
  expect(relay.iceServers).toEqual([]);
  relay.start();
  await welcome(last());
  last().push(LENT);
  expect(relay.iceServers).toEqual([
    { urls: ["stun:turn.example"] },
    {
      urls: ["turn:turn.example:3478", "turns:turn.example:443?transport=tcp"],
      username: "1800000000:00",
      credential: "c2VhbGVk",
    },
  ]);
  clock.pass(3_600_000);
  expect(last().kinds()).toEqual(["login", "turn", "watch", "turn"]);
  last().push({ ...LENT, uris: [] });
  expect(relay.iceServers).toEqual([]);
});

test("addresses that a browser could not read are no servers", async () => {
  const { relay, last } = bench();
  relay.start();
  await welcome(last());
  for (const uri of ["turn:", "turn:a?transport=sctp", "stun:a?transport=udp", "turns:a b"]) {
    last().push({ ...LENT, uris: [uri] });
    expect(relay.iceServers).toEqual([]);
  }
});

test("servers beyond any measure end the connection", async () => {
  for (const wrong of [
    { uris: ["https://turn.example"] },
    { uris: new Array(9).fill("turn:turn.example") },
    { username: "x".repeat(513) },
    { password: 7 },
  ]) {
    const { relay, last } = bench();
    relay.start();
    await welcome(last());
    last().push({ ...LENT, ...wrong });
    expect(last().isClosed).toBe(true);
  }
});
