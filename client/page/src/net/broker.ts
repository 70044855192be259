/** The broker of professions at the host of this page: `client/relay/profession/web.py`. */

import type { Bytes } from "../core/primitives.ts";
import { SIZE_LIMIT } from "../core/profession.ts";
import type { Begun, Broker } from "../session/profession.ts";

const PATH = "profession";
/** A ticket as the broker draws them. */
const TICKET = /^[\w-]{1,128}$/;

/** Null wherever the host has no broker, or does not answer as one. */
export const hostBroker: Broker = {
  async key() {
    const told = await answered(`${PATH}/broker.json`, {});
    const { public: said } = (await asJson(told)) as { public?: unknown };
    return typeof said === "string" ? unbase64(said) : null;
  },

  async begin(holder, nonce, signature) {
    const body = { public: base64(holder), nonce: base64(nonce), signature: base64(signature) };
    const headers = { "Content-Type": "application/json" };
    const asked = { method: "POST", headers, body: JSON.stringify(body) };
    return begun(await asJson(await answered(`${PATH}/requests`, asked)));
  },

  async look(ticket) {
    const answer = await answered(`${PATH}/requests/${ticket}`, {});
    if (answer === null || answer.status === 202) return "waiting";
    if (!answer.ok) return "refused";
    const data = new Uint8Array(await answer.arrayBuffer());
    return data.length <= SIZE_LIMIT ? data : "refused";
  },
};

/** What the broker said of a login that begins; `null` for anything that must not be opened. */
export function begun(told: unknown): Begun | null {
  const { ticket, url } = told as { ticket?: unknown; url?: unknown };
  if (typeof ticket !== "string" || typeof url !== "string") return null;
  return TICKET.test(ticket) && isSafe(url) ? { ticket, url } : null;
}

/** A login is opened by https; by http on this machine alone, where tests have a provider. */
function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && hostname === "127.0.0.1");
}

async function answered(path: string, asked: RequestInit): Promise<Response | null> {
  try {
    return await fetch(path, { ...asked, cache: "no-store", credentials: "same-origin" });
  } catch {
    return null; // no way to the host: asked again, or the GP is told
  }
}

async function asJson(answer: Response | null): Promise<object> {
  try {
    const told: unknown = answer?.ok ? await answer.json() : null;
    return typeof told === "object" && told !== null ? told : {};
  } catch {
    return {}; // a page instead of an answer: a host without a broker
  }
}

/** RFC 4648, 5, with its padding, as Python writes and reads it. */
function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

function unbase64(text: string): Bytes | null {
  try {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
