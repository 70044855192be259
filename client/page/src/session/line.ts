/**
 * The direct line to the site: one peer connection in use, at most one more being tried.
 *
 * The site always offers. A connection counts only once the site's sealed hello has named both its
 * certificates; silence, not the browser's opinion, tells that it is cut.
 */

import { areEqual } from "../bytes.ts";
import type { FrameKeys } from "../core/frame_keys.ts";
import type { Message } from "../core/wire.ts";
import type { LinkState } from "./snapshot.ts";

/** Nothing heard for so long: the line is cut. */
export const SILENCE_LIMIT_MS = 3_000;

export type Hello = Extract<Message, { kind: "hello" }>;

/** One peer connection. */
export interface Peer {
  /** SHA-256 of our certificate; known once the offer is answered. */
  readonly localFingerprint: Uint8Array;
  /** SHA-256 of the certificate the site's offer named. */
  readonly remoteFingerprint: Uint8Array;
  /** Whether frames of picture and voice can be sealed; known once the offer is answered. */
  readonly canSeal: boolean;
  /** Whether the site's picture comes as something we decode; known once the offer is answered. */
  readonly canShow: boolean;
  /** Both ends have agreed: seal frames with these from now on, or let them pass (`null`). */
  seal(keys: FrameKeys | null): void;
  /** Our complete session description for the site's. */
  answer(offerSdp: string): Promise<string>;
  /** On the data channel; false when it is not open. */
  send(data: Uint8Array): boolean;
  close(): void;
}

export interface PeerEvents<P> {
  onOpen(peer: P): void;
  onData(peer: P, data: Uint8Array): void;
}

/** What a line tells its owner. */
export interface LineEvents<P extends Peer> {
  /** The data channel is open: say hello on it. */
  onOpen(peer: P): void;
  /** A sealed envelope came. */
  onData(peer: P, data: Uint8Array): void;
  /** This connection replaces any other: show its streams. */
  onChosen(peer: P): void;
  onState(state: LinkState): void;
}

export class Line<P extends Peer> {
  readonly #makePeer: (events: PeerEvents<P>) => P;
  readonly #events: LineEvents<P>;
  #current: P | null = null;
  #candidate: P | null = null;
  #attempt = 0;
  #heard_ms = 0;
  #state: LinkState = "none";
  readonly #opened = new WeakSet<P>();
  readonly #answered = new WeakSet<P>();

  constructor(makePeer: (events: PeerEvents<P>) => P, events: LineEvents<P>) {
    this.#makePeer = makePeer;
    this.#events = events;
  }

  /** The last moment the site was heard on the line; a cut counts from here. */
  get heard_ms(): number {
    return this.#heard_ms;
  }

  /** Counts the connections; the newest one's. */
  get attempt(): number {
    return this.#attempt;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** The connection whose hello was right. */
  get current(): P | null {
    return this.#current;
  }

  /** An earlier process of this page heard the site last at this moment. */
  resume(heard_ms: number): void {
    this.#heard_ms = heard_ms;
    this.#turn("cut");
  }

  /** Answer the site's offer; `null` for one that is not newer than the last. */
  async offered(attempt: number, sdp: string): Promise<string | null> {
    if (attempt <= this.#attempt) return null;
    this.#attempt = attempt;
    this.#candidate?.close();
    const peer = this.#makePeer(this.#peerEvents);
    this.#candidate = peer;
    if (this.#state === "none") this.#turn("connecting");
    const answer = await peer.answer(sdp);
    return peer === this.#candidate ? answer : null;
  }

  /** The site's hello came on `peer`; false when it does not name the certificates in use. */
  greeted(peer: P, hello: Hello, now_ms: number): boolean {
    const isOurs =
      areEqual(hello.local_fingerprint, peer.remoteFingerprint) &&
      areEqual(hello.remote_fingerprint, peer.localFingerprint);
    if (!isOurs) return false;
    this.#heard_ms = now_ms;
    if (peer === this.#candidate) {
      const before = this.#current;
      this.#current = peer;
      this.#candidate = null;
      before?.close();
      this.#events.onChosen(peer);
      this.#turn("up", true);
    }
    return true;
  }

  /** The site says more than hello on `peer`: it has verified ours. */
  answered(peer: P): void {
    this.#answered.add(peer);
  }

  /** Where to say hello (again): until it is answered, and on a line that was cut and may return. */
  get ungreeted(): P[] {
    const isUngreeted = (peer: P) =>
      this.#opened.has(peer) &&
      (!this.#answered.has(peer) || (peer === this.#current && this.#state === "cut"));
    const peers = [this.#candidate, this.#current].filter((peer) => peer !== null);
    return peers.filter(isUngreeted);
  }

  /** A genuine envelope came on the connection in use. */
  heard(now_ms: number): void {
    this.#heard_ms = now_ms;
    if (this.#state === "cut") this.#turn("up");
  }

  /** Time has passed. */
  tick(now_ms: number): void {
    const isSilent = now_ms - this.#heard_ms > SILENCE_LIMIT_MS;
    if (this.#state === "up" && isSilent) this.#turn("cut");
  }

  /** On the line, if it is up. */
  send(data: Uint8Array): boolean {
    return this.#state === "up" && (this.#current?.send(data) ?? false);
  }

  close(): void {
    this.#candidate?.close();
    this.#current?.close();
    this.#candidate = null;
    this.#current = null;
    this.#turn("none");
  }

  readonly #peerEvents: PeerEvents<P> = {
    onOpen: (peer) => {
      this.#opened.add(peer);
      if (peer === this.#candidate) this.#events.onOpen(peer);
    },
    onData: (peer, data) => {
      if (peer === this.#candidate || peer === this.#current) this.#events.onData(peer, data);
    },
  };

  #turn(state: LinkState, isNew = false): void {
    if (state === this.#state && !isNew) return;
    this.#state = state;
    this.#events.onState(state);
  }
}
