/** How a visit comes about: by an invitation, or because a known site has called. */

import { Bond } from "../core/bond.ts";
import { GpAnswer } from "../core/call.ts";
import { kept } from "../core/envelope.ts";
import type { GpEvent, KeysAgreed } from "../core/handshake.ts";
import type { Identity } from "../core/identity.ts";
import type { Invitation } from "../core/invitation.ts";
import type { Letter } from "../core/letters.ts";
import { type Bytes, sha256 } from "../core/primitives.ts";
import type { Book, KeptAnswer, KnownSite } from "../store/book.ts";
import type { Ports, Self } from "./ports.ts";
import type { KeptSession } from "./resumption.ts";

/** From the first letter to the keys. */
export interface Handshake {
  start(now_ms: number): Promise<readonly GpEvent[]>;
  receive(letter: Letter, now_ms: number): Promise<readonly GpEvent[]>;
}

/** An answer that outlives this process until its site has taken it up. */
export interface Answered {
  /** The M2 lies in the site's mailbox, put there by an earlier process perhaps. */
  readonly isPosted: boolean;
  /** It lies there now. */
  posted(): void;
  /** What follows from it is kept elsewhere, or nothing does. */
  over(): Promise<void>;
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
  /** `null` when nobody called. */
  readonly answered: Answered | null;
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
    answered: null,
    siteToken: () => invitation.siteToken(),
    gpTokenHash: () => invitation.gpTokenHash(),
    handshake: (identity) => ports.handshake(identity, invitation),
  };
}

/** What a later process of this page needs to go on with the session that this way has led to. */
export async function keptSession(
  way: Way,
  { keys, peerPublic: sitePublic }: KeysAgreed,
  self: Self,
  times: Pick<KeptSession, "since_ms" | "until_ms">,
): Promise<KeptSession> {
  const { relay, siteAddress, secret } = way;
  const siteToken = await way.siteToken();
  const gpTokenHash = await way.gpTokenHash();
  const place = { relay, siteAddress, sitePublic, siteToken, gpTokenHash };
  return { keys: await kept(keys, "gp"), ...place, secret, ...times, self };
}

/** On with such a session. */
export function again(session: KeptSession): Way {
  const { relay, siteAddress, since_ms, secret, siteToken, gpTokenHash } = session;
  return {
    ...{ relay, siteAddress, since_ms, secret },
    used: null,
    answered: null,
    verified_ms: null, // kept beside the session
    siteToken: async () => siteToken,
    gpTokenHash: async () => gpTokenHash,
    handshake: () => Promise.reject(new Error("agreed already")),
  };
}

/** By the call of a site whose key is pinned. */
export function byCall(
  site: KnownSite,
  bond: Bond,
  { id, number, isPosted }: Pick<KeptAnswer, "id" | "number" | "isPosted">,
  answer: () => Promise<GpAnswer>,
  book: Book,
): Way {
  return {
    relay: site.relay,
    siteAddress: site.address,
    since_ms: number * 1_000,
    verified_ms: site.verified_ms,
    secret: id,
    used: bond.secret,
    answered: { isPosted, posted: () => void book.posted(id), over: () => book.takenUp(id) },
    siteToken: () => bond.siteToken(),
    gpTokenHash: async () => sha256(await bond.gpToken()),
    handshake: answer,
  };
}

/** On with the answers of earlier processes of this page, which no site has taken up yet. */
export async function byAnswers(
  book: Book,
  identity: Identity,
  now_ms: number,
): Promise<readonly Way[]> {
  return (await book.openAnswers(now_ms)).map(({ site, answer, reply }) => {
    const bond = new Bond(site.address, identity.address, answer.secret);
    const handshake = () => GpAnswer.again(bond, answer.number, reply);
    return byCall(site, bond, answer, handshake, book);
  });
}
