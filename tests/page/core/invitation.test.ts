import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { FRAGMENT_LIMIT, Invitation, InvitationUnreadableError } from "@page/core/invitation.ts";
import { pack } from "@page/core/plain_cbor.ts";
import vectors from "../../vectors/invitation.json";
import { unhex } from "./vectors.ts";

test.each(vectors.cases)("the invitation by $relay is read", async (known) => {
  const invitation = Invitation.fromFragment(known.url);
  expect(Invitation.fromFragment(known.url.split("#")[1] ?? "")).toEqual(invitation);
  expect(hex(invitation.siteAddress)).toBe(known.site_address);
  expect(hex(invitation.secret)).toBe(known.secret);
  expect(invitation.expires_s).toBe(known.expires_s);
  expect(invitation.relay).toBe(known.relay);
  expect(hex(await invitation.siteToken())).toBe(known.site_token);
  expect(hex(await invitation.gpToken())).toBe(known.gp_token);
  expect(hex(await invitation.derived("knock", 32))).toBe(known.knock_key);
});

test.each(Object.entries(vectors.unreadable))("no invitation: %s", (_, text) => {
  expect(() => Invitation.fromFragment(text)).toThrow(InvitationUnreadableError);
});

test("a text without end is no invitation", () => {
  const endless = "A".repeat(FRAGMENT_LIMIT + 1);
  expect(() => Invitation.fromFragment(endless)).toThrow(InvitationUnreadableError);
});

const WHOLE = [1, new Uint8Array(32), new Uint8Array(16), 1_800_000_000, null] as const;

test.each([
  ["another version", [2, ...WHOLE.slice(1)]],
  ["a short address", [1, new Uint8Array(31), ...WHOLE.slice(2)]],
  ["a long secret", [1, WHOLE[1], new Uint8Array(17), ...WHOLE.slice(3)]],
  ["a text for the time", [...WHOLE.slice(0, 3), "soon", null]],
  ["a time beyond the calendar", [...WHOLE.slice(0, 3), 253_402_300_800, null]],
  ["no relay at all", WHOLE.slice(0, 4)],
  ["something more", [...WHOLE, null]],
  ["a relay by another protocol", [...WHOLE.slice(0, 4), "https://relay.example"]],
  ["a relay that is a script", [...WHOLE.slice(0, 4), "javascript:alert(1)"]],
])("no invitation: %s", (_, items) => {
  const data = pack(...items);
  const fragment = btoa(String.fromCharCode(...data)).replace(/=+$/, "");
  const url = fragment.replaceAll("+", "-").replaceAll("/", "_");
  expect(() => Invitation.fromFragment(url)).toThrow(InvitationUnreadableError);
});

test("it expires at its second", () => {
  const invitation = new Invitation(unhex("00"), unhex("00"), 10, null);
  expect(invitation.hasExpired(9_999)).toBe(false);
  expect(invitation.hasExpired(10_000)).toBe(true);
});
