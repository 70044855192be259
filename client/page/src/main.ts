/** Wires the page: the browser's clock, keys, sockets and cameras to the session and its screens. */

import { now_ms, timer } from "./clock.ts";
import { GpHandshake } from "./core/handshake.ts";
import { camera, microphone } from "./net/devices.ts";
import { WebRtcPeer } from "./net/peer.ts";
import { Relay, type Socket } from "./net/relay.ts";
import { relayAddress } from "./net/relay_address.ts";
import type { Ports } from "./session/ports.ts";
import { readInvitation, Session } from "./session/session.ts";
import type { PageSnapshot } from "./session/snapshot.ts";
import { WaveFeed } from "./session/wave.ts";
import { type Database, openDatabase, passingDatabase } from "./store/database.ts";
import { EncryptedDrafts } from "./store/drafts.ts";
import { Book } from "./store/book.ts";
import { acceptLoss, hasLostIdentity, keptIdentity } from "./store/identity.ts";
import { recallSelf, rememberSelf } from "./store/self.ts";
import { chosenLanguage, Texts } from "./texts.ts";
import { App } from "./ui/app.ts";

/** chosen: ages are told in seconds; four looks a second are never late by a visible amount. */
const TICK_MS = 250;

/** The invitation this page was opened with; it leaves the address bar and the history at once. */
function takeFragment(): string {
  const fragment = location.hash.slice(1);
  if (fragment !== "") history.replaceState(null, "", location.pathname + location.search);
  return fragment;
}

async function database(): Promise<Database> {
  try {
    return await openDatabase(indexedDB);
  } catch {
    return passingDatabase(); // a private window: the identity lasts as long as the page
  }
}

function ports(kept: Database, book: Book, feed: WaveFeed): Ports {
  let lender: Relay | null = null;
  return {
    timer,
    feed,
    devices: { microphone, camera },
    drafts: new EncryptedDrafts(kept, now_ms),
    contacts: book,
    clock_ms: now_ms,
    identity: () => keptIdentity(kept, () => localStorage),
    handshake: (identity, invitation) => GpHandshake.create(identity, invitation),
    openMailbox: async (identity, relay, events) => {
      const address = await relayAddress(relay, location.origin, relayFile);
      const connect = (node: string | null) => new WebSocket(node ?? address) as Socket;
      const mailbox = new Relay(identity, events, connect, timer);
      mailbox.start();
      lender = mailbox;
      return mailbox;
    },
    makePeer: (events) => new WebRtcPeer(events, lender?.iceServers ?? []),
    remember: (self) => {
      rememberSelf(() => localStorage, self);
      void navigator.storage?.persist(); // none on a page without a secure origin
    },
  };
}

async function relayFile(): Promise<unknown> {
  const answer = await fetch("relay.json");
  return answer.json();
}

async function start(root: HTMLElement): Promise<void> {
  let link = takeFragment();
  const feed = new WaveFeed();
  const kept = await database();
  const book = await Book.open(kept);
  let isLost = await hasLostIdentity(kept, () => localStorage);
  const show = (snapshot: PageSnapshot) => {
    // A refused invitation is of no more use; after an unreachable relay it still is.
    if (snapshot.phase === "refused" && snapshot.refusal !== "relay") link = "";
    app.show(snapshot);
  };
  const session = new Session(ports(kept, book, feed), book, show);
  const arrival = () => ({
    ...recallSelf(() => localStorage),
    link,
    expires_ms: readInvitation(link)?.expires_ms ?? null,
    hasLostKeys: isLost,
    acceptLoss: () => {
      isLost = false;
      acceptLoss(() => localStorage);
      session.listen();
    },
  });
  const texts = new Texts(chosenLanguage(location.search, navigator.languages));
  const app = new App(root, { texts, requests: session, feed, clock_ms: now_ms, arrival });
  session.show();
  if (!isLost) session.listen();
  setInterval(() => {
    session.tick();
    app.tick();
  }, TICK_MS);
  // A link opened in the tab of an earlier consultation only changes the fragment: start afresh
  // with it, or at least leave no invitation in the address bar while this one goes on.
  addEventListener("hashchange", () => {
    if (readInvitation(location.hash) === null) return;
    if (session.isUnderWay) takeFragment();
    else location.reload();
  });
  addEventListener("beforeunload", (event) => {
    if (session.isUnderWay) event.preventDefault();
  });
}

const root = document.getElementById("page");
if (root !== null) void start(root);
