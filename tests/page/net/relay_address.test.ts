import { expect, test } from "vitest";
import { mailboxAddress, nodeAddresses, relayAddress } from "@page/net/relay_address.ts";

const ORIGIN = "https://page.example";
const nothing = async () => Promise.reject(new Error("404"));

test("the invitation's relay comes first", async () => {
  const served = async () => ({ relay: "wss://other.example/mailbox" });
  expect(await relayAddress("wss://relay.example/mailbox", ORIGIN, served)).toBe(
    "wss://relay.example/mailbox",
  );
});

test("then the one the page's server names, then the page's own", async () => {
  const served = async () => ({ relay: "wss://other.example/mailbox" });
  expect(await relayAddress(null, ORIGIN, served)).toBe("wss://other.example/mailbox");
  expect(await relayAddress(null, ORIGIN, async () => ({ relay: null }))).toBe(
    "wss://page.example/mailbox",
  );
  expect(await relayAddress(null, ORIGIN, nothing)).toBe("wss://page.example/mailbox");
});

test.each([
  ["http://127.0.0.1:8080", "ws://127.0.0.1:8080/mailbox"],
  ["https://relay.example/", "wss://relay.example/mailbox"],
  ["wss://relay.example/a/mailbox", "wss://relay.example/a/mailbox"],
])("%s means %s", (given, meant) => {
  expect(mailboxAddress(given)).toBe(meant);
});

test("nodes are told apart, and what is no address or leaves TLS is passed over", () => {
  const home = "wss://relay.example/mailbox";
  const told = ["https://b.example", "wss://b.example/mailbox", "https://relay.example"];
  const wrong = ["http://c.example", "", "javascript:alert(1)", "https://"];
  expect(nodeAddresses([...told, ...wrong], home)).toEqual(["wss://b.example/mailbox"]);
  expect(nodeAddresses(["http://c.example"], "ws://relay.example/mailbox")).toEqual([
    "ws://c.example/mailbox",
  ]);
});
