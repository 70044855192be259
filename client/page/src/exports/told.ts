/** What every document of an export is written from. */

import type { Self } from "../session/ports.ts";
import { checkedRpps } from "../session/rpps.ts";
import type { PageSnapshot } from "../session/snapshot.ts";
import type { Texts } from "../texts.ts";
import type { Attached } from "./attached.ts";

export interface Told {
  /** Every text in it is plain. */
  readonly snapshot: PageSnapshot;
  /** What the GP wrote about themselves. */
  readonly gp: Self;
  readonly texts: Texts;
  readonly files: readonly Attached[];
  /** SHA-256 of the consultation's data. */
  readonly content: Uint8Array;
}

/** When it began: both ends knew each other, or the GP began to wait. */
export function beganAt({ verified_ms, waitingSince_ms }: PageSnapshot): number {
  return verified_ms ?? waitingSince_ms;
}

/** The GP's name and number; proved ones before typed ones, and none whose check digit is wrong. */
export function doctorOf({ snapshot, gp }: Told): { readonly name: string; readonly rpps: string | null } {
  const own = snapshot.proof.own;
  const name = own?.name ?? gp.name.trim();
  return { name, rpps: own?.rpps ?? checkedRpps(gp.rpps) };
}
