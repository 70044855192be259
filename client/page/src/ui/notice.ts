/** A notification of the system's: neither who nor why, for it may show on a locked screen. */

const TAG = "waiting";
const nothing = () => undefined;

export class Notice {
  #close: () => void = nothing;

  /** Where the GP allowed it. */
  show(text: string): void {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      const shown = new Notification(text, { tag: TAG });
      shown.onclick = () => window.focus();
      this.#close = () => shown.close();
    } catch {
      void shownByWorker(text); // Android shows none that a page makes itself
      this.#close = () => void closedByWorker();
    }
  }

  close(): void {
    this.#close();
    this.#close = nothing;
  }
}

/** A press on it brings the page back: `public/sw.js`. */
async function shownByWorker(text: string): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.showNotification(text, { tag: TAG });
}

async function closedByWorker(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await registration?.getNotifications({ tag: TAG })) ?? []) shown.close();
}
