import { expect, test } from "vitest";
import { Identity } from "@page/core/identity.ts";
import { LASTS_S } from "@page/core/profession.ts";
import { begun } from "@page/net/broker.ts";
import { LOGIN_LASTS_MS, LOOK_EVERY_MS, Profession } from "@page/session/profession.ts";
import { Session } from "@page/session/session.ts";
import { EMPTY, type PageSnapshot } from "@page/session/snapshot.ts";
import { EncryptedAttestation } from "@page/store/attestation.ts";
import { type Database, passingDatabase } from "@page/store/database.ts";
import { FakeTimer, until } from "../fake_timer.ts";
import { ScriptedBroker, WHO } from "./scripted_broker.ts";
import { ScriptedSite } from "./scripted_site.ts";

const GP = { name: "Dr Martin", place: "Figeac", rpps: "" };
const NONCE = new Uint8Array(16);

interface Bench {
  readonly clock: FakeTimer;
  readonly broker: ScriptedBroker;
  readonly database: Database;
  readonly tabs: string[];
  readonly identity: Identity;
  page(): Profession;
}

async function bench(): Promise<Bench> {
  const [clock, broker, database] = [new FakeTimer(), await ScriptedBroker.open(), passingDatabase()];
  const identity = await Identity.of(await Identity.made());
  const tabs: string[] = [];
  const page = () =>
    new Profession({
      broker,
      store: new EncryptedAttestation(database),
      timer: clock.timer,
      clock_ms: () => clock.now_ms,
      identity: async () => identity,
      openTab: (url) => void tabs.push(url),
    });
  return { clock, broker, database, tabs, identity, page };
}

async function proved({ clock, broker, page }: Bench): Promise<Profession> {
  const profession = page();
  await profession.open();
  await profession.prove();
  await broker.agree(clock.now_ms);
  clock.pass(LOOK_EVERY_MS);
  await until(() => profession.view.state !== "asking");
  return profession;
}

test("a login in a tab of its own becomes a proof, kept sealed until it expires", async () => {
  const here = await bench();
  const profession = await proved(here);
  expect(here.tabs).toEqual(["https://login.example/auth"]);
  const [, rpps, name] = WHO;
  const now_s = Math.floor(here.clock.now_ms / 1_000);
  const verified_ms = (now_s - LOOK_EVERY_MS / 1_000) * 1_000;
  expect(profession.view.own).toEqual({ name, rpps, issuer: "login.example", verified_ms });

  const kept = await here.database.get("attestation");
  expect(kept).toBeDefined();
  expect(new TextDecoder().decode((kept as { sealed: Uint8Array }).sealed)).not.toContain("MARTIN");
  const later = here.page();
  await later.open();
  expect(later.attestation).toEqual(profession.attestation);

  here.clock.pass(LASTS_S * 1_000);
  expect([later.view.state, later.attestation]).toEqual(["possible", null]);
  await here.page().open();
  expect(await here.database.get("attestation")).toBeUndefined();
});

test("who does not log in, or not in time, proves nothing and may try again", async () => {
  const { clock, broker, page } = await bench();
  const profession = page();
  await profession.open();
  expect(profession.view.state).toBe("possible");
  for (const [outcome, patience_ms] of [["refused", LOOK_EVERY_MS], ["waiting", LOGIN_LASTS_MS]] as const) {
    broker.outcome = outcome;
    await profession.prove();
    expect(profession.view).toEqual({ state: "asking", url: broker.url, own: null });
    clock.pass(patience_ms);
    await until(() => profession.view.state === "refused");
    expect(profession.attestation).toBeNull();
  }
});

test("a word for another key, or of another broker, is no proof", async () => {
  const here = await bench();
  const stranger = await ScriptedBroker.open();
  for (const word of [
    await here.broker.word(stranger.identity.public, NONCE, here.clock.now_ms),
    await stranger.word(here.identity.public, NONCE, here.clock.now_ms),
  ]) {
    const profession = here.page();
    await profession.open();
    await profession.prove();
    here.broker.outcome = word;
    here.clock.pass(LOOK_EVERY_MS);
    await until(() => profession.view.state === "refused");
    expect(await here.database.get("attestation")).toBeUndefined();
  }
});

test("a host without a broker is not asked, and no key is made for it", async () => {
  const here = await bench();
  here.broker.key = async () => null as never;
  const profession = here.page();
  await profession.open();
  expect(profession.view.state).toBe("absent");
  await profession.prove();
  expect(profession.view.state).toBe("unreachable");
  expect(here.tabs).toEqual([]);
});

test.each(["javascript:alert(1)", "data:text/html,x", "http://login.example/", "nothing"])(
  "no tab opens for %s",
  (url) => expect(begun({ ticket: "ticket", url })).toBeNull(),
);

test("a ticket is a word and nothing that leads elsewhere", () => {
  const url = "https://login.example/auth";
  expect(begun({ ticket: "../relay.json", url })).toBeNull();
  expect(begun({ ticket: "A-_9", url })).toEqual({ ticket: "A-_9", url });
});

test("a proof goes to a site that is known for sure, before or during a consultation", async () => {
  for (const isBefore of [true, false]) {
    const site = await ScriptedSite.open();
    const ports = site.ports();
    const session = new Session(ports, site.book, () => undefined);
    const prove = async () => {
      await ports.profession.prove();
      await site.broker.agree(site.clock.now_ms);
      site.clock.pass(LOOK_EVERY_MS);
      await until(() => ports.profession.attestation !== null);
    };
    if (isBefore) await prove();
    session.join(GP, site.fragment);
    await site.agree();
    if (isBefore) expect(await saidSoFar(site)).not.toContain("attested");
    session.compareWords(true);
    if (!isBefore) await prove();
    const { message } = await site.said("attested");
    expect(message).toEqual({ kind: "attested", attestation: ports.profession.attestation });
  }
});

test("a site's proof is shown for its own key alone", async () => {
  const site = await ScriptedSite.open();
  let shown: PageSnapshot = EMPTY;
  const session = new Session(site.ports(), site.book, (snapshot) => {
    shown = snapshot;
  });
  session.join(GP, site.fragment);
  await site.agree();
  await until(() => shown.phase === "comparing");
  const attested = async (holder: Uint8Array<ArrayBuffer>) => {
    const attestation = await site.broker.word(holder, NONCE, site.clock.now_ms);
    await site.write({ kind: "attested", attestation });
  };
  await attested(site.identity.public);
  await until(() => shown.siteProfession !== null);
  expect(shown.siteProfession?.rpps).toBe(WHO[1]);
  await attested(site.broker.identity.public);
  await until(() => shown.siteProfession === null);
});

async function saidSoFar(site: ScriptedSite): Promise<readonly string[]> {
  await site.said("card");
  return site.kinds;
}
