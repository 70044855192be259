/** How a visit comes about: by an invitation, or because a known site has called. */

import type { Bond, Call } from "../core/bond.ts";
import { GpAnswer } from "../core/call.ts";
import type { GpEvent } from "../core/handshake.ts";
import type { Identity } from "../core/identity.ts";
import type { Invitation } from "../core/invitation.ts";
import type { Letter } from "../core/letters.ts";
import type { Prekey } from "../core/prekeys.ts";
import { type Bytes, sha256 } from "../core/primitives.ts";
import type { KnownSite } from "../store/book.ts";
import type { Ports } from "./ports.ts";
import type { KeptSession } from "./resumption.ts";

/** From the first letter to the keys. */
export interface Handshake {
  start(now_ms: number): Promise<readonly GpEvent[]>;
  receive(letter: Letter, now_ms: number): Promise<readonly GpEvent[]>;
}

export interface Way {
  readonly relay: string | null;
  readonly siteAddress: Bytes;
  /** Since when it waits, on the site's clock; `null`: since it came here. */
  readonly since_ms: number | null;
  /** When we became sure of this site's key; `null`: by this visit's own words. */
  readonly verified_ms: number | null;
  /** Tells the draft of this consultation from those of others. */
  readonly secret: Bytes;
  /** The bond's secret; `null` when the words have to be compared. */
  readonly used: Bytes | null;
  siteToken(): Promise<Bytes>;
  gpTokenHash(): Promise<Bytes>;
  handshake(identity: Identity): Promise<Handshake>;
}

/** By the link that the site gave. */
export function byInvitation(invitation: Invitation, ports: Ports): Way {
  return {
    relay: invitation.relay,
    siteAddress: invitation.siteAddress,
    since_ms: null,
    verified_ms: null,
    secret: invitation.secret,
    used: null,
    siteToken: () => invitation.siteToken(),
    gpTokenHash: () => invitation.gpTokenHash(),
    handshake: (identity) => ports.handshake(identity, invitation),
  };
}

/** On with what an earlier process of this page agreed on. */
export function again(session: KeptSession): Way {
  const { relay, siteAddress, since_ms, secret, siteToken, gpTokenHash } = session;
  return {
    ...{ relay, siteAddress, since_ms, secret },
    used: null,
    verified_ms: null, // kept beside the session
    siteToken: async () => siteToken,
    gpTokenHash: async () => gpTokenHash,
    handshake: () => Promise.reject(new Error("agreed already")),
  };
}

/** By the call of a site whose key is pinned. */
export function byCall(site: KnownSite, bond: Bond, call: Call, prekey: Prekey): Way {
  return {
    relay: site.relay,
    siteAddress: site.address,
    since_ms: call.number * 1_000,
    verified_ms: site.verified_ms,
    secret: call.bundleDigest,
    used: bond.secret,
    siteToken: () => bond.siteToken(),
    gpTokenHash: async () => sha256(await bond.gpToken()),
    handshake: (identity) => GpAnswer.to(identity, bond, site.public, call, prekey),
  };
}
