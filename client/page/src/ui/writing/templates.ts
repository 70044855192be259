/** The templates a summary may be begun with: text files of the catalogue, each with a version. */

import type { Language } from "../../texts.ts";

const FILES = import.meta.glob("../../../../catalogue/*/summaries/*.txt", {
  query: "?raw",
  import: "default",
  eager: true,
});
const NAME = /\/(\w+)\/summaries\/([a-z_]+)-(\d+)\.txt$/;

export interface Template {
  /** As the wire names it: `teleconsultation/1`. */
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly text: string;
}

/** The newest version of each template in this language, by name. */
export function templates(
  language: Language,
  files: Readonly<Record<string, string>> = FILES,
): readonly Template[] {
  const newest = new Map<string, Template>();
  for (const [path, text] of Object.entries(files)) {
    const [, folder, name, digits] = NAME.exec(path) ?? [];
    if (folder !== language || name === undefined) continue;
    const version = Number(digits);
    if (version <= (newest.get(name)?.version ?? 0)) continue;
    newest.set(name, { id: `${name}/${version}`, name, version, text });
  }
  return [...newest.values()].sort((left, right) => (left.name < right.name ? 1 : -1));
}

/** What is written, begun with the template: nothing that is there is lost. */
export function begunWith(template: Template, written: string): string {
  return written.trim() === "" ? template.text : `${written.trimEnd()}\n\n${template.text}`;
}
