/** Values and what belongs to them, in words. */

import type { Freshness } from "../../session/freshness.ts";
import type { VitalView } from "../../session/snapshot.ts";
import { decimalsOf } from "../../session/vital_groups.ts";
import type { Texts } from "../../texts.ts";

/** No value. */
export const NONE = "—";

type Source = Pick<VitalView, "model" | "serial"> & { readonly firmware: string | null };

/** The bare number, or a dash. */
export function number(texts: Texts, view: Pick<VitalView, "vital" | "value"> | undefined): string {
  if (view === undefined || view.value === null) return NONE;
  return texts.number(view.value, decimalsOf(view.vital));
}

/** A blood pressure as clinicians write it: 128/76. */
export function pressure(texts: Texts, main: VitalView | undefined, others: readonly VitalView[]): string {
  const diastolic = others.find(({ vital }) => vital === "diastolic");
  if (main?.value == null && diastolic?.value == null) return NONE;
  return `${number(texts, main)}/${number(texts, diastolic)}`;
}

/** What was measured together with a blood pressure: (moy. 93), pouls 72. */
export function beside(texts: Texts, others: readonly VitalView[]): string {
  const said = others.filter(({ vital, value }) => vital !== "diastolic" && value !== null);
  return said
    .map((view) => {
      const facts = { value: number(texts, view), unit: texts.name("unit", view.unit) };
      if (view.vital === "mean_pressure") return texts.say("vitals.mean", facts);
      return `${texts.name("vital", view.vital)} ${facts.value} ${facts.unit}`;
    })
    .join(" · ");
}

/** How a value came to be and how old it is. */
export function freshText(texts: Texts, fresh: Freshness, view: VitalView): string {
  if (fresh.kind === "live") return texts.say("fresh.live");
  const age = texts.age(fresh.age_ms);
  const time = texts.time(view.taken_ms);
  if (fresh.kind === "deferred") return texts.say("fresh.deferred", { time, age });
  if (fresh.kind !== "spot") return texts.say(`fresh.${fresh.kind}`, { age });
  return texts.say("fresh.spot", { time, age });
}

/** Model, serial number and firmware. */
export function sourceText(texts: Texts, { model, serial, firmware }: Source): string {
  const parts = [model];
  if (serial !== null) parts.push(texts.say("vitals.serial", { serial }));
  if (firmware !== null) parts.push(texts.say("vitals.firmware", { firmware }));
  return parts.join(" · ");
}

/** What the instrument noted beside the value, its clock, and what it sent in another unit. */
export function noteText(texts: Texts, view: NoteFacts): string {
  const notes = view.marks.map((mark) => texts.name("mark", mark));
  if (view.sent_as !== null) notes.push(texts.say("vitals.sent_as", { value: view.sent_as }));
  if (view.measured_at !== null) notes.push(clockText(texts, view.measured_at));
  return notes.join(" · ");
}

type NoteFacts = Pick<VitalView, "marks" | "sent_as" | "measured_at">;

export function clockText(texts: Texts, measured_at: string): string {
  return texts.say("vitals.clock", { time: texts.deviceTime(measured_at) });
}
