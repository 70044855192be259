import { expect, test } from "vitest";
import { EMPTY, type InstrumentView, type VitalView } from "@page/session/snapshot.ts";
import { decimalsOf, vitalGroups } from "@page/session/vital_groups.ts";
import { cuff, instrument, view } from "./readings.ts";

const groups = (instruments: readonly InstrumentView[], vitals: readonly VitalView[]) =>
  vitalGroups({ ...EMPTY, instruments, vitals });
const CUFF = instrument({ kind: "blood_pressure", model: "UA-767", state: "ready" });

test("the usual tiles are there before anything is plugged in", () => {
  const shown = groups([], []).map(({ kind, tiles }) => [kind, tiles.map(({ vital }) => vital)]);
  expect(shown).toEqual([
    ["oximeter", ["spo2", "pulse"]],
    ["thermometer", ["temperature"]],
  ]);
});

test("a blood pressure is one tile with all that was measured with it", () => {
  const [, pressure] = groups([instrument(), CUFF], cuff(1, 128));
  expect(pressure?.tiles.map(({ vital }) => vital)).toEqual(["pressure"]);
  expect(pressure?.tiles[0]?.main?.value).toBe(128);
  expect(pressure?.tiles[0]?.others.map(({ value }) => value)).toEqual([76, 93, 72]);
});

test("values of two measurements are never put into one blood pressure", () => {
  const [systolic] = cuff(2, 141, 2_000);
  const [, ...before] = cuff(1, 128);
  const [, pressure] = groups([instrument(), CUFF], [...before, systolic as VitalView]);
  const [tile] = pressure?.tiles ?? [];
  expect([tile?.main?.value, tile?.others]).toEqual([141, []]);
});

test("a cuff's pulse is not the oximeter's", () => {
  const pulse = view({ vital: "pulse", value: 80, unit: "/min" });
  const [oximeter] = groups([instrument(), CUFF], [...cuff(1, 128), pulse]);
  expect(oximeter?.tiles.map(({ main }) => main?.value)).toEqual([undefined, 80]);
});

test("two oximeters have a group each", () => {
  const both = [instrument({ serial: "5012" }), instrument({ serial: "5013" })];
  const values = [view({ serial: "5012", value: 97 }), view({ serial: "5013", value: 91 })];
  const shown = groups(both, values).filter(({ kind }) => kind === "oximeter");
  const figures = shown.map(({ tiles }) => tiles.find(({ vital }) => vital === "spo2")?.main?.value);
  expect(figures).toEqual([97, 91]);
});

test("instruments that nothing tells apart are said to be so", () => {
  const [oximeter] = groups([instrument(), instrument()], [view()]);
  expect(oximeter?.alike).toBe(2);
});

test("what came before the instrument told its number is its own", () => {
  const [oximeter, ...others] = groups([instrument({ serial: "5012" })], [view()]);
  expect(oximeter?.tiles[0]?.main?.value).toBe(97);
  expect(others.map(({ kind }) => kind)).toEqual(["thermometer"]);
});

test("what an instrument that is gone measured keeps a group without an instrument", () => {
  const shown = groups([], [view({ vital: "weight", value: 70, model: "M-430", origin: "spot" })]);
  const scale = shown.find(({ kind }) => kind === "scale");
  expect([scale?.instrument, scale?.model, scale?.tiles[0]?.main?.value]).toEqual([undefined, "M-430", 70]);
});

test("a glucose in mmol/L takes the place of one in mg/dL", () => {
  const meter = instrument({ kind: "glucometer", model: "Ultra 2", state: "ready" });
  const value = view({ vital: "glucose_molar", value: 5.4, model: "Ultra 2", origin: "spot" });
  const shown = groups([meter], [value]).find(({ kind }) => kind === "glucometer");
  expect(shown?.tiles.map(({ vital }) => vital)).toEqual(["glucose_molar"]);
});

test("a vital sign nobody has heard of is shown plainly", () => {
  const shown = groups([], [view({ vital: "lactate", value: 1.2 })]);
  expect(shown.at(-1)?.tiles.map(({ vital }) => vital)).toEqual(["lactate"]);
  expect(decimalsOf("lactate")).toBe(1);
});

test("what shows no value has no group", () => {
  const camera = instrument({ kind: "camera", model: "UVC", state: "ready" });
  expect(groups([camera], []).map(({ kind }) => kind)).toEqual(["oximeter", "thermometer"]);
});

test.each(["constructor", "__proto__", "toString"])("an instrument of the kind %s is none that measures", (kind) => {
  const shown = groups([instrument({ kind })], []);
  expect(shown.map((group) => group.kind)).toEqual(["oximeter", "thermometer"]);
});
