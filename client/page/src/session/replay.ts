/** The diary of an earlier process read again: its state comes about, and nothing is said. */

import type { Message } from "../core/wire.ts";
import type { ClockOffset } from "./clock_offset.ts";
import type { Correspondence } from "./correspondence.ts";
import type { Exchanges } from "./exchanges.ts";
import type { IncomingFiles } from "./incoming_files.ts";
import type { OutgoingFiles } from "./outgoing_files.ts";
import { type Entry, shaping, unpacked } from "./resumption.ts";

/** Where what happened is known. */
export interface Restored {
  readonly letters: Correspondence;
  readonly exchanges: Exchanges;
  readonly offset: ClockOffset;
  readonly files: OutgoingFiles;
  readonly incoming: IncomingFiles;
  /** The site said these. */
  act(messages: readonly Message[]): void;
  /** We said this. */
  said(message: Message): void;
}

export function replay(entry: Entry, to: Restored): void {
  if (entry.what === "received") {
    to.letters.restoreReceived(entry.numbers);
    for (const number of entry.numbers) to.exchanges.received(number, entry.at_ms);
  } else if (entry.what === "clock") to.offset.restore(entry.offset_ms);
  else if (entry.what === "came") {
    const { number, message } = unpacked(entry.parcel);
    if (number !== null) to.act(shaping(to.letters.restoreTaken({ number, message })));
  } else if (entry.what === "left") {
    const { number, message } = unpacked(entry.parcel);
    if (number !== null) restoreSaid(number, message, entry.at_ms, to);
  } else if (entry.what === "piece" || entry.what === "own") {
    const { message } = unpacked(entry.parcel);
    if (message.kind !== "still_piece") return;
    if (entry.what === "own") to.files.restorePiece(message);
    else to.incoming.album.take(message);
  }
}

function restoreSaid(number: number, message: Message, at_ms: number, to: Restored): void {
  if (message.kind === "still_offered") to.files.restore(message);
  if (message.kind === "still_received") to.incoming.restoreConfirmed(message.id);
  to.letters.restoreSent({ number, message });
  to.exchanges.restore(number, message, at_ms);
  to.said(message);
}
