/** The relay's mailbox over a WebSocket that comes back by itself. */

import { areEqual } from "../bytes.ts";
import type { Timer } from "../clock.ts";
import { CLOSE_REPLACED, decode, encode, type Frame, FrameError, LOGIN_LABEL, loginWords, type Reason, type Request } from "./frames.ts";
import { iceServers } from "./ice_servers.ts";
import { nodeAddresses } from "./relay_address.ts";

/** Letters waiting to be stored; chosen: far more than a GP writes while the relay is away. */
export const WAITING_LIMIT = 256;
/** chosen: quick at first, then easy on a relay that is just coming back. */
const BACK_OFF_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];
/** chosen: the relay refuses for a rate or a full mailbox only for a moment. */
const PUT_AGAIN_MS = 1_000;

/** chosen: far below the half day that a pass lasts; needs no clock that agrees with the relay's. */
const ASK_SERVERS_MS = 3_600_000;

/** Signs for the owner of this mailbox. */
export interface Signer {
  readonly public: Uint8Array;
  sign(label: string, data: Uint8Array): Promise<Uint8Array>;
}

/** The part of a WebSocket used here. */
export interface Socket {
  /** Where it leads, `wss://host/mailbox`. */
  readonly url: string;
  binaryType: string;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: Uint8Array): void;
  close(): void;
}

export interface RelayEvents {
  /** A letter; it is deleted at the relay once the promise is done. */
  onLetter(data: Uint8Array): Promise<void>;
  onReachable(isReachable: boolean): void;
  /** The letter with this number, which `put` told, lies in its mailbox. */
  onStored(number: number): void;
  /** It will never be stored. */
  onRefused(reason: Reason, number: number): void;
}

interface Admission {
  readonly tokenHash: Uint8Array;
  until_s: number;
}

export class Relay {
  readonly #signer: Signer;
  readonly #events: RelayEvents;
  readonly #connect: (node: string | null) => Socket;
  readonly #timer: Timer;
  readonly #admissions: Admission[] = [];
  readonly #waiting = new Map<number, Request & { t: "put" }>();
  #socket: Socket | null = null;
  #isWelcome = false;
  #isStopped = false;
  /** Where else the relay is; the same mailboxes are there. */
  #nodes: readonly string[] = [];
  /** Which of them we are at; 0 is the address that was given. */
  #at = 0;
  #home: string | null = null;
  #failures = 0;
  #lastId = 0;
  #iceServers: RTCIceServer[] = [];
  #letters: Promise<void> = Promise.resolve();

  /** `connect` opens a socket to this node, or with null to the address that was given. */
  constructor(
    signer: Signer,
    events: RelayEvents,
    connect: (node: string | null) => Socket,
    timer: Timer,
  ) {
    this.#signer = signer;
    this.#events = events;
    this.#connect = connect;
    this.#timer = timer;
  }

  start(): void {
    if (this.#isStopped) return;
    const node = this.#nodes[this.#at - 1] ?? null;
    const socket = this.#connect(node);
    if (node === null) this.#home = socket.url;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => this.#receive(socket, data);
    socket.onclose = ({ code }) => this.#closed(socket, code);
    this.#socket = socket;
  }

  /** Leave for good. */
  stop(): void {
    this.#isStopped = true;
    this.#socket?.close();
  }

  /** A socket that still looks open may be dead, and a browser cannot ask: take a new one. */
  renew(): void {
    const socket = this.#socket;
    if (socket === null || !this.#isWelcome || this.#isStopped) return;
    this.#socket = null;
    this.#isWelcome = false;
    socket.close();
    this.start();
  }

  /** What the relay lends where no direct way leads to the site. */
  get iceServers(): readonly RTCIceServer[] {
    return this.#iceServers;
  }

  /** Let holders of the token put into our mailbox until then, or longer if they may already. */
  admit(tokenHash: Uint8Array, until_s: number): void {
    const known = this.#admissions.find((one) => areEqual(one.tokenHash, tokenHash));
    if (known !== undefined && known.until_s >= until_s) return;
    if (known === undefined) this.#admissions.push({ tokenHash, until_s });
    else known.until_s = until_s;
    if (this.#isWelcome) this.#send({ t: "admit", token_hash: tokenHash, until_s });
  }

  /** Put a letter into a mailbox, repeated until the relay has it; its number. */
  put(to: Uint8Array, token: Uint8Array, data: Uint8Array, ttl_s: number): number {
    this.#lastId += 1;
    const request = { t: "put", id: this.#lastId, to, token, data, ttl_s } as const;
    this.#waiting.set(request.id, request);
    if (this.#waiting.size > WAITING_LIMIT) this.#forgetOldest();
    if (this.#isWelcome) this.#send(request);
    return request.id;
  }

  #receive(socket: Socket, data: unknown): void {
    if (socket !== this.#socket || !(data instanceof ArrayBuffer)) return;
    try {
      this.#take(decode(new Uint8Array(data)));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      socket.close();
    }
  }

  #take(frame: Frame): void {
    switch (frame.t) {
      case "challenge":
        void this.#login(frame.nonce);
        break;
      case "welcome":
        this.#welcomed();
        break;
      case "nodes":
        this.#tell(frame.urls);
        break;
      case "admitted":
        break;
      case "stored":
        this.#waiting.delete(frame.id);
        this.#events.onStored(frame.id);
        break;
      case "refused":
        this.#refused(frame.id, frame.reason);
        break;
      case "servers":
        this.#iceServers = iceServers(frame);
        break;
      case "message":
        this.#inOrder(() => this.#deliver(frame.id, frame.data));
        break;
    }
  }

  #tell(urls: readonly string[]): void {
    const current = this.#nodes[this.#at - 1];
    this.#nodes = nodeAddresses(urls, this.#home ?? "");
    this.#at = current === undefined ? 0 : this.#nodes.indexOf(current) + 1;
  }

  async #login(nonce: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket === null) return;
    const words = loginWords(nonce, new URL(socket.url).host);
    const signature = await this.#signer.sign(LOGIN_LABEL, words);
    if (socket === this.#socket) this.#send({ t: "login", key: this.#signer.public, signature });
  }

  #welcomed(): void {
    this.#isWelcome = true;
    this.#failures = 0;
    for (const { tokenHash, until_s } of this.#admissions) {
      this.#send({ t: "admit", token_hash: tokenHash, until_s });
    }
    this.#askServers(); // first: an offer may wait behind the watch
    this.#send({ t: "watch" });
    for (const request of this.#waiting.values()) this.#send(request);
    this.#events.onReachable(true);
  }

  /** Again and again: a page stays open for longer than what it was lent lasts. */
  #askServers(): void {
    const socket = this.#socket;
    this.#send({ t: "turn" });
    this.#timer(ASK_SERVERS_MS, () => {
      if (this.#isWelcome && socket === this.#socket) this.#askServers();
    });
  }

  #refused(id: number, reason: Reason): void {
    const request = this.#waiting.get(id);
    if (request === undefined) return;
    if (reason === "rate" || reason === "full") {
      this.#timer(PUT_AGAIN_MS, () => {
        if (this.#isWelcome && this.#waiting.has(id)) this.#send(request);
      });
      return;
    }
    this.#waiting.delete(id);
    this.#events.onRefused(reason, id);
  }

  #inOrder(act: () => Promise<void>): void {
    const acted = this.#letters.then(act);
    this.#letters = acted.catch(() => undefined); // a letter that failed comes again later
  }

  async #deliver(id: number, data: Uint8Array): Promise<void> {
    await this.#events.onLetter(data);
    if (this.#isWelcome) this.#send({ t: "ack", ids: [id] });
  }

  #closed(socket: Socket, code: number): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#isWelcome = false;
    this.#events.onReachable(false);
    // Another window of ours watches now; fighting for the mailbox would starve both.
    if (this.#isStopped || code === CLOSE_REPLACED) return;
    const delay_ms = BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)] ?? 0;
    this.#at = (this.#at + 1) % (this.#nodes.length + 1);
    if (this.#at === 0) this.#failures += 1;
    this.#timer(delay_ms, () => this.start());
  }

  #forgetOldest(): void {
    for (const id of this.#waiting.keys()) {
      this.#waiting.delete(id);
      return;
    }
  }

  #send(request: Request): void {
    this.#socket?.send(encode(request));
  }
}
