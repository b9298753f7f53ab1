// Where a student says the endpoint is: the repository variable, or practicum.yml in the repository.
import { readYamlValue } from '../text/parse-yaml.ts';
import { isPrintable } from '../text/storable.ts';
import { mostLoad } from './load.ts';
import type { PredictShape } from './probe-contract.ts';

/** `load`: how many requests a second the service takes at most. `canary`: where its next version is. */
export type Registration = { url?: string; shape?: PredictShape; load?: number; canary?: string; problem?: string };

const longest = 2048;

/** The variable goes before the file's `endpoint`; the form of the body is the file's `shape`. Nothing registered: nothing. */
export function readRegistration({ variable, file }: { variable?: string; file?: string }): Registration {
  const written = file === undefined ? {} : readFile(file);
  const given = variable?.trim() || undefined;
  if (given === undefined && 'problem' in written) return { problem: written.problem! };
  const url = given ?? written.url;
  if (url === undefined) return {};
  if (!isAddress(url)) return { problem: 'the address of the endpoint must look like https://host/path' };
  if (/[?#]/.test(url))
    return { problem: 'the address of the endpoint must end before any ? or #: paths are added to it' };
  return 'problem' in written ? { url } : { ...written, url };
}

function readFile(text: string): Registration {
  const read = readYamlValue(text, { maxAliases: 0 });
  if (!('value' in read)) {
    const { line, message } = read.problems[0]!;
    return { problem: `practicum.yml is not YAML: line ${line}: ${message}` };
  }
  const { value } = read;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { endpoint, shape, load, canary } = value as Record<string, unknown>;
  if (endpoint !== undefined && typeof endpoint !== 'string')
    return { problem: '`endpoint` in practicum.yml must be an address' };
  if (shape !== undefined && shape !== 'batch' && shape !== 'flat') {
    return { problem: '`shape` in practicum.yml must be batch or flat' };
  }
  if (load !== undefined && !(typeof load === 'number' && load > 0 && load <= mostLoad))
    return { problem: `\`load\` in practicum.yml must be a number of requests a second, at most ${mostLoad}` };
  if (canary !== undefined && !(typeof canary === 'string' && isAddress(canary.trim())))
    return { problem: '`canary` in practicum.yml must look like https://host/path' };
  return {
    ...(endpoint === undefined ? {} : { url: endpoint.trim() }),
    ...(shape === undefined ? {} : { shape }),
    ...(load === undefined ? {} : { load }),
    ...(canary === undefined ? {} : { canary: canary.trim() }),
  };
}

function isAddress(url: string): boolean {
  return url.length <= longest && isPrintable(url) && /^https?:\/\/\S+$/i.test(url);
}
