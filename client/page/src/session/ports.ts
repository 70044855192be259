/** What a session needs from outside; the browser gives it, or a test. */

import type { Timer } from "../clock.ts";
import type { GpHandshake } from "../core/handshake.ts";
import type { Identity } from "../core/identity.ts";
import type { Invitation } from "../core/invitation.ts";
import type { RelayEvents } from "../net/relay.ts";
import type { Book } from "../store/book.ts";
import type { MediaPeer } from "./consultation_ports.ts";
import type { PeerEvents } from "./line.ts";
import type { Devices } from "./media.ts";
import type { Profession } from "./profession.ts";
import type { Diary } from "./resumption.ts";
import type { WaveFeed } from "./wave.ts";

/** The relay, as the session uses it. */
export interface Mailbox {
  /** Let holders of the token put into our mailbox until then. */
  admit(tokenHash: Uint8Array, until_s: number): void;
  put(to: Uint8Array, token: Uint8Array, data: Uint8Array, ttl_s: number): void;
  /** The way to the relay may be dead without having said so. */
  renew(): void;
  stop(): void;
}

/** What a draft belongs to: one invitation, or one call. */
export interface DraftOwner {
  readonly secret: Uint8Array;
}

/** The drafts of summaries, kept encrypted so that a reload or a crash does not lose them. */
export interface Drafts {
  /** What was kept for this consultation; empty when nothing was. */
  load(owner: DraftOwner): Promise<string>;
  keep(owner: DraftOwner, text: string): void;
  erase(owner: DraftOwner): void;
  /** Erase what a crash left behind long ago, but for these. */
  tidy(alive: readonly DraftOwner[]): void;
}

/** The sites this GP knows. */
export type Contacts = Pick<Book, "keep" | "newest" | "bonds">;

/** What the GP wrote about themselves on the first screen. */
export interface Self {
  readonly name: string;
  readonly place: string;
  /** 11 digits, or empty. */
  readonly rpps: string;
}

export interface Ports {
  readonly timer: Timer;
  readonly feed: WaveFeed;
  readonly devices: Devices;
  readonly drafts: Drafts;
  readonly contacts: Contacts;
  /** Who vouches for the GP's profession, and for a site's. */
  readonly profession: Profession;
  /** Begins to keep a consultation, so that a reload goes on with it. */
  diary(id: string): Diary;
  clock_ms(): number;
  /** The identity kept by this browser, made at the first visit. */
  identity(): Promise<Identity>;
  handshake(identity: Identity, invitation: Invitation): Promise<GpHandshake>;
  openMailbox(identity: Identity, relay: string | null, events: RelayEvents): Promise<Mailbox>;
  makePeer(events: PeerEvents<MediaPeer>): MediaPeer;
  /** Remember who the GP is for the next visit. */
  remember(self: Self): void;
  /** Who the GP was the last time; an empty name where nobody knows. */
  recall(): Self;
}
