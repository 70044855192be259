/** The only module of the page that reads a clock. */

/** UTC milliseconds since 1970. */
export function now_ms(): number {
  return Date.now();
}

/** Calls back later; the cancellation is returned. Tests bring their own. */
export type Timer = (delay_ms: number, callback: () => void) => () => void;

export const timer: Timer = (delay_ms, callback) => {
  const handle = setTimeout(callback, delay_ms);
  return () => clearTimeout(handle);
};
