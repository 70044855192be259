import { expect, test } from "vitest";
import { EMPTY, type PageSnapshot } from "@page/session/snapshot.ts";
import { Texts } from "@page/texts.ts";
import { wentOnSentence } from "@page/ui/consultation/went_on.ts";

const AT_MS = new Date(2026, 10, 12, 14, 5).getTime();
const MARIE: PageSnapshot["patient"] = {
  birthName: "PETIT",
  firstNames: "Marie",
  usedName: "",
  birthDate: "1948-03-02",
  sex: "female",
  birthPlace: "",
  matricule: null,
  matriculeOid: null,
  status: "provisional",
  address: "",
  callback: "06 12 34 56 78",
  doctor: "",
};

function said(how: string, patient: PageSnapshot["patient"] = MARIE): string {
  const wentOn = { how, at_ms: AT_MS };
  return wentOnSentence(new Texts("fr"), { wentOn, patient }).replaceAll("\u00a0", " ");
}

test("each way is told with its time, and the number by telephone alone", () => {
  expect(said("telephone")).toBe(
    "Image impossible depuis le poste de soins : à 14:05, il a choisi de continuer par téléphone. " +
      "Appelez le 06 12 34 56 78.",
  );
  expect(said("voice")).toMatch(/à 14:05, .* par la voix seule\.$/);
  expect(said("deferred")).toMatch(/un avis différé\.$/);
  expect(said("rescheduled")).toMatch(/un nouveau rendez-vous\.$/);
});

test("no number is made up, and a way of a later version says nothing", () => {
  expect(said("telephone", null)).toMatch(/par téléphone\.$/);
  expect(said("by pigeon")).toBe("");
  expect(wentOnSentence(new Texts("fr"), EMPTY)).toBe("");
});
