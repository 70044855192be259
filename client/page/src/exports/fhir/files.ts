/** Stills and files the GP chose, and the printed report; mirrors `client/exports/fhir/files.py`. */

import codes from "@catalogue/fhir_codes.json";
import { sha256 } from "../../core/primitives.ts";
import type { Attached } from "../attached.ts";
import { coding, concept, type Entry, filled, instant, type Resource, type Telling } from "./telling.ts";

const KINDS: readonly string[] = ["image", "video", "audio"];
/** Bytes of all files within the bundle; larger ones lie beside it, under their path. chosen: what
 * a browser writes as one text without trouble. */
export const WITHIN_LIMIT = 64 << 20;
/** Bytes turned into text at a time; a multiple of three, so that no part needs filling up. */
const STEP = 0x6000;

/** A file and its hashes: FHIR's own of an attachment is SHA-1, ours is beside it. */
interface Hashed {
  readonly file: Pick<Attached, "label" | "mediaType" | "path" | "data">;
  readonly sha1: Uint8Array;
  readonly sha256: Uint8Array;
  readonly isWithin: boolean;
}

/** Each file the GP chose, first the stills. */
export async function chosenFiles(
  telling: Telling,
  limit: number,
): Promise<{ stills: Entry[]; documents: Entry[] }> {
  const stills: Entry[] = [];
  const documents: Entry[] = [];
  let within = 0;
  for (const file of telling.told.files.filter(({ isChosen }) => isChosen)) {
    within += file.data.length;
    const hashed = await hash(file, within <= limit);
    if (file.kind === "document") documents.push(reference(telling, hashed));
    else stills.push(media(telling, hashed, file.taken_ms));
    (file.kind === "document" ? documents : stills).push(...binary(telling, hashed));
  }
  return { stills, documents };
}

/** The report as people read it. */
export async function printed(telling: Telling, pdf: Uint8Array, path: string): Promise<Entry[]> {
  const label = telling.told.texts.say("document.title");
  const hashed = await hash({ label, mediaType: "application/pdf", path, data: pdf }, true);
  const [code = "", display = ""] = codes.report;
  const type = { type: concept([coding("loinc", code, display)]), custodian: telling.to("Organization") };
  const made = reference(telling, hashed);
  return [{ ...made, resource: { ...made.resource, ...type } }, ...binary(telling, hashed)];
}

async function hash(file: Hashed["file"], isWithin: boolean): Promise<Hashed> {
  const data = new Uint8Array(file.data);
  const sha1 = new Uint8Array(await crypto.subtle.digest("SHA-1", data));
  return { file, sha1, sha256: await sha256(data), isWithin };
}

function media(telling: Telling, hashed: Hashed, taken_ms: number | null): Entry {
  const [kind = ""] = hashed.file.mediaType.split("/");
  const isAttested = telling.told.snapshot.siteProfession !== null;
  const fields = {
    identifier: [named(hashed)],
    status: "completed",
    type: KINDS.includes(kind) ? concept([coding("media_type", kind)]) : null,
    subject: telling.to("Patient"),
    encounter: telling.to("Encounter"),
    createdDateTime: taken_ms === null ? "" : instant(taken_ms),
    operator: isAttested ? telling.to("PractitionerRole", "operator") : null,
    content: attachment(telling, hashed),
  };
  return telling.entry("Media", fields, hashed.file.path);
}

function reference(telling: Telling, hashed: Hashed): Entry {
  const fields = {
    identifier: [named(hashed)],
    status: "current",
    subject: telling.to("Patient"),
    author: [telling.to("PractitionerRole", "gp")],
    description: hashed.file.label,
    content: [{ attachment: attachment(telling, hashed) }],
    context: { encounter: [telling.to("Encounter")] },
  };
  return telling.entry("DocumentReference", fields, hashed.file.path);
}

function binary(telling: Telling, { file, isWithin }: Hashed): Entry[] {
  const fields = { contentType: mediaType(file.mediaType), data: base64(file.data) };
  return isWithin ? [telling.entry("Binary", fields, file.path)] : [];
}

function attachment(telling: Telling, { file, sha1, isWithin }: Hashed): Resource {
  return filled({
    contentType: mediaType(file.mediaType),
    url: isWithin ? telling.urn("Binary", file.path) : file.path,
    size: file.data.length,
    hash: base64(sha1),
    title: file.label,
  });
}

function mediaType(told: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(told) ? told : "application/octet-stream";
}

/** A hash as an address (RFC 6920, section 3). */
function named({ sha256: digest }: Hashed): Resource {
  const value = base64(digest).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return { system: "urn:ietf:rfc:3986", value: `ni:///sha-256;${value}` };
}

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += STEP) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + STEP))));
  }
  return parts.join("");
}
