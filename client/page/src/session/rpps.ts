/** A professional's number: what its check digit says, and no proof of anything. */

const DIGITS = 11;

/** Without its spaces; `null` unless its check digit is right, as `client.core.dossier.numbers` says. */
export function checkedRpps(text: string): string | null {
  const digits = text.replaceAll(/\s/g, "");
  if (!/^\d+$/.test(digits) || digits.length !== DIGITS) return null;
  return sumByLuhn(digits) % 10 === 0 ? digits : null;
}

/** ISO/IEC 7812-1, annex B. */
function sumByLuhn(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
}
