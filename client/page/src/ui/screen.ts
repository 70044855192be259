/** What every screen is: one element that shows the newest picture of the session. */

import type { PageRequests } from "../session/requests.ts";
import type { PageSnapshot } from "../session/snapshot.ts";
import type { Texts } from "../texts.ts";

export interface Screen {
  readonly element: HTMLElement;
  /** Show this; called on every change and several times a second, for ages tick. */
  show(snapshot: PageSnapshot, now_ms: number): void;
  /** The screen has left the page: stop timers and streams, free pictures. */
  close?(): void;
}

/** What a screen needs to be built. */
export interface Surroundings {
  readonly texts: Texts;
  readonly requests: PageRequests;
}
