// A service that is up before its first model says so: a 503 with words.

export const NO_MODEL = 'no-model';

const keys = ['detail', 'message', 'error', 'status', 'reason'];
const longest = 120;

/** The service's own words, on one line, or undefined for any other answer. */
export function saysNoModel(status: number, body: string): string | undefined {
  if (status !== 503 || body.length > 10_000) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const words = keys.map((key) => (Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined));
  const said = words.find((word): word is string => typeof word === 'string' && isAboutModel(word));
  return said?.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, longest);
}

function isAboutModel(text: string): boolean {
  return /\b(?:no|without a)(?: trained)? model\b|\bmodel (?:is |was )?not\b|\bnot (?:yet )?trained\b/i.test(text);
}

export function describeNoModel(path: string, words: string): string {
  return `the service is up and has no model yet: ${path} answered 503, "${words}"`;
}
