import { expect, test } from "vitest";
import { Texts } from "@page/texts.ts";
import { beside, freshText, noteText, number, pressure, sourceText } from "@page/ui/consultation/readings.ts";
import { cuff, view } from "../session/readings.ts";

const FRENCH = new Texts("fr");
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
const BRAND = { model: "UA-767", serial: "7", firmware: "1.2" };

test("a blood pressure reads as clinicians write it", () => {
  const [systolic, ...others] = cuff(1, 128);
  expect(pressure(FRENCH, systolic, others)).toBe("128/76");
  expect(beside(FRENCH, others)).toBe("(moy. 93) · Pouls 72 /min");
});

test("a blood pressure that failed has no number at all", () => {
  const [systolic, ...others] = cuff(1, 128).map((value) => ({ ...value, value: null }));
  expect(pressure(FRENCH, systolic, others)).toBe("—");
  expect(beside(FRENCH, others)).toBe("");
});

test("a single measurement says so with its time and its age", () => {
  const taken_ms = new Date(2026, 10, 12, 14, 2).getTime();
  const words = freshText(FRENCH, { kind: "spot", age_ms: 180_000 }, view({ origin: "spot", taken_ms }));
  expect(plain(words)).toBe("mesure ponctuelle à 14:02, il y a 3 min");
});

test("the instrument's clock is the instrument's, read in no time zone", () => {
  const noted = view({ measured_at: "2015-03-12T16:45:10", marks: ["before_meal"], sent_as: "159.4 lb" });
  expect(plain(noteText(FRENCH, noted))).toBe(
    "avant repas · envoyé : 159.4 lb · 12 mars 2015 16:45 selon son horloge",
  );
});

test("a clock that says nonsense is shown as it is, a mark nobody knows too", () => {
  const noted = view({ measured_at: "yesterday", marks: ["upside_down"] });
  expect(noteText(FRENCH, noted)).toBe("upside_down · yesterday selon son horloge");
});

test("model, serial number and firmware are told where they are known", () => {
  expect(plain(sourceText(FRENCH, BRAND))).toBe("UA-767 · n° 7 · version 1.2");
  expect(sourceText(FRENCH, { ...BRAND, serial: null, firmware: null })).toBe("UA-767");
});

test("the absence of a signal is told in words that fit the instrument", () => {
  expect(FRENCH.quality("no_signal", "oximeter")).toBe("doigt absent");
  expect(FRENCH.quality("no_signal", "scale")).toBe("pas de signal");
  expect(FRENCH.quality("new_one", "scale")).toBe("new_one");
});

test("numbers have the decimals of their vital sign", () => {
  expect(number(FRENCH, view({ vital: "temperature", value: 37.84 }))).toBe("37,8");
  expect(number(FRENCH, view({ vital: "systolic", value: 128 }))).toBe("128");
  expect(number(FRENCH, undefined)).toBe("—");
});
