/** Wires the page: the browser's window, its database and its other windows to session and screens. */

import { now_ms } from "./clock.ts";
import { readInvitation, Session } from "./session/session.ts";
import type { PageSnapshot } from "./session/snapshot.ts";
import { WaveFeed } from "./session/wave.ts";
import { showShell } from "./shell.ts";
import { Book } from "./store/book.ts";
import { History } from "./store/history.ts";
import { acceptLoss, hasLostIdentity } from "./store/identity.ts";
import { recallSelf } from "./store/self.ts";
import { chosenLanguage, Texts } from "./texts.ts";
import { App } from "./ui/app.ts";
import { Windows } from "./windows.ts";
import { database, leftBehind, ports } from "./wiring.ts";

/** chosen: ages are told in seconds; four looks a second are never late by a visible amount. */
const TICK_MS = 250;

/** The invitation this page was opened with; it leaves the address bar and the history at once. */
function takeFragment(): string {
  const fragment = location.hash.slice(1);
  if (fragment !== "") history.replaceState(null, "", location.pathname + location.search);
  return fragment;
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
  const outside = ports(kept, book, feed);
  const session = new Session(outside, book, show);
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
  const history = new History(kept);
  const app = new App(root, { texts, requests: session, feed, clock_ms: now_ms, arrival, history });
  /** An invitation that comes while somebody is here, or something unsent, waits with the others. */
  const join = (invitation: string) => {
    const self = recallSelf(() => localStorage);
    const isBusy = session.isUnderWay || session.losesByStartingAgain;
    if (isBusy && self.name !== "") session.join(self, invitation);
    else {
      link = invitation;
      if (!session.losesByStartingAgain) session.startAgain();
      app.arriveAgain();
    }
  };
  const windows = new Windows({
    onLink: join,
    onElsewhere: () => {
      session.beElsewhere(true);
      if (readInvitation(link) !== null) windows.handOver(link);
    },
    onHolding: () => void begin(),
  });
  const begin = async () => {
    session.beElsewhere(false);
    const left = isLost ? [] : await leftBehind(kept);
    outside.drafts.tidy(left.map((one) => one.session));
    await session.goOn(left); // before the lobby hears: it takes letters that nobody waits for
    if (!isLost) session.listen();
    if (left.length > 0 && readInvitation(link) !== null) join(link);
  };
  session.show();
  void outside.profession.open();
  void showShell(texts, root);
  void windows.hold();
  setInterval(() => {
    session.tick();
    app.tick();
  }, TICK_MS);
  watchWindow(session, join, () => {
    const isForgotten = kept.isPassing === true && session.isUnderWay;
    return isForgotten || session.losesByLeaving || root.querySelector("[data-unsent=yes]") !== null;
  });
}

function watchWindow(
  session: Session,
  join: (link: string) => void,
  loses: () => boolean,
): void {
  // A link opened in the tab of an earlier consultation only changes the fragment.
  addEventListener("hashchange", () => {
    const link = takeFragment();
    if (readInvitation(link) !== null) join(link);
  });
  // A reload goes on with what is kept: the browser asks only where something is not.
  addEventListener("beforeunload", (event) => {
    if (loses()) event.preventDefault();
  });
  addEventListener("pagehide", () => session.suspend());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
}

const root = document.getElementById("page");
if (root !== null) void start(root);
