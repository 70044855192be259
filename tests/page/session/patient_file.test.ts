import { describe, expect, test } from "vitest";
import { ANSWERS_LIMIT, ageYears, answerTo, backgroundView } from "@page/session/patient_file.ts";

const NOW_MS = new Date(2026, 10, 12).getTime();

describe("the age", () => {
  test.each([
    ["1948-11-12", 78],
    ["1948-11-13", 77],
    ["2026-11-12", 0],
    ["1948-11", 77], // the day is not known: no year too many
    ["1948", 77],
  ])("of who was born on %s", (born, years) => {
    expect(ageYears(born, NOW_MS)).toBe(years);
  });

  test.each(["", "12/11/1948", "1948-13-99x", "2031-01-01", "1700-01-01"])(
    "is not told of %s",
    (born) => expect(ageYears(born, NOW_MS)).toBeNull(),
  );
});

describe("the background", () => {
  const told = (answers: Record<string, string | null>[]) =>
    backgroundView({ kind: "background", answers, refused: ["pictures"], protocol: "", at_ms: 1 });

  test("gives the answer to a question", () => {
    const background = told([{ question: "allergies", answer: "pénicilline", label: null }]);
    expect(answerTo(background, "allergies")).toBe("pénicilline");
    expect(answerTo(background, "treatments")).toBe("");
    expect(answerTo(null, "allergies")).toBe("");
  });

  test("takes what a site leaves out, and no more than its limit", () => {
    expect(told([{}]).answers).toEqual([{ question: "other", answer: "", label: "" }]);
    expect(told(Array.from({ length: 500 }, () => ({}))).answers).toHaveLength(ANSWERS_LIMIT);
  });
});
