// The usual numbers and dates, read from their bytes: a file of millions of rows has one of them in each. What is written
// in any other way is read as text.

const zero = 48;
const nine = 57;
const point = 46;
const minus = 45;
const colon = 58;
/** Whole numbers of so many digits, divided by such a power of ten, give the nearest double: the one that `Number` gives. */
const mostDigits = 15;
const powers = Array.from({ length: mostDigits + 1 }, (_, digits) => 10 ** digits);

/** The number in `[start, end)` if it is written as `-?digits(.digits)?` with at most 15 digits; else NaN. */
export function plainNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === minus;
  if (negative) at += 1;
  const first = at;
  let value = 0;
  let fraction = -1;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === point && fraction < 0 && at > first) fraction = 0;
    else if (byte < zero || byte > nine) return Number.NaN;
    else {
      value = value * 10 + byte - zero;
      if (fraction >= 0) fraction += 1;
    }
  }
  const digits = end - first - (fraction >= 0 ? 1 : 0);
  if (digits < 1 || digits > mostDigits) return Number.NaN;
  const size = fraction > 0 ? value / powers[fraction]! : value;
  return negative ? -size : size;
}

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const dateLength = 10;

/** The moment in `[start, end)` if it is written as `yyyy-mm-dd`, with or without ` hh:mm` or ` hh:mm:ss`, in UTC; else NaN. */
export function plainMoment(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length !== dateLength && length !== 16 && length !== 19) return Number.NaN;
  if (bytes[start + 4] !== minus || bytes[start + 7] !== minus) return Number.NaN;
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  const midnight = daysSince1970(year, month, day) * 86_400_000;
  if (length === dateLength) return midnight;
  const between = bytes[start + dateLength];
  if ((between !== 32 && between !== 84) || bytes[start + 13] !== colon) return Number.NaN;
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = length === 19 ? (bytes[start + 16] === colon ? twoDigits(bytes, start + 17) : Number.NaN) : 0;
  // Comparisons with NaN are false.
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  return midnight + hour * 3_600_000 + minute * 60_000 + second * 1000;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - zero;
  const ones = bytes[at + 1]! - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function daysIn(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : days[month - 1]!;
}

/** Of the Gregorian calendar; years are counted from March, so that a leap day is the last of one. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const century = Math.floor(shifted / 400);
  const inCentury = shifted - century * 400;
  const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    century * 146_097 + inCentury * 365 + Math.floor(inCentury / 4) - Math.floor(inCentury / 100) + inYear - 719_468
  );
}
