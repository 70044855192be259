import { expect, test } from "vitest";
import { Exchanges, LINES_LIMIT } from "@page/session/exchanges.ts";

test("a request is sending, received, then done", () => {
  const exchanges = new Exchanges();
  const asked = exchanges.ask("temperature", "", 1);
  expect(asked).toEqual({ kind: "asked", id: 1, what: "temperature", text: "" });
  exchanges.sent(7, asked);
  expect(exchanges.asks[0]?.state).toBe("sending");
  exchanges.received(7, 2);
  expect(exchanges.asks[0]?.state).toBe("received");
  exchanges.answered({ kind: "ask_answered", id: 1, outcome: "done" });
  expect(exchanges.asks[0]?.state).toBe("done");
});

test("a late receipt does not take an answer back", () => {
  const exchanges = new Exchanges();
  exchanges.sent(1, exchanges.ask("ear", "", 1));
  exchanges.answered({ kind: "ask_answered", id: 1, outcome: "not_possible" });
  exchanges.received(1, 2);
  expect(exchanges.asks[0]?.state).toBe("not_possible");
});

test("an outcome nobody agreed on changes nothing", () => {
  const exchanges = new Exchanges();
  exchanges.ask("ear", "", 1);
  exchanges.answered({ kind: "ask_answered", id: 1, outcome: "exploded" });
  expect(exchanges.asks[0]?.state).toBe("sending");
});

test("the summary is received only when its newest version is", () => {
  const exchanges = new Exchanges();
  exchanges.draft({ text: "Toux." });
  exchanges.sent(1, exchanges.summarise(1));
  exchanges.draft({ text: "Toux sèche. ", notes: "pour moi" });
  exchanges.sent(2, exchanges.summarise(1)); // within the same millisecond
  exchanges.received(1, 3);
  expect(exchanges.summary.received_ms).toBeNull();
  exchanges.received(2, 4);
  const same = { draftText: "Toux sèche.", sentText: "Toux sèche.", received_ms: 4 };
  expect(exchanges.summary).toMatchObject({ ...same, isSent: true, isChanged: false });
  exchanges.draft({ files: [7] });
  expect(exchanges.summary).toMatchObject({ received_ms: 4, isChanged: true });
  exchanges.draft({ files: [], notes: "autre chose" });
  expect(exchanges.summary.isChanged).toBe(false); // notes stay here
});

test("notes never leave with a summary", () => {
  const exchanges = new Exchanges();
  exchanges.draft({ text: "Toux.", notes: "SECRET" });
  expect(JSON.stringify(exchanges.summarise(1))).not.toContain("SECRET");
});

test("our messages show their receipt, the site's need none", () => {
  const exchanges = new Exchanges();
  exchanges.read("Bonjour", 1);
  exchanges.sent(4, exchanges.write("Un peu à gauche", 2));
  expect(exchanges.texts.map(({ isMine, isReceived }) => [isMine, isReceived])).toEqual([
    [false, true],
    [true, false],
  ]);
  exchanges.received(4, 3);
  expect(exchanges.texts[1]?.isReceived).toBe(true);
});

test("a site that writes without end fills only the bound", () => {
  const exchanges = new Exchanges();
  for (let n = 0; n < LINES_LIMIT + 20; n += 1) exchanges.read(`${n}`, n);
  expect(exchanges.texts).toHaveLength(LINES_LIMIT);
  expect(exchanges.texts[0]?.text).toBe("20");
});
