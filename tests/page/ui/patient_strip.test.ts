import { expect, test } from "vitest";
import type { PatientView } from "@page/session/patient_file.ts";
import { Texts } from "@page/texts.ts";
import { ageAndSex, fullName } from "@page/ui/consultation/patient_strip.ts";

const NOW_MS = new Date(2026, 10, 12).getTime();
const MARIE: PatientView = {
  birthName: "PETIT",
  firstNames: "Marie Louise",
  usedName: "DURAND",
  birthDate: "1948-03-02",
  sex: "female",
  birthPlace: "46102",
  matricule: null,
  matriculeOid: null,
  status: "provisional",
  address: "",
  callback: "",
  doctor: "",
};

test("the name is the birth name, with the used one where it differs", () => {
  expect(fullName(MARIE)).toBe("PETIT (DURAND) Marie Louise");
  expect(fullName({ ...MARIE, usedName: "PETIT" })).toBe("PETIT Marie Louise");
  expect(fullName({ ...MARIE, birthName: "", firstNames: "", usedName: "" })).toBe("");
});

test("age and sex are said as far as they are known", () => {
  const texts = new Texts("fr");
  expect(ageAndSex(texts, MARIE, NOW_MS)).toBe("78 ans, femme");
  expect(ageAndSex(texts, { ...MARIE, birthDate: "", sex: "unknown" }, NOW_MS)).toBe("");
  expect(ageAndSex(texts, { ...MARIE, birthDate: "2025-11-01", sex: "male" }, NOW_MS)).toBe("1 an, homme");
  expect(ageAndSex(texts, null, NOW_MS)).toBe("");
});
