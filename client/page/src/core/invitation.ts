/** The link that invites a GP: where the site is, and a one-time secret. */

import { areEqual } from "../bytes.ts";
import { ADDRESS_SIZE } from "./identity.ts";
import { CborError, isBytes, isCount, unpack } from "./plain_cbor.ts";
import { type Bytes, hkdf, joined, purpose, sha256, utf8 } from "./primitives.ts";

const VERSION = 1;
const SECRET_SIZE = 16;
const TOKEN_SIZE = 16;
/** Characters; ours are about 90, the rest is room for a long relay address. */
export const FRAGMENT_LIMIT = 1_024;
/** Seconds; the last moment of the year 9999, where the site's calendar ends. */
const EXPIRY_LIMIT_S = 253_402_300_799;

/** The text is not an invitation of ours, or only a part of one. */
export class InvitationUnreadableError extends Error {
  override readonly name = "InvitationUnreadableError";
}

/** What the GP needs to find the site and to be let in once. */
export class Invitation {
  readonly siteAddress: Bytes;
  /** 16 bytes, drawn for this invitation alone. */
  readonly secret: Bytes;
  readonly expires_s: number;
  /** WebSocket address of the relay; `null` for the one that served the page. */
  readonly relay: string | null;

  constructor(
    siteAddress: Uint8Array,
    secret: Uint8Array,
    expires_s: number,
    relay: string | null,
  ) {
    this.siteAddress = joined(siteAddress);
    this.secret = joined(secret);
    this.expires_s = expires_s;
    this.relay = relay;
  }

  /** Read a fragment, or a whole link; `InvitationUnreadableError` if that is not possible. */
  static fromFragment(text: string): Invitation {
    const fragment = text.trim().split("#").at(-1) ?? "";
    const [version, siteAddress, secret, expires_s, relay, ...more] = itemsOf(fragment);
    const isOurs =
      version === VERSION &&
      isBytes(siteAddress, ADDRESS_SIZE) &&
      isBytes(secret, SECRET_SIZE) &&
      isCount(expires_s) &&
      expires_s <= EXPIRY_LIMIT_S &&
      (relay === null || isRelay(relay)) &&
      more.length === 0;
    if (!isOurs) throw new InvitationUnreadableError("not an invitation");
    return new Invitation(siteAddress, secret, expires_s, relay);
  }

  get expires_ms(): number {
    return this.expires_s * 1000;
  }

  /** Whether it is too late to use it. */
  hasExpired(now_ms: number): boolean {
    return now_ms >= this.expires_ms;
  }

  /** Lets its holder put letters into the site's mailbox. */
  siteToken(): Promise<Bytes> {
    return this.derived("mailbox site", TOKEN_SIZE);
  }

  /** Lets its holder put letters into the GP's mailbox. */
  gpToken(): Promise<Bytes> {
    return this.derived("mailbox gp", TOKEN_SIZE);
  }

  /** What the page tells its relay to admit. */
  async gpTokenHash(): Promise<Bytes> {
    return sha256(await this.gpToken());
  }

  /** `size` bytes that only holders of the secret know, for this label alone. */
  derived(label: string, size: number): Promise<Bytes> {
    return hkdf(this.secret, new Uint8Array(), purpose(label), size);
  }
}

function itemsOf(fragment: string) {
  try {
    return unpack(decoded(fragment));
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    throw new InvitationUnreadableError("not an invitation", { cause: error });
  }
}

/** Base64url without padding, in its only spelling (RFC 4648, 5). */
function decoded(fragment: string): Bytes {
  if (fragment.length > FRAGMENT_LIMIT || !/^[A-Za-z0-9_-]*$/.test(fragment)) {
    throw new InvitationUnreadableError("not base64url");
  }
  try {
    const binary = atob(fragment.replaceAll("-", "+").replaceAll("_", "/"));
    const data = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    if (areEqual(utf8(encoded(data)), utf8(fragment))) return data;
  } catch {
    // atob refuses lengths that no bytes have
  }
  throw new InvitationUnreadableError("not base64url");
}

function encoded(data: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...data));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function isRelay(address: unknown): address is string {
  if (typeof address !== "string") return false;
  try {
    const { protocol, hostname } = new URL(address);
    return (protocol === "ws:" || protocol === "wss:") && hostname !== "";
  } catch {
    return false;
  }
}
