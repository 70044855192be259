import { expect, test } from "vitest";
import type { LineState } from "@page/session/line_state.ts";
import { EMPTY, type LinkView, type PageSnapshot } from "@page/session/snapshot.ts";
import { Texts } from "@page/texts.ts";
import { lineSentence } from "@page/ui/consultation/line_words.ts";

function said(line: Partial<LineState>, link: Partial<LinkView> = {}): string {
  const state = { ...EMPTY.link, state: "up" as const, ...link };
  const snapshot: PageSnapshot = {
    ...EMPTY,
    link: { ...state, line: { ...EMPTY.link.line, ...line } },
  };
  return lineSentence(new Texts("fr"), snapshot, 10_000).replaceAll("\u00a0", " ");
}

const HEARTBEAT = { picture: "heartbeat", beat_ms: 4_000 } as const;

test.each([
  [{}, "Ligne établie"],
  [{ weak: "site" }, "Ligne faible au poste de soins · image réduite pour protéger la voix"],
  [{ weak: "gp" }, "Votre ligne est faible"],
  [{ weak: "both", ...HEARTBEAT }, /^Lignes faibles.* · image fixe toutes les 4 s$/],
  [{ weak: "none", ...HEARTBEAT }, "Ligne établie · image fixe toutes les 4 s"],
  [{ weak: "site", picture: "none" }, "Ligne faible au poste de soins · voix seule pour l’instant"],
] as const)("%o is said plainly", (line, sentence) => {
  expect(said(line)).toMatch(sentence);
});

test("a camera that is off is the site's choice, not the line's", () => {
  const sentence = said({ weak: "site", picture: "none" }, { siteCameraIsOff: true });
  expect(sentence).toBe("Ligne faible au poste de soins · Le poste de soins a coupé sa caméra");
});

test("a browser that decodes none of the site's codecs is said to be so", () => {
  const sentence = said({ picture: "none" }, { canShow: false });
  expect(sentence).toBe(
    "Ligne établie · ce navigateur ne sait pas afficher l’image en direct : voix, mesures et photos passent",
  );
});

test("invented voice is told, whoever's line is weak", () => {
  expect(said({}, { concealed_pct: 9 })).toBe("Ligne faible : des sons se perdent");
  expect(said({ weak: "gp" }, { concealed_pct: 9 })).toBe(
    "Votre ligne est faible · des sons se perdent",
  );
});

test("a cut line says nothing of what went before", () => {
  expect(said({ weak: "site", ...HEARTBEAT }, { state: "cut", since_ms: 3_000 })).toMatch(
    /^Lien coupé depuis 7 s, [^·]* · Relais injoignable$/,
  );
});
