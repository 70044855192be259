/** What the browser gives a session: clock, keys, sockets, cameras and a database. */

import { now_ms, timer } from "./clock.ts";
import { GpHandshake } from "./core/handshake.ts";
import { hostBroker } from "./net/broker.ts";
import { camera, microphone } from "./net/devices.ts";
import { Mailroom } from "./net/mailroom.ts";
import { WebRtcPeer } from "./net/peer.ts";
import { Relay, type Socket } from "./net/relay.ts";
import { relayAddress } from "./net/relay_address.ts";
import type { Ports } from "./session/ports.ts";
import { Profession } from "./session/profession.ts";
import { type Interrupted, interrupted } from "./session/resumption.ts";
import type { WaveFeed } from "./session/wave.ts";
import { EncryptedAttestation } from "./store/attestation.ts";
import type { Book } from "./store/book.ts";
import { type Database, openDatabase, passingDatabase } from "./store/database.ts";
import { EncryptedDrafts } from "./store/drafts.ts";
import { keptIdentity } from "./store/identity.ts";
import { Journal } from "./store/journal.ts";
import { recallSelf, rememberSelf } from "./store/self.ts";

export async function database(): Promise<Database> {
  try {
    return await openDatabase(indexedDB);
  } catch {
    return passingDatabase(); // a private window: the identity lasts as long as the page
  }
}

export function ports(kept: Database, book: Book, feed: WaveFeed): Ports {
  let lender: Relay | null = null;
  const identity = () => keptIdentity(kept, () => localStorage);
  const mailroom = new Mailroom(async (relay, events) => {
    const address = await relayAddress(relay, location.origin, relayFile);
    const connect = (node: string | null) => new WebSocket(node ?? address) as Socket;
    const way = new Relay(await identity(), events, connect, timer);
    way.start();
    lender = way;
    return way;
  });
  const profession = new Profession({
    broker: hostBroker,
    store: new EncryptedAttestation(kept),
    timer,
    clock_ms: now_ms,
    identity,
    openTab: (url) => void window.open(url, "_blank", "noopener,noreferrer"),
  });
  return {
    timer,
    feed,
    devices: { microphone, camera },
    drafts: new EncryptedDrafts(kept, now_ms),
    contacts: book,
    profession,
    diary: (id) => Journal.begun(kept, id),
    clock_ms: now_ms,
    identity,
    handshake: (mine, invitation) => GpHandshake.create(mine, invitation),
    openMailbox: (_mine, relay, events) => mailroom.listen(relay, events),
    makePeer: (events) => new WebRtcPeer(events, lender?.iceServers ?? []),
    remember: (self) => {
      rememberSelf(() => localStorage, self);
      void navigator.storage?.persist(); // none on a page without a secure origin
    },
    recall: () => recallSelf(() => localStorage),
  };
}

/** What an earlier process of this page was in the middle of; the rest is erased. */
export async function leftBehind(kept: Database): Promise<readonly Interrupted[]> {
  const found = await Journal.left(kept);
  return found.flatMap(({ journal, entries }) => {
    const one = interrupted(entries, journal, now_ms());
    if (one === null) journal.erase();
    return one === null ? [] : [one];
  });
}

async function relayFile(): Promise<unknown> {
  const answer = await fetch("relay.json");
  return answer.json();
}
