/** Observations of what instruments vouched for; mirrors `client/exports/fhir/observations.py`. */

import codes from "@catalogue/fhir_codes.json";
import { dayOf } from "../../moments.ts";
import { answerTo } from "../../session/patient_file.ts";
import type { PageSnapshot, ResultView, VitalView } from "../../session/snapshot.ts";
import { instrumentKey } from "../../session/vital_groups.ts";
import { noteText } from "../../ui/consultation/readings.ts";
import { type Code, coded, coding, concept, type Entry, filled, instant, type Resource, type Telling } from "./telling.ts";

interface Vital {
  readonly loinc: string;
  readonly ucum: string;
  readonly name: string;
  readonly profile?: string;
  readonly method?: keyof typeof codes.methods;
  /** Other codes, before and after its own. */
  readonly before?: Code;
  readonly after?: Code;
}

const VITALS: ReadonlyMap<string, Vital> = new Map(
  Object.entries(codes.vitals as Readonly<Record<string, Vital>>),
);
const REQUIRED = ["systolic", "diastolic"] as const;
const PRESSURES: readonly string[] = [...REQUIRED, "mean_pressure"];

type Instrument = Pick<VitalView, "model" | "serial" | "firmware">;
type Measured = Instrument & Pick<VitalView, "taken_ms" | "origin" | "measured_at">;
type Pressure = readonly [VitalView, ...VitalView[]];

/** Every value an instrument vouches for; a control solution says nothing of a patient. */
export function vouchedFor({ vitals, apart }: PageSnapshot): readonly VitalView[] {
  return [...vitals, ...apart.items].filter(
    ({ value, marks }) => value !== null && Number.isFinite(value) && !marks.includes("control"),
  );
}

/** One for each value; one for a blood pressure with all its values. */
export function vitalSigns(telling: Telling): readonly Entry[] {
  const found = vouchedFor(telling.told.snapshot);
  const pressures = new Map<string, [VitalView, ...VitalView[]]>();
  for (const view of found.filter(isPressure)) {
    const key = JSON.stringify([instrumentKey(view), view.origin, view.record ?? view.taken_ms]);
    const together = pressures.get(key);
    if (together === undefined) pressures.set(key, [view]);
    else together.push(view);
  }
  const singles = found.filter((view) => !isPressure(view));
  return [
    ...[...pressures.values()].map((together, at) => pressure(telling, together, at)),
    ...singles.map((view, at) => single(telling, view, at)),
  ];
}

function isPressure({ vital, unit }: VitalView): boolean {
  return PRESSURES.includes(vital) && unit === VITALS.get(vital)?.ucum;
}

function pressure(telling: Telling, together: Pressure, at: number): Entry {
  const [first] = together;
  const names = new Set([...REQUIRED, ...together.map(({ vital }) => vital)]);
  const component = [...names].map((vital) => {
    const code = concept([coding("loinc", VITALS.get(vital)?.loinc ?? "", VITALS.get(vital)?.name)]);
    const view = together.find((one) => one.vital === vital);
    const missing = { dataAbsentReason: concept([coding("absent", "unknown", "Unknown")]) };
    return { code, ...(view === undefined ? missing : { valueQuantity: quantity(view) }) };
  });
  const { loinc, name, profile } = codes.pressure;
  const text = telling.told.texts.name("vital", "pressure");
  const said = {
    code: concept([coding("loinc", loinc, name)], text),
    method: concept([coded(codes.methods.connected)]),
    note: notes(telling, first),
    component,
  };
  return telling.entry("Observation", { ...measured(telling, first, profile), ...said }, "pressure", at);
}

/** What has no code here, or another unit than its code wants, is told in its own words. */
function single(telling: Telling, view: VitalView, at: number): Entry {
  const known = VITALS.get(view.vital);
  const text = telling.told.texts.name("vital", view.vital);
  const isCoded = known !== undefined && known.ucum === view.unit;
  const method = isCoded && known.method !== undefined ? concept([coded(codes.methods[known.method])]) : null;
  const said = {
    code: concept(isCoded ? codings(known) : [], text.trim() === "" ? "?" : text),
    ...(isCoded ? { valueQuantity: quantity(view) } : { valueString: `${view.value} ${view.unit}`.trim() }),
    method,
    note: notes(telling, view),
  };
  const profile = isCoded ? (known.profile ?? "") : "";
  return telling.entry("Observation", { ...measured(telling, view, profile), ...said }, "vital", at);
}

function codings({ loinc, name, before, after }: Vital): readonly Resource[] {
  const own = coding("loinc", loinc, name);
  return [...(before ? [coded(before)] : []), own, ...(after ? [coded(after)] : [])];
}

/** The number as the instrument gave it, with its UCUM unit. */
function quantity({ value, unit }: VitalView): Resource {
  return { value, unit, system: codes.systems.ucum, code: unit };
}

/** What every measurement says; without its moment it keeps no profile. */
function measured(telling: Telling, view: Measured, profile: string): Resource {
  const issued = instant(view.taken_ms);
  const isProfiled = profile !== "" && issued !== "";
  return {
    meta: isProfiled ? { profile: [codes.profiles + profile] } : null,
    ...saidOf(telling, "vital-signs", view.origin),
    ...effective(view),
    issued,
    device: telling.to("Device", instrumentKey(view)),
  };
}

/** What an instrument remembers may be another person's: nobody has verified it. */
function saidOf(telling: Telling, category: string, origin: string): Resource {
  const isAttested = telling.told.snapshot.siteProfession !== null;
  return {
    status: origin === "stored" ? "preliminary" : "final",
    category: [concept([coding("category", category, category)])],
    subject: telling.to("Patient"),
    encounter: telling.to("Encounter"),
    performer: isAttested ? [telling.to("PractitionerRole", "operator")] : [],
  };
}

/** From a memory, the day the instrument's clock says: the room's time zone is not known here. */
function effective({ origin, measured_at, taken_ms }: Measured): Resource {
  const [day = "", year = "", month = "", date = ""] = /^(\d{4})-(\d\d)-(\d\d)/.exec(measured_at ?? "") ?? [];
  const isReal = day !== "" && dayOf(year, month, date) !== null;
  const told = origin !== "stored" ? instant(taken_ms) : isReal ? day : "";
  if (told !== "") return { effectiveDateTime: told };
  return { _effectiveDateTime: { extension: [{ url: codes.data_absent, valueCode: "unknown" }] } };
}

function notes({ told: { texts, snapshot } }: Telling, view: VitalView): readonly Resource[] {
  const quality = view.quality === "good" ? [] : [texts.quality(view.quality, "")];
  const oxygen = answerTo(snapshot.background, "oxygen") || texts.say("patient.not_said");
  const beside = view.vital === "spo2" ? [texts.say("document.oxygen", { said: oxygen })] : [];
  const said = [...quality, noteText(texts, view), ...beside];
  return said.filter((text) => text.trim() !== "").map((text) => ({ text }));
}

/** Laboratory results in the analyser's own words and units, which it alone vouches for. */
export function analyses(telling: Telling): readonly Entry[] {
  return resultsOf(telling.told.snapshot).map((result, at) => {
    const loinc = /^\d{1,7}-\d$/.test(result.loinc ?? "") ? [coding("loinc", result.loinc ?? "")] : [];
    const range = result.reference_range?.trim() ?? "";
    const flags = result.flags?.trim() ?? "";
    const fields = {
      ...saidOf(telling, "laboratory", result.origin),
      code: concept(loinc, result.test.trim() === "" ? "?" : result.test),
      ...effective(result),
      issued: instant(result.taken_ms),
      valueString: `${result.value ?? ""} ${result.unit ?? ""}`.trim(),
      note: flags === "" ? [] : [{ text: flags }],
      device: telling.to("Device", instrumentKey(result)),
      referenceRange: range === "" ? [] : [{ text: range }],
    };
    return telling.entry("Observation", fields, "analysis", at);
  });
}

function resultsOf({ results }: PageSnapshot): readonly ResultView[] {
  return results.items.filter(({ value, marks }) => value !== null && !marks.includes("control"));
}

/** Each instrument once, with what it told of itself; serial ones claim no profile (d-23). */
export function devices(telling: Telling): readonly Entry[] {
  const { snapshot } = telling.told;
  const used = new Map<string, Instrument>();
  for (const one of [...vouchedFor(snapshot), ...resultsOf(snapshot)]) used.set(instrumentKey(one), one);
  const firmware = concept([coded(codes.device.firmware)]);
  return [...used].map(([key, instrument]) => {
    const model = instrument.model.trim();
    const fields = {
      status: "active",
      serialNumber: instrument.serial,
      deviceName: model === "" ? [] : [{ name: model, type: "model-name" }],
      modelNumber: model,
      type: concept([coded(codes.device.type)]),
      version: (instrument.firmware ?? "").trim() === "" ? [] : [filled({ type: firmware, value: instrument.firmware })],
    };
    return telling.entry("Device", fields, key);
  });
}
