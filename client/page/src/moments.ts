/** Moments as people and programs write them; a site may send one that no calendar has. */

/** Where there is no such moment. */
export const NO_MOMENT = "—";
/** FHIR and PDF write years with four digits. */
const LAST_YEAR = 9_999;

/** `null` beyond the days there are (ECMA-262, 21.4.1.1). */
export function dateOf(at_ms: number): Date | null {
  const date = new Date(at_ms);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The same as `write` says it, or that there is none. */
export function momentText(at_ms: number, write: (date: Date) => string): string {
  const date = dateOf(at_ms);
  return date === null ? NO_MOMENT : write(date);
}

/** ISO 8601 in UTC, to the millisecond; `null` where four digits are too few for the year. */
export function isoOf(at_ms: number): string | null {
  const date = dateOf(at_ms);
  const year = date?.getUTCFullYear() ?? -1;
  return date === null || year < 0 || year > LAST_YEAR ? null : date.toISOString();
}

/** This day of the calendar, at midnight UTC; `null` where there is no such day. */
export function dayOf(year: string, month: string, day: string): Date | null {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isReal = date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
  return isReal ? date : null;
}
