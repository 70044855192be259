/**
 * Files of the GP's on their way to the site: offered, sent in pieces, received by their hash.
 *
 * Mirrors `client/session/attachments.py`. On the line pieces leave at a quarter of what the site's
 * line takes, so that voice never waits for them; without a line they go by mailbox, as many as may
 * lie there, and the site finds them when it comes back.
 */

import { areEqual, hex } from "../bytes.ts";
import type { Timer } from "../clock.ts";
import { type Bytes, joined, sha256 } from "../core/primitives.ts";
import type { Message } from "../core/wire.ts";
import type { StillHeld, StillOffered, StillPiece } from "./album.ts";
import { FileOnLine } from "./outgoing_files_line.ts";
import { FileByMail, MAILED_BYTES } from "./outgoing_files_mail.ts";

/** Bytes of one file; chosen: a scanned prescription of some pages, a photograph. */
export const FILE_LIMIT = 10_000_000;
/** Of one consultation. */
export const FILES_LIMIT = 32;
/** Bytes of them all. */
export const FILES_TOTAL_LIMIT = 64 << 20;
/** Characters of a file's name. */
export const LABEL_LIMIT = 120;
/** Pieces of all files in the mailbox without a receipt; `client.core.mailed.WINDOW_PIECES`. */
export const MAILED_LIMIT = 128;
/** chosen: small next to voice packets 60 ms apart, and few wake-ups. */
export const TURN_MS = 50;
/** From one letter with a piece to the next; chosen: half of what the relay takes from a sender. */
export const LETTER_MS = 500;
/** Of what the site's line takes; the GP's voice and picture have the rest. */
const SHARE = 0.25;
/** Before the site has told what its line takes, and whatever it tells. */
const FIRST_BPS = 24_000;
const FASTEST_BPS = 250_000;
/** Around the bytes of a piece: parcel, envelope, DTLS, UDP and IP. */
const AROUND_BYTES = 100;
const SMALL_PIECE_BYTES = 360;
const LARGE_PIECE_BYTES = 1_000;

/** What a file is to the session's screens. */
export interface DocumentView {
  readonly id: number;
  readonly label: string;
  readonly media_type: string;
  readonly size: number;
  readonly sha256_hex: string;
  /** Bytes the site has told to hold. */
  readonly held: number;
  /** `posted`: all of it lies in the site's mailbox. */
  readonly state: "sending" | "posted" | "received";
  readonly file: Blob;
}

/** Those of `chosen` that an ending now would lose: neither at the site nor whole in its mailbox. */
export function undelivered(documents: readonly DocumentView[], chosen: readonly number[]): readonly DocumentView[] {
  return documents.filter(({ id, state }) => chosen.includes(id) && state === "sending");
}

export interface FilePorts {
  readonly timer: Timer;
  clock_ms(): number;
  /** Durable. */
  offer(message: StillOffered): void;
  byLine(piece: StillPiece): void;
  byMailbox(piece: StillPiece): void;
  /** The relay takes letters now. */
  canPost(): boolean;
  /** Kept, so that a page that is loaded anew can go on with the file. */
  keep(piece: StillPiece): void;
  onChange(): void;
}

interface Outgoing {
  readonly offer: StillOffered;
  readonly file: Blob;
  readonly line: FileOnLine;
  readonly mail: FileByMail;
  held: number;
  isReceived: boolean;
}

/** The file is empty, too large, or one too many. */
export class FileRefusedError extends Error {
  override readonly name = "FileRefusedError";
}

export class OutgoingFiles {
  readonly #ports: FilePorts;
  readonly #files = new Map<number, Outgoing>();
  /** Of files that an earlier process of this page offered: what it kept of each. */
  readonly #kept = new Map<number, StillPiece[]>();
  #lastId = 0;
  #total = 0;
  #isLineUp = false;
  #allowed_bps = FIRST_BPS;
  /** Bits that may leave now. */
  #credit = 0;
  #cancelTurn: (() => void) | null = null;

  constructor(ports: FilePorts) {
    this.#ports = ports;
  }

  /** Offer these bytes to the site; their number. Rejects with `FileRefusedError`. */
  async offerFile(bytes: Uint8Array, label: string, mediaType: string): Promise<number> {
    const hasRoom = this.#files.size < FILES_LIMIT && this.#total + bytes.length <= FILES_TOTAL_LIMIT;
    if (bytes.length === 0 || bytes.length > FILE_LIMIT || !hasRoom) {
      throw new FileRefusedError(`a file of ${bytes.length} bytes`);
    }
    this.#total += bytes.length;
    const data = joined(bytes);
    const digest = await sha256(data);
    const offer = offered(this.#nextId(), data, label, mediaType, digest, this.#ports.clock_ms());
    for (let at = 0; at < data.length; at += MAILED_BYTES) {
      const part = data.subarray(at, at + MAILED_BYTES);
      this.#ports.keep({ kind: "still_piece", id: offer.id, offset: at, data: part });
    }
    this.#begin(offer, data);
    this.#ports.offer(offer);
    this.#work();
    return offer.id;
  }

  /** An earlier process of this page kept this part of a file. */
  restorePiece(piece: StillPiece): void {
    this.#kept.set(piece.id, [...(this.#kept.get(piece.id) ?? []), piece]);
  }

  /** It offered the file: go on with it. */
  restore(offer: StillOffered): void {
    const pieces = this.#kept.get(offer.id) ?? [];
    this.#kept.delete(offer.id);
    const data = joined(...pieces.map((piece) => piece.data));
    if (data.length !== offer.size) return;
    this.#total += data.length;
    this.#lastId = Math.max(this.#lastId, offer.id);
    this.#begin(offer, data);
    this.#work();
  }

  #begin(offer: StillOffered, data: Bytes): void {
    this.#files.set(offer.id, {
      offer,
      file: new Blob([data], { type: offer.media_type }),
      line: new FileOnLine(offer.id, data),
      mail: new FileByMail(offer.id, data),
      held: 0,
      isReceived: false,
    });
  }

  /** The site holds this much of one and wants the rest. */
  held(told: StillHeld): void {
    const known = this.#files.get(told.id);
    if (known === undefined || known.isReceived) return;
    const now_ms = this.#ports.clock_ms();
    known.line.acknowledge(told, now_ms);
    known.mail.acknowledge(told, now_ms);
    const beyond = told.beyond.reduce((sum, bound, at) => sum + (at % 2 === 0 ? -bound : bound), 0);
    known.held = Math.max(known.held, Math.min(told.size + beyond, known.offer.size));
    this.#work();
    this.#ports.onChange();
  }

  /** The site has all of it; a receipt for other bytes than ours is ignored. */
  received({ id, sha256: digest }: Extract<Message, { kind: "still_received" }>): void {
    const known = this.#files.get(id);
    if (known === undefined || !areEqual(digest, known.offer.sha256)) return;
    known.isReceived = true;
    known.held = known.offer.size;
    this.#work();
    this.#ports.onChange();
  }

  /** The line came up, which loses what was under way, or is cut. */
  lineTurned(isUp: boolean): void {
    if (isUp) for (const { line } of this.#files.values()) line.rewind();
    this.#isLineUp = isUp;
    this.#work();
  }

  /** What the site says its line takes in all. */
  allow(down_bps: number): void {
    if (down_bps > 0) this.#allowed_bps = Math.min(SHARE * down_bps, FASTEST_BPS);
  }

  /** SHA-256 of the file with this number, as offered. */
  hashOf(id: number): Bytes | null {
    const known = this.#files.get(id);
    return known === undefined ? null : joined(known.offer.sha256);
  }

  get views(): readonly DocumentView[] {
    return [...this.#files.values()].map(viewOf);
  }

  /** Every file is at the site, or all of it in its mailbox. */
  get isSettled(): boolean {
    return [...this.#files.values()].every((file) => file.isReceived || file.mail.isPosted);
  }

  /** The consultation is over. */
  forget(): void {
    this.#cancelTurn?.();
    this.#cancelTurn = null;
    this.#files.clear();
    this.#total = 0;
  }

  /** Rises over reloads of the page too: the site must take no new file for an earlier one. */
  #nextId(): number {
    this.#lastId = Math.max(this.#lastId + 1, Math.floor(this.#ports.clock_ms() / 1000));
    return this.#lastId;
  }

  get #open(): Outgoing[] {
    return [...this.#files.values()].filter(({ isReceived }) => !isReceived);
  }

  #work(): void {
    if (this.#cancelTurn !== null || this.#open.length === 0) return;
    const wait_ms = this.#isLineUp ? TURN_MS : LETTER_MS;
    this.#cancelTurn = this.#ports.timer(wait_ms, () => {
      this.#cancelTurn = null;
      if (this.#isLineUp) this.#sendByLine();
      else this.#sendByMailbox();
      this.#work();
    });
  }

  #sendByLine(): void {
    const isFast = this.#allowed_bps > 100_000;
    const limit = isFast ? LARGE_PIECE_BYTES : SMALL_PIECE_BYTES;
    const cost = 8 * (limit + AROUND_BYTES);
    const earned = (this.#allowed_bps * TURN_MS) / 1000;
    this.#credit = Math.min(this.#credit + earned, Math.max(cost, earned)); // nothing is saved up
    for (const { line } of this.#open) {
      while (this.#credit >= cost) {
        const piece = line.nextPiece(limit, this.#ports.clock_ms());
        if (piece === null) break;
        this.#credit -= cost;
        this.#ports.byLine(piece);
      }
    }
  }

  #sendByMailbox(): void {
    const inMailbox = this.#open.reduce((sum, { mail }) => sum + mail.waiting, 0);
    if (inMailbox >= MAILED_LIMIT || !this.#ports.canPost()) return;
    for (const { mail } of this.#open) {
      const piece = mail.nextPiece(this.#ports.clock_ms());
      if (piece === null) continue;
      this.#ports.byMailbox(piece);
      if (mail.isPosted) this.#ports.onChange();
      return;
    }
  }
}

function offered(
  id: number,
  data: Uint8Array,
  label: string,
  media_type: string,
  digest: Uint8Array,
  taken_ms: number,
): StillOffered {
  const whole = { part: "whole", of: 0, area: [], flaw: "" };
  const shown = { width: 0, height: 0, taken_ms, media_type };
  const name = label.slice(0, LABEL_LIMIT);
  return { kind: "still_offered", id, label: name, size: data.length, sha256: digest, ...shown, ...whole };
}

function viewOf({ offer, file, held, isReceived, mail }: Outgoing): DocumentView {
  const { id, label, media_type, size, sha256: digest } = offer;
  const state = isReceived ? "received" : mail.isPosted ? "posted" : "sending";
  return { id, label, media_type, size, sha256_hex: hex(digest), held, state, file };
}
