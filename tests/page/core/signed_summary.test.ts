import { expect, test } from "vitest";
import { hex } from "@page/bytes.ts";
import { Identity } from "@page/core/identity.ts";
import { isSummarySignedBy, signed, statement } from "@page/core/signed_summary.ts";
import vectors from "../../vectors/summary.json";
import { flipped, unhex } from "./vectors.ts";

const UNSIGNED = { kind: "summary", signature: new Uint8Array() } as const;
const SITE = { sitePublic: unhex(vectors.site_public), sessionTag: unhex(vectors.session_tag) };

function told(known: (typeof vectors.cases)[number]) {
  const { text, written_ms, template, stills, files } = known;
  const around = {
    stills: known.still_hashes.map(unhex),
    files: known.file_hashes.map(unhex),
    ...SITE,
  };
  return { summary: { ...UNSIGNED, text, written_ms, template, stills, files }, around };
}

test.each(vectors.cases)("the statement and signature of $text are the site's", async (known) => {
  const { summary, around } = told(known);
  expect(hex(statement(summary, around))).toBe(known.statement);
  const gp = await Identity.fromSeed(unhex(vectors.gp_seed), unhex(vectors.gp_public));
  const said = await signed(summary, around, gp);
  expect(hex(said.signature)).toBe(known.signature);
  expect(await isSummarySignedBy(gp.public, said, around)).toBe(true);
});

test("a signature holds for no other words, files, site or session", async () => {
  const [known] = vectors.cases.filter(({ files }) => files.length > 0);
  if (known === undefined) throw new Error("the vectors have one with a file");
  const { summary, around } = told(known);
  const gp = await Identity.of(await Identity.made());
  const said = await signed(summary, around, gp);
  const judged = (changed: Partial<typeof said>, other: Partial<typeof around> = {}) =>
    isSummarySignedBy(gp.public, { ...said, ...changed }, { ...around, ...other });
  expect(await judged({})).toBe(true);
  expect(await judged({ text: "autre" })).toBe(false);
  expect(await judged({ template: "autre/1" })).toBe(false);
  expect(await judged({}, { files: around.files.map((hash) => flipped(hash, 3)) })).toBe(false);
  expect(await judged({}, { sitePublic: flipped(around.sitePublic, 0) })).toBe(false);
  expect(await judged({}, { sessionTag: flipped(around.sessionTag, 0) })).toBe(false);
});

test("a file without its hash is never signed", () => {
  const summary = { ...UNSIGNED, text: "", written_ms: 1, template: "", stills: [], files: [1] };
  expect(() => statement(summary, { stills: [], files: [], ...SITE })).toThrow(RangeError);
});
