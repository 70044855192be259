/** Files of the site's on their way to us: what is told of each as it comes, and once it is whole. */

import type { Timer } from "../clock.ts";
import type { Message } from "../core/wire.ts";
import { Album, HELD_EVERY_MS, type StillOffered, type StillPiece } from "./album.ts";

export interface IncomingPorts {
  readonly timer: Timer;
  clock_ms(): number;
  /** To the site, of no lasting interest. */
  tell(message: Message): void;
  /** Kept, so that a page that is loaded anew need not be sent it again. */
  keep(piece: StillPiece): void;
  /** This file is whole and the site's, byte for byte: durable. */
  confirm(receipt: Extract<Message, { kind: "still_received" }>): void;
  onChange(): void;
}

export class IncomingFiles {
  readonly album = new Album();
  readonly #ports: IncomingPorts;
  /** Files whose receipt an earlier process of this page has sent. */
  readonly #confirmed = new Set<number>();
  #cancelTelling: (() => void) | null = null;

  constructor(ports: IncomingPorts) {
    this.#ports = ports;
  }

  offered(offer: StillOffered): void {
    const held = this.album.offer(offer);
    if (held !== null) this.#ports.tell(held);
  }

  came(piece: StillPiece): void {
    if (this.album.isReadyToCheck(piece.id) || !this.album.take(piece)) return;
    this.#ports.keep(piece);
    if (this.album.isReadyToCheck(piece.id)) void this.#check(piece.id);
    else this.#tellSoon();
  }

  /** An earlier process of this page sent the receipt of this file. */
  restoreConfirmed(id: number): void {
    this.#confirmed.add(id);
  }

  /** Everything an earlier process of this page kept is here again. */
  restored(): void {
    for (const { offer } of this.album.pages) {
      if (this.album.isReadyToCheck(offer.id)) void this.#check(offer.id);
    }
  }

  /** A new line is up: where each stands. */
  lineUp(): void {
    this.#tell(this.album.unfinished(this.#ports.clock_ms()));
  }

  /** Time has passed on a line that is up. */
  tick(now_ms: number): void {
    this.#tell(this.album.stalled(now_ms));
  }

  /** The consultation is over: keep no picture. */
  forget(): void {
    this.#cancelTelling?.();
    this.#cancelTelling = null;
    this.album.forget();
  }

  /** One receipt speaks for all pieces of a short while. */
  #tellSoon(): void {
    this.#cancelTelling ??= this.#ports.timer(HELD_EVERY_MS, () => {
      this.#cancelTelling = null;
      this.#tell(this.album.news(this.#ports.clock_ms()));
    });
  }

  #tell(messages: readonly Message[]): void {
    for (const message of messages) this.#ports.tell(message);
  }

  async #check(id: number): Promise<void> {
    const page = this.album.pages.find(({ offer }) => offer.id === id);
    if (page === undefined || !(await this.album.check(id))) return this.#ports.onChange();
    if (this.#confirmed.has(id)) this.#ports.onChange();
    else this.#ports.confirm({ kind: "still_received", id, sha256: page.offer.sha256 });
  }
}
