import { expect, test } from "vitest";
import { EMPTY, type PageSnapshot, type SiteView, type WaitingView } from "@page/session/snapshot.ts";
import { Arrivals } from "@page/ui/arrivals.ts";

function waits(id: string, facts: Partial<WaitingView> = {}): WaitingView {
  return {
    ...{ id, since_ms: 0, siteName: "", sitePlace: "", patientName: "", reason: "" },
    ...{ patient: null, background: null, vitals: [], question: null, told: null },
    ...{ areWordsToCompare: false, verified_ms: 1, refusal: null, isUnsent: false },
    relayIsReachable: true,
    ...facts,
  };
}

const calls = (called_ms: number | null): SiteView => ({ id: "aa", name: "", verified_ms: 0, called_ms });

/** Of each picture, one after the other, whether somebody has come. */
function told(...pictures: readonly Partial<PageSnapshot>[]): boolean[] {
  const arrivals = new Arrivals();
  return pictures.map((picture) => arrivals.hasNew({ ...EMPTY, ...picture }));
}

test("who comes is told once", () => {
  expect(told({}, { waiting: [waits("1")] }, { waiting: [waits("1")] })).toEqual([false, true, false]);
});

test("whom the GP sends to wait, or exchanges for another, has not come", () => {
  const [one, two] = [waits("1"), waits("2")];
  expect(told({ visit: "1" }, { visit: "", waiting: [one] })).toEqual([false, false]);
  const exchanged = [{ visit: "1", waiting: [two] }, { visit: "2", waiting: [one] }];
  expect(told(...exchanged, { visit: "1", waiting: [two] })).toEqual([true, false, false]);
});

test("a second one who comes meanwhile is told", () => {
  const both = { visit: "", waiting: [waits("1"), waits("2")] };
  expect(told({ visit: "1" }, both)).toEqual([false, true]);
});

test("an invitation opened here is no arrival before its site is here", () => {
  const asked = waits("2", { verified_ms: null });
  const here = waits("2", { verified_ms: null, areWordsToCompare: true });
  const pictures = [{ visit: "1", waiting: [asked] }, { visit: "1", waiting: [here] }];
  expect(told(...pictures, { visit: "1", waiting: [waits("2")] })).toEqual([false, true, false]);
});

test("a call is told once, though a consultation hides it, and a later one again", () => {
  const rings = { sites: [calls(5)] };
  expect(told(rings, { visit: "1" }, rings)).toEqual([true, false, false]);
  expect(told(rings, { sites: [calls(null)] }, { sites: [calls(9)] })).toEqual([true, false, true]);
});
