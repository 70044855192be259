import { expect, test } from "vitest";
import englishPage from "@catalogue/en/page.json";
import englishExam from "@catalogue/en/page_exam.json";
import englishWaiting from "@catalogue/en/page_waiting.json";
import englishWriting from "@catalogue/en/page_writing.json";
import frenchPage from "@catalogue/fr/page.json";
import frenchExam from "@catalogue/fr/page_exam.json";
import frenchWaiting from "@catalogue/fr/page_waiting.json";
import frenchWriting from "@catalogue/fr/page_writing.json";
import { chosenLanguage, Texts } from "@page/texts.ts";

type Sentences = Readonly<Record<string, string>>;
const english: Sentences = { ...englishPage, ...englishExam, ...englishWaiting, ...englishWriting };
const french: Sentences = { ...frenchPage, ...frenchExam, ...frenchWaiting, ...frenchWriting };
const KEYS = Object.keys(french);
const facts = (sentence = "") => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("both languages say the same things with the same facts", () => {
  expect(Object.keys(english).sort()).toEqual([...KEYS].sort());
  for (const key of KEYS) expect(facts(english[key]), key).toEqual(facts(french[key]));
});

test("French double punctuation keeps its narrow or no-break space", () => {
  const wrong = KEYS.filter((key) => / [;:?!%»]|« /.test(french[key] ?? ""));
  expect(wrong).toEqual([]);
});

test.each([
  [0, "0 s"],
  [-5_000, "0 s"],
  [43_999, "43 s"],
  [60_000, "1 min"],
  [3_599_999, "59 min"],
  [7_500_000, "2 h 05"],
])("an age of %i ms reads %s", (age_ms, text) => {
  expect(new Texts("fr").age(age_ms).replaceAll("\u00a0", " ")).toBe(text);
});

test("numbers are written as clinicians of the language write them", () => {
  expect(new Texts("fr").number(37.8, 1)).toBe("37,8");
  expect(new Texts("en").number(37, 1)).toBe("37.0");
});

test("a fact that looks like a placeholder is left as it is", () => {
  expect(new Texts("en").say("fresh.ago", { age: "{age}" })).toBe("{age} ago");
});

test("codes nobody has named yet are shown bare", () => {
  expect(new Texts("fr").name("vital", "spo2")).toBe("SpO2");
  expect(new Texts("fr").name("vital", "lactate")).toBe("lactate");
});

test.each([
  ["", ["fr-FR"], "fr"],
  ["", ["en-US", "fr"], "en"],
  ["", ["de"], "fr"],
  ["", [], "fr"],
  ["?lang=en", ["fr"], "en"],
  ["?lang=fr", ["en"], "fr"],
] as const)("%s with %j is %s", (search, browser, language) => {
  expect(chosenLanguage(search, browser)).toBe(language);
});

test("a date of birth is told as far as it is known, and never as another one", () => {
  const french = new Texts("fr");
  expect(french.birthDate("1948-03-02")).toBe("2 mars 1948");
  expect(french.birthDate("1948-03")).toBe("mars 1948");
  expect(french.birthDate("1948")).toBe("1948");
  expect(french.birthDate("1948-02-31")).toBe("1948-02-31");
  expect(french.birthDate("1948-00-00")).toBe("1948-00-00");
  expect(new Texts("en").birthDate("1948-03-02")).toBe("2 March 1948");
});
