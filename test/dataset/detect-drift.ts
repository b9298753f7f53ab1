// The reference detector of the tests: classical tests on two samples of a table. It knows nothing of how drift is made.
export type Rows = Record<string, string>[];

/** Parses simple CSV text (no quoted line breaks) into rows by column name. */
export function parseRows(text: string): Rows {
  const lines = text.split('\n').filter((line) => line !== '');
  const names = lines[0]!.split(',').map((name) => name.replaceAll('"', ''));
  return lines.slice(1).map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, (cells[index] ?? '').replaceAll('"', '')]));
  });
}

export type Finding = 'covariate' | 'label' | 'concept' | 'schema' | 'missing' | 'duplicate' | 'late';
export type Known = { target: string; id: string; time: string; feature: string };

/** Everything that differs between the data until now and a new release, beyond chance (p about 1e-6). */
export function detectDrift(before: Rows, now: Rows, { target, id, time, feature }: Known): Finding[] {
  const found: Finding[] = [];
  const [old, fresh] = [Object.keys(before[0]!), Object.keys(now[0]!)];
  if (old.join() !== fresh.join()) found.push('schema');
  const shared = old.filter((name) => fresh.includes(name) && name !== id && name !== time);
  if (shared.some((name) => missingDiffers(before, now, name))) found.push('missing');
  const features = shared.filter((name) => name !== target && isNumeric(before, name));
  if (features.some((name) => ksDiffers(numbers(before, name), numbers(now, name)))) found.push('covariate');
  if (fresh.includes(target)) {
    if (differs(texts(before, target), texts(now, target))) found.push('label');
    if (fresh.includes(feature) && conceptDiffers(before, now, feature, target)) found.push('concept');
  }
  if (new Set(texts(now, id)).size < texts(now, id).length) found.push('duplicate');
  const newest = before
    .map((row) => row[time]!)
    .toSorted()
    .at(-1)!;
  if (texts(now, time).some((moment) => moment < newest)) found.push('late');
  return found;
}

const texts = (rows: Rows, name: string): string[] => rows.map((row) => row[name] ?? '').filter((text) => text !== '');
const numbers = (rows: Rows, name: string): number[] => texts(rows, name).map(Number);
const isNumeric = (rows: Rows, name: string): boolean => numbers(rows, name).every((value) => !Number.isNaN(value));

function missingDiffers(before: Rows, now: Rows, name: string): boolean {
  const rate = (rows: Rows): number => rows.filter((row) => row[name] === '').length / rows.length;
  const pooled = (rate(before) * before.length + rate(now) * now.length) / (before.length + now.length);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / before.length + 1 / now.length));
  return error > 0 && Math.abs(rate(before) - rate(now)) / error > 5;
}

/** Two-sample Kolmogorov–Smirnov with the asymptotic critical value for about 1e-6. */
export function ksDiffers(a: number[], b: number[]): boolean {
  const [x, y] = [a.toSorted((p, q) => p - q), b.toSorted((p, q) => p - q)];
  let [i, j, distance] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!);
    while (x[i]! <= value) i += 1;
    while (y[j]! <= value) j += 1;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  return distance > 2.7 * Math.sqrt((x.length + y.length) / (x.length * y.length));
}

/** Pearson's chi-square on a two-row table, with the normal approximation of Wilson and Hilferty. */
function differs(a: string[], b: string[]): boolean {
  const classes = [...new Set([...a, ...b])];
  if (classes.length > 20) return ksDiffers(a.map(Number), b.map(Number));
  let statistic = 0;
  for (const name of classes) {
    const [inA, inB] = [a.filter((text) => text === name).length, b.filter((text) => text === name).length];
    const share = (inA + inB) / (a.length + b.length);
    statistic +=
      (inA - share * a.length) ** 2 / (share * a.length) + (inB - share * b.length) ** 2 / (share * b.length);
  }
  const freedom = classes.length - 1;
  if (freedom === 0) return false;
  const normal = ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / Math.sqrt(2 / (9 * freedom));
  return normal > 5;
}

/** Does the feature say something else of the target than before? The target within the feature's lower and upper half. */
function conceptDiffers(before: Rows, now: Rows, feature: string, target: string): boolean {
  const middle = numbers(before, feature).toSorted((a, b) => a - b)[Math.floor(before.length / 2)]!;
  return [true, false].some((upper) => {
    const half = (rows: Rows): string[] =>
      texts(
        rows.filter((row) => row[feature] !== '' && Number(row[feature]) > middle === upper),
        target,
      );
    return differs(half(before), half(now));
  });
}
