/** What the relay and its visitors say to each other; mirrors `client/core/mailbox`. */

import { decode as fromCbor, encode as toCbor } from "cborg";

export const DATA_LIMIT = 16_384;
/** Bytes of one frame; twice a letter. */
export const FRAME_LIMIT = 32_768;
/** Addresses of nodes in one frame. */
const NODES_LIMIT = 8;
const NODE_TEXT_LIMIT = 256;
/** The domain of the login's signature, made over `loginWords`. */
export const LOGIN_LABEL = "relay login";
/** WebSocket close code: a newer connection watches this mailbox. */
export const CLOSE_REPLACED = 4001;

export type Reason = "too_large" | "full" | "rate" | "not_admitted" | "invalid";

/** What this visitor sends. */
export type Request =
  | { readonly t: "login"; readonly key: Uint8Array; readonly signature: Uint8Array }
  | { readonly t: "admit"; readonly token_hash: Uint8Array; readonly until_s: number }
  | {
      readonly t: "put";
      readonly id: number;
      readonly to: Uint8Array;
      readonly token: Uint8Array;
      readonly data: Uint8Array;
      readonly ttl_s: number;
    }
  | { readonly t: "turn" }
  | { readonly t: "watch" }
  | { readonly t: "ack"; readonly ids: readonly number[] };

/** What the relay sends. */
export type Frame =
  | { readonly t: "challenge"; readonly nonce: Uint8Array }
  | { readonly t: "welcome" }
  | { readonly t: "nodes"; readonly urls: readonly string[] }
  | { readonly t: "admitted"; readonly token_hash: Uint8Array }
  | { readonly t: "stored"; readonly id: number }
  | { readonly t: "refused"; readonly id: number; readonly reason: Reason }
  | Servers
  | { readonly t: "message"; readonly id: number; readonly data: Uint8Array };

/** STUN and TURN servers that the relay lends, and what opens the latter until then. */
export interface Servers {
  readonly t: "servers";
  readonly uris: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly until_s: number;
}

/** The relay sent something that is not a frame of ours; the connection is dropped. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

export function encode(request: Request): Uint8Array {
  return toCbor(request);
}

/** The frame in these bytes; `FrameError` for anything else. */
export function decode(data: Uint8Array): Frame {
  if (data.length > FRAME_LIMIT) throw new FrameError(`a frame of ${data.length} bytes`);
  const body = parsed(data);
  if (!isRecord(body)) throw new FrameError("not a map");
  const kind = body["t"];
  const check = typeof kind === "string" && Object.hasOwn(CHECKS, kind) ? CHECKS[kind] : undefined;
  if (check === undefined || !check(body)) throw new FrameError("no known kind of frame");
  return body as Frame;
}

function parsed(data: Uint8Array): unknown {
  try {
    return fromCbor(data, { allowIndefinite: false, rejectDuplicateMapKeys: true });
  } catch (error) {
    throw new FrameError("not CBOR", { cause: error });
  }
}

type Body = Record<string, unknown>;

const REASONS: readonly unknown[] = ["too_large", "full", "rate", "not_admitted", "invalid"];

const CHECKS: Readonly<Record<string, (body: Body) => boolean>> = {
  challenge: (body) => isBytes(body["nonce"], 32),
  welcome: () => true,
  nodes: ({ urls }) => Array.isArray(urls) && urls.length <= NODES_LIMIT && urls.every(isNode),
  admitted: (body) => isBytes(body["token_hash"], 32),
  stored: (body) => Number.isSafeInteger(body["id"]),
  refused: (body) => Number.isSafeInteger(body["id"]) && REASONS.includes(body["reason"]),
  servers: (body) =>
    areServers(body["uris"]) && isText(body["username"]) && isText(body["password"]),
  message: (body) => Number.isSafeInteger(body["id"]) && isBytes(body["data"]),
};

function isRecord(value: unknown): value is Body {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isNode(url: unknown): boolean {
  return typeof url === "string" && url.length <= NODE_TEXT_LIMIT;
}

/** Bounds as `client/core/mailbox` has them. */
function areServers(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 8 && value.every((uri) => isText(uri) && /^(stuns?|turns?):/.test(uri));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= 512;
}

function isBytes(value: unknown, length?: number): boolean {
  return value instanceof Uint8Array && (length === undefined || value.length === length);
}

/** What a login signs: the challenge, and the name of the relay it was meant for. */
export function loginWords(nonce: Uint8Array, host: string): Uint8Array {
  return Uint8Array.from([...nonce, ...new TextEncoder().encode(host)]);
}
