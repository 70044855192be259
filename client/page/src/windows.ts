/** Several windows of this page: one holds the sites' sessions, the others hand it their links. */

const NAME = "chevet sessions";

export interface WindowEvents {
  /** This window holds the sessions now. */
  onHolding(): void;
  /** Another one does. */
  onElsewhere(): void;
  /** Another window was opened with this invitation. */
  onLink(link: string): void;
}

export class Windows {
  readonly #events: WindowEvents;
  readonly #channel = new BroadcastChannel(NAME);
  #isHolding = false;

  constructor(events: WindowEvents) {
    this.#events = events;
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#isHolding && typeof data === "string") events.onLink(data);
    };
  }

  /** Hold the sessions as soon as no other window does, until this one closes. */
  async hold(): Promise<void> {
    if (!("locks" in navigator)) return this.#begin(); // a page without a secure origin
    const forever = new Promise<void>(() => undefined);
    const isFree = await new Promise<boolean>((tell) => {
      void navigator.locks.request(NAME, { ifAvailable: true }, (lock) => {
        tell(lock !== null);
        return lock === null ? undefined : forever;
      });
    });
    if (isFree) return this.#begin();
    this.#events.onElsewhere();
    void navigator.locks.request(NAME, () => {
      this.#begin();
      return forever;
    });
  }

  /** Hand this invitation to the window that holds the sessions. */
  handOver(link: string): void {
    this.#channel.postMessage(link);
  }

  #begin(): void {
    this.#isHolding = true;
    this.#events.onHolding();
  }
}
