/** STUN and TURN servers as the relay lends them. */

import type { Servers } from "./frames.ts";

/** RFC 7064 and RFC 7065; the browser throws at what it cannot read. */
const STUN = /^stuns?:[^\s?]+$/;
const TURN = /^turns?:[^\s?]+(\?transport=(udp|tcp))?$/;

/** In the relay's order; STUN servers are told no name and no password. */
export function iceServers({ uris, username, password }: Servers): RTCIceServer[] {
  const stun = uris.filter((uri) => STUN.test(uri));
  const turn = uris.filter((uri) => TURN.test(uri));
  return [
    ...(stun.length > 0 ? [{ urls: stun }] : []),
    ...(turn.length > 0 ? [{ urls: turn, username, credential: password }] : []),
  ];
}
