/** Files of a consultation that are here, byte for byte, under names that say nothing. */

import type { PageSnapshot } from "../session/snapshot.ts";

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "video/webm": "webm",
  "audio/flac": "flac",
  "audio/webm": "webm",
  "application/pdf": "pdf",
};

/** One file as it came or left. */
export interface Attached {
  readonly kind: "still" | "sound" | "paper" | "document";
  readonly id: number;
  /** Within the export. */
  readonly path: string;
  readonly label: string;
  readonly mediaType: string;
  /** `null` for a file of the GP's. */
  readonly taken_ms: number | null;
  readonly sha256_hex: string;
  /** The GP chose it for the document. */
  readonly isChosen: boolean;
  readonly data: Uint8Array;
}

const FOLDERS = { still: "images", sound: "sons", paper: "recus", document: "fichiers" } as const;

type Listed = Pick<Attached, "kind" | "id" | "label" | "taken_ms" | "sha256_hex" | "isChosen"> & {
  readonly file: Blob | null;
};

export async function attachedTo(snapshot: PageSnapshot): Promise<readonly Attached[]> {
  const found = await Promise.all(listed(snapshot).map(read));
  return found.flat();
}

function listed({ stills, sounds, papers, documents, summary }: PageSnapshot): readonly Listed[] {
  return [
    ...stills.map(({ picture: file, ...one }) => ({ ...one, file, kind: "still" as const })),
    ...sounds.map((one) => ({ ...one, kind: "sound" as const })),
    ...papers.map((one) => ({ ...one, kind: "paper" as const })),
    ...documents.map((one) => ({ ...one, kind: "document" as const, taken_ms: null })),
  ].map((one) => {
    const chosen = one.kind === "document" ? summary.files : summary.stills;
    return { ...one, isChosen: chosen.includes(one.id) };
  });
}

async function read({ file, kind, id, label, taken_ms, sha256_hex, isChosen }: Listed): Promise<Attached[]> {
  if (file === null) return [];
  const path = `${FOLDERS[kind]}/${id}.${EXTENSIONS[file.type] ?? "bin"}`;
  const data = new Uint8Array(await file.arrayBuffer());
  const said = { kind, id, path, label, mediaType: file.type };
  return [{ ...said, taken_ms, sha256_hex, isChosen, data }];
}
