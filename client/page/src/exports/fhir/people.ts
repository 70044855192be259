/** Patient, professionals and the site, as FR Core has them; mirrors `client/exports/fhir/people.py`. */

import codes from "@catalogue/fhir_codes.json";
import { dayOf } from "../../moments.ts";
import type { PatientView } from "../../session/patient_file.ts";
import { checkedRpps } from "../../session/rpps.ts";
import { doctorOf } from "../told.ts";
import { coding, concept, type Entry, filled, type Resource, type Telling } from "./telling.ts";

const STATUSES: ReadonlyMap<string, string> = new Map([
  ["provisional", "PROV"],
  ["retrieved", "RECUP"],
  ["validated", "VALI"],
  ["qualified", "QUAL"],
]);
/** FR Core Patient INS: type and use of the identifier by OID. A test identity is nobody's here. */
const KINDS: ReadonlyMap<string, readonly [kind: string, use: string]> = new Map([
  ["1.2.250.1.213.1.4.8", ["INS-NIR", "official"]],
  ["1.2.250.1.213.1.4.9", ["INS-NIA", "temp"]],
]);
/** `client.core.dossier.matricule`; its key was checked at the site. */
const MATRICULE = /^[0-9]{5}(?:[0-9]{2}|2A|2B)[0-9]{8}$/;
const DATE = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;
const COMMUNE = /^[0-9][0-9AB][0-9]{3}$/;
const SEXES: readonly string[] = ["female", "male"];

/** Who was seen. The matricule leaves with a qualified identity alone, as FR Core rules. */
export function patient(telling: Telling): Entry {
  const { patient: traits, patientName } = telling.told.snapshot;
  const told = traits === null ? { name: called(patientName) } : traitsOf(telling, traits, patientName);
  return telling.entry("Patient", told);
}

function traitsOf(telling: Telling, traits: PatientView, patientName: string): Resource {
  const identifier = identifierOf(traits);
  const profile = identifier === null ? "fr-core-patient" : "fr-core-patient-ins";
  const status = STATUSES.get(traits.status);
  const names = namesOf(traits);
  const phone = { system: "phone", value: traits.callback };
  return {
    meta: { profile: [codes.fr_core + profile] },
    extension: [...(status === undefined ? [] : [reliability(status)]), ...birthPlace(traits)],
    identifier: identifier === null ? [] : [identifier],
    name: names.length > 0 ? names : called(patientName),
    telecom: traits.callback.trim() === "" ? [] : [phone],
    gender: SEXES.includes(traits.sex) ? traits.sex : "unknown",
    birthDate: isDate(traits.birthDate) ? traits.birthDate : "",
    generalPractitioner: traits.doctor.trim() === "" ? [] : [telling.to("Practitioner", "own_doctor")],
  };
}

/** A date of FHIR's, of a day that there is. */
function isDate(iso: string): boolean {
  const [, year, month = "01", day = "01"] = DATE.exec(iso) ?? [];
  return year !== undefined && year !== "0000" && dayOf(year, month, day) !== null;
}

function reliability(status: string): Resource {
  const part = { url: "identityStatus", valueCoding: coding("fr_identity_status", status) };
  return { url: `${codes.fr_core}fr-core-identity-reliability`, extension: [part] };
}

function birthPlace({ birthPlace: place }: PatientView): Resource[] {
  if (!COMMUNE.test(place)) return [];
  const insee = { url: `${codes.fr_core}fr-core-address-insee-code`, valueCoding: coding("communes", place) };
  return [{ url: codes.birth_place, valueAddress: { extension: [insee] } }];
}

/** It never leaves without what the INS is made of: the reader could not tell whose it is. */
function identifierOf(traits: PatientView): Resource | null {
  const { birthName, firstNames, birthDate, birthPlace: place, matricule, matriculeOid, status } = traits;
  const [kind, use] = KINDS.get(matriculeOid ?? "") ?? [];
  const hasTraits = [birthName, firstNames].every((part) => part.trim() !== "") && COMMUNE.test(place);
  const isWhole = hasTraits && isDate(birthDate) && status === "qualified";
  if (!isWhole || kind === undefined || matricule === null || !MATRICULE.test(matricule)) return null;
  const type = concept([coding("fr_identifiers", kind)]);
  return { use, type, system: `urn:oid:${matriculeOid}`, value: matricule };
}

function namesOf({ birthName, firstNames, usedName }: PatientView): Resource[] {
  const [first] = firstNames.trim().split(/\s+/);
  const given = first === undefined || first === "" ? [] : [first];
  const list = { url: `${codes.fr_core}fr-core-patient-birth-list-given-name`, valueString: firstNames.trim() };
  const official = filled({ extension: given.length > 0 ? [list] : [], family: birthName, given });
  const usual = filled({ use: "usual", family: usedName, given });
  return [
    ...(Object.keys(official).length === 0 ? [] : [{ use: "official", ...official }]),
    ...(usedName.trim() === "" ? [] : [usual]),
  ];
}

function called(name: string): Resource[] {
  return name.trim() === "" ? [] : [{ text: name }];
}

/** The doctor, whom a broker vouches for at the site, and the patient's own doctor. */
export function professionals(telling: Telling): readonly Entry[] {
  const { siteProfession, patient: traits } = telling.told.snapshot;
  const doctor = doctorOf(telling.told);
  const isDoctor = concept([coding("professions", codes.doctor)]);
  const own = traits?.doctor.trim() ?? "";
  return [
    practitioner(telling, "gp", doctor.name, doctor.rpps),
    telling.entry("PractitionerRole", { practitioner: telling.to("Practitioner", "gp"), code: [isDoctor] }, "gp"),
    ...(siteProfession === null ? [] : operator(telling, siteProfession)),
    ...(own === "" ? [] : [practitioner(telling, "own_doctor", own, null)]),
  ];
}

function operator(telling: Telling, { name, rpps }: { name: string; rpps: string }): Entry[] {
  const fields = {
    practitioner: telling.to("Practitioner", "operator"),
    organization: telling.to("Organization"),
  };
  return [
    practitioner(telling, "operator", name, checkedRpps(rpps)),
    telling.entry("PractitionerRole", fields, "operator"),
  ];
}

function practitioner(telling: Telling, who: string, name: string, rpps: string | null): Entry {
  const national = concept([coding("fr_identifiers", "IDNPS")]);
  const own = concept([coding("fr_identifiers", "RPPS")]);
  const identifier = [
    { type: national, system: "urn:oid:1.2.250.1.71.4.2.1", value: `8${rpps}` },
    { type: own, system: "https://rpps.esante.gouv.fr", value: rpps },
  ];
  const fields = {
    meta: { profile: [`${codes.fr_core}fr-core-practitioner`] },
    identifier: rpps === null ? [] : identifier,
    name: called(name),
  };
  return telling.entry("Practitioner", fields, who);
}

/** The site, as it calls itself; the page is not told its FINESS. */
export function organization(telling: Telling): Entry {
  const { siteName, sitePlace } = telling.told.snapshot;
  return telling.entry("Organization", {
    meta: { profile: [`${codes.fr_core}fr-core-organization`] },
    identifier: [{ system: "urn:ietf:rfc:3986", value: telling.set }],
    name: siteName,
    address: sitePlace.trim() === "" ? [] : [{ text: sitePlace }],
  });
}
