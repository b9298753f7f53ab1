// Numbers with more digits than a double holds: 64-bit ids, epoch nanoseconds, DECIMAL(38). Compared by their digits.

const plainForm = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
/** A double tells any two numbers apart that have no more digits than this. */
const safeDigits = 15;

/** True for a number in plain writing that a double may not hold exactly. */
export function isLongNumber(text: string): boolean {
  return text.length > safeDigits && plainForm.test(text) && digitsOf(text) > safeDigits;
}

function digitsOf(text: string): number {
  return text
    .replace(/[eE].*$/, '')
    .replaceAll(/[+\-.]/g, '')
    .replace(/^0+/, '').length;
}

/** Orders, as text, numbers that are equal as doubles. Empty for those that a double holds exactly. */
export function tieBreak(plain: string): string {
  if (!isLongNumber(plain)) return '';
  const [, sign, whole = '', fraction = '', exponent = '0'] = plainForm.exec(plain)!;
  const digits = (whole + fraction).padEnd(whole.length + Math.max(0, Number(exponent)), '0');
  const point = whole.length + Number(exponent);
  const left = (point <= 0 ? '' : digits.slice(0, point)).replace(/^0+/, '');
  const right = withoutLastZeros(point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point));
  const key = `${String(left.length).padStart(4, '0')}${left}.${right}`;
  // Of two negative numbers the larger digits are the smaller number, and a longer fraction is smaller than its beginning.
  return sign === '-' ? `${key.replaceAll(/\d/g, (digit) => String(9 - Number(digit)))}~` : key;
}

/** By hand, because an expression would look for the end of the text from every zero. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

/** Negative, 0 or positive: two numbers in plain writing, compared exactly. */
export function compareExactly(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (difference !== 0 || (!isLongNumber(a) && !isLongNumber(b))) return difference;
  const [one, other] = [keyOf(a), keyOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A short number beside a long one is written out as well. */
function keyOf(text: string): string {
  if (isLongNumber(text)) return tieBreak(text);
  const [, sign = '', whole = '', fraction = '', exponent = ''] = plainForm.exec(text) ?? [];
  return tieBreak(`${sign}${whole}.${fraction}${'0'.repeat(safeDigits + 1)}${exponent === '' ? '' : `e${exponent}`}`);
}
