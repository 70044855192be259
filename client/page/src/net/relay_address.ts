/** Where the relay is: in the invitation, else where this page's server says, else that server. */

/** The relay's WebSocket address; `origin` is the page's own, `https://host`. */
export async function relayAddress(
  invited: string | null,
  origin: string,
  fetchJson: () => Promise<unknown>,
): Promise<string> {
  return mailboxAddress(invited ?? (await served(fetchJson)) ?? origin);
}

async function served(fetchJson: () => Promise<unknown>): Promise<string | null> {
  try {
    const answer = await fetchJson();
    const isObject = typeof answer === "object" && answer !== null;
    const relay = isObject && "relay" in answer ? answer.relay : null;
    return typeof relay === "string" ? relay : null;
  } catch {
    return null; // a plain file server has no such file: the page's own origin is meant
  }
}

/** Both `https://relay.example` and `wss://relay.example/mailbox` are understood. */
export function mailboxAddress(address: string): string {
  const url = new URL(address);
  url.protocol = { "http:": "ws:", "https:": "wss:" }[url.protocol] ?? url.protocol;
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith("/mailbox") ? path : `${path}/mailbox`;
  return url.href;
}

/**
 * The addresses that a relay told of besides the one at hand; what is none, or would leave TLS, is
 * passed over. A hostile relay learns no more elsewhere than it does at home.
 */
export function nodeAddresses(urls: readonly string[], home: string): string[] {
  return [...new Set(urls.flatMap((url) => nodeAddress(url, home)))];
}

function nodeAddress(url: string, home: string): string[] {
  if (!/^(https?|wss?):/.test(url) || !URL.canParse(url)) return [];
  const address = mailboxAddress(url);
  const leavesTls = home.startsWith("wss:") && !address.startsWith("wss:");
  return address === home || leavesTls ? [] : [address];
}
