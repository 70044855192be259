import { expect, test } from "vitest";
import { Bond } from "@page/core/bond.ts";
import { Identity } from "@page/core/identity.ts";
import { Letter } from "@page/core/letters.ts";
import { Prekey } from "@page/core/prekeys.ts";
import { browserEntropy } from "@page/core/primitives.ts";
import type { RelayEvents } from "@page/net/relay.ts";
import { Lobby } from "@page/session/lobby.ts";
import type { Ports } from "@page/session/ports.ts";
import { Book, type KnownSite } from "@page/store/book.ts";
import { passingDatabase } from "@page/store/database.ts";
import vectors from "../../vectors/bond.json";
import { unhex } from "../core/vectors.ts";

const known = vectors.case;
const NOW_MS = (known.epoch + 60) * 1000;
const OLDER = new Uint8Array(32).fill(5);

async function bench(changes: Partial<KnownSite> = {}) {
  const gp = await Identity.fromSeed(unhex(known.gp_seed), unhex(known.gp_public));
  const site = await Identity.fromSeed(unhex(known.site_seed), unhex(known.site_public));
  const book = await Book.open(passingDatabase());
  book.prekeys = [
    new Prekey({
      seed: unhex(known.prekey_seed),
      made_s: known.epoch,
      expires_s: known.expires_s,
      epoch: known.epoch,
      bundle: unhex(known.bundle),
    }),
  ];
  book.sites = [
    {
      public: site.public,
      address: site.address,
      name: "Pharmacie",
      role: "",
      verified_ms: 0,
      secrets: [unhex(known.secret), OLDER],
      calls: 0,
      relay: null,
      publishedEpoch: known.epoch,
      ...changes,
    },
  ];
  const admitted: string[] = [];
  const letters: Letter[] = [];
  let relay: RelayEvents | null = null;
  let changed = 0;
  let isStopped = false;
  const ports = {
    clock_ms: () => NOW_MS,
    identity: async () => gp,
    openMailbox: async (_identity: Identity, _relay: string | null, events: RelayEvents) => {
      relay = events;
      return {
        admit: (hash: Uint8Array) => void admitted.push(String(hash)),
        put: (_to: Uint8Array, _token: Uint8Array, data: Uint8Array) =>
          void letters.push(Letter.decode(data)),
        renew: () => undefined,
        stop: () => {
          isStopped = true;
        },
      };
    },
  } as unknown as Ports;
  const lobby = new Lobby(ports, book, () => void ++changed);
  await lobby.open();
  const hears = (letter: Letter) => {
    if (relay === null) throw new Error("nobody listens");
    return (relay as RelayEvents).onLetter(letter.encode());
  };
  return { book, lobby, hears, letters, admitted, site, gp, told: () => ({ changed, isStopped }) };
}

const CALL = new Letter("call", unhex(known.call));

test("a call of a known site rings, and stays at the relay until somebody decides", async () => {
  const { lobby, hears, admitted, told } = await bench();
  expect(new Set(admitted).size).toBe(2);
  await expect(hears(CALL)).rejects.toThrow(); // so it is not acknowledged
  expect(lobby.ringing).toHaveLength(1);
  expect(lobby.ringing[0]?.call.number).toBe(known.number);
  expect(told().changed).toBe(1);
  await expect(hears(CALL)).rejects.toThrow();
  expect(lobby.ringing).toHaveLength(1);
});

test("a call that was taken rings no more when it comes again", async () => {
  const { book, lobby, hears } = await bench();
  await expect(hears(CALL)).rejects.toThrow();
  const [ringing] = lobby.ringing;
  if (ringing === undefined) throw new Error("nobody calls");
  await lobby.take(ringing);
  expect(lobby.ringing).toEqual([]);
  expect(book.sites[0]?.calls).toBe(known.number);
  const later = await bench({ calls: known.number });
  await later.hears(CALL);
  expect(later.lobby.ringing).toEqual([]);
  expect(later.lobby.rejected).toBe(1);
});

test("a call that is declined is told so, once", async () => {
  const { lobby, hears, letters, book } = await bench();
  await expect(hears(CALL)).rejects.toThrow();
  const [ringing] = lobby.ringing;
  if (ringing === undefined) throw new Error("nobody calls");
  await lobby.decline(ringing);
  expect(letters.map(({ kind }) => kind)).toEqual(["refusal"]);
  expect(lobby.ringing).toEqual([]);
  expect(book.sites[0]?.calls).toBe(known.number);
  await hears(CALL);
  expect(lobby.rejected).toBe(1);
});

test("a call to a deleted key is refused for that reason", async () => {
  const { lobby, hears, letters, book } = await bench();
  book.prekeys = [];
  await hears(CALL);
  expect(lobby.ringing).toEqual([]);
  expect(letters.map(({ kind }) => kind)).toEqual(["refusal"]);
});

test("calls of nobody we know, and other letters, mean nothing", async () => {
  const { lobby, hears, site, gp } = await bench({ secrets: [OLDER] });
  await hears(CALL);
  const stranger = new Bond(site.address, gp.address, new Uint8Array(32).fill(1));
  const call = { number: 1, bundleDigest: new Uint8Array(32), m1: new Uint8Array(9) };
  await hears(new Letter("call", await stranger.sealCall(call, browserEntropy)));
  await hears(new Letter("sealed", new Uint8Array(40)));
  expect(lobby.rejected).toBe(3);
  expect(lobby.ringing).toEqual([]);
});

test("a newer key is published to a site that has an older one, under every bond", async () => {
  const { letters, book } = await bench({ publishedEpoch: known.epoch - 1 });
  expect(letters.map(({ kind }) => kind)).toEqual(["bundle", "bundle"]);
  expect(book.sites[0]?.publishedEpoch).toBe(known.epoch);
  expect((await bench()).letters).toEqual([]);
});

test("a page that knows nobody connects nowhere", async () => {
  const book = await Book.open(passingDatabase());
  const ports = {
    openMailbox: () => {
      throw new Error("nothing to listen for");
    },
  } as unknown as Ports;
  await new Lobby(ports, book, () => undefined).open();
});
