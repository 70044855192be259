/** What every resource needs; mirrors `client/exports/fhir/telling.py`. */

import codes from "@catalogue/fhir_codes.json";
import { hex } from "../../bytes.ts";
import { sha256, utf8 } from "../../core/primitives.ts";
import { isoOf } from "../../moments.ts";
import { beganAt, type Told } from "../told.ts";

/** A FHIR resource, or a part of one, as JSON has it. */
export type Resource = { readonly [name: string]: unknown };

/** A resource with its identity, as a bundle holds it. */
export interface Entry {
  readonly fullUrl: string;
  readonly resource: Resource & { readonly resourceType: string };
}

export type System = keyof typeof codes.systems;
/** System, code and display, as the shared table has them. */
export type Code = readonly string[];

/** One consultation, and names for what belongs to it: the same as long as it says the same. */
export class Telling {
  readonly #names = new Map<string, string>();

  constructor(
    readonly told: Told,
    /** Of this consultation, whatever is said of it. */
    readonly set: string,
  ) {}

  static async of(told: Told): Promise<Telling> {
    const { siteName, sitePlace } = told.snapshot;
    const place = utf8(JSON.stringify([siteName, sitePlace, beganAt(told.snapshot)]));
    return new Telling(told, urn(hex(await sha256(place))));
  }

  /** Made of a hash and a number: nothing of a patient can be guessed from it. */
  urn(kind: string, ...keys: readonly (string | number)[]): string {
    const key = JSON.stringify([kind, ...keys]);
    const number = this.#names.size.toString(16).padStart(NUMBER_DIGITS, "0");
    const name = this.#names.get(key) ?? urn(hex(this.told.content), number);
    this.#names.set(key, name);
    return name;
  }

  /** A reference to a resource of this bundle. */
  to(kind: string, ...keys: readonly (string | number)[]): Resource {
    return { reference: this.urn(kind, ...keys), type: kind };
  }

  entry(resourceType: string, fields: Resource, ...keys: readonly (string | number)[]): Entry {
    const fullUrl = this.urn(resourceType, ...keys);
    const id = fullUrl.slice(URN.length);
    return { fullUrl, resource: { resourceType, id, ...filled(fields) } };
  }
}

const URN = "urn:uuid:";
const NUMBER_DIGITS = 8;

/** Version 8 of RFC 9562, 5.8: digits of our own making. */
function urn(digits: string, number = ""): string {
  const whole = digits.slice(0, 30 - number.length) + number;
  const parts = [whole.slice(0, 8), whole.slice(8, 12), `8${whole.slice(12, 15)}`];
  return `${URN}${[...parts, `8${whole.slice(15, 18)}`, whole.slice(18)].join("-")}`;
}

/** Only what there is: FHIR knows no empty element. */
export function filled(fields: Resource): Resource {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  if (value === null || value === undefined) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

export function coding(system: System, code: string, display = ""): Resource {
  return filled({ system: codes.systems[system], code, display });
}

/** Of a code as the shared table has it: system, code, display. */
export function coded([system, code, display]: Code): Resource {
  return coding(system as System, code ?? "", display);
}

/** A `CodeableConcept`. */
export function concept(codings: readonly Resource[], text = ""): Resource {
  return filled({ coding: codings, text });
}

/** To the millisecond, in UTC; empty where no calendar has it. */
export function instant(at_ms: number): string {
  return isoOf(at_ms) ?? "";
}
