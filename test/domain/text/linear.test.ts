// Text that was made to take long is read as quickly as any other of its size.
import { expect, test } from 'vitest';
import { findCommands, findUnknown } from '../../../src/domain/comment/comment-command.ts';
import { compareExactly } from '../../../src/domain/dataset/exact-number.ts';
import { dateOf, numberOf } from '../../../src/domain/text/read-cell.ts';
import { countRequests } from '../../../src/domain/pipeline/read-counters.ts';
import { chooseFiles } from '../../../src/domain/milestones/choose-files.ts';
import { readPython } from '../../../src/domain/pipeline/read-python.ts';
import { readPrediction } from '../../../src/domain/endpoint/probe-contract.ts';
import { readIdentity } from '../../../src/domain/endpoint/service-identity.ts';
import { parsePythonJson } from '../../../src/domain/text/python-json.ts';

const size = 400_000;
const hostile: Record<string, () => unknown> = {
  'sixty thousand notebooks': () =>
    chooseFiles(Array.from({ length: 60_000 }, (_, at) => ({ path: `${(at * 7919) % 60_000}.ipynb`, bytes: 1 }))),
  'paths of thousands of characters': () =>
    chooseFiles(Array.from({ length: 2000 }, (_, at) => ({ path: `${'params-'.repeat(500)}${at}.txt`, bytes: 1 }))),
  'a cell of zeros and an E': () => numberOf(`${'0'.repeat(size)}E`),
  'a cell of zeros, a point and an E': () => numberOf(`${'0'.repeat(size)}.${'0'.repeat(size)}E`),
  'a date that goes on': () => dateOf(`2027-01-01T00:00:00.${'1'.repeat(size)}`),
  'a fraction of zeros before its last digit': () => compareExactly(`0.${'0'.repeat(size)}1`, `0.${'0'.repeat(size)}2`),
  'JSON of openings of strings': () => parsePythonJson('"\\'.repeat(size)),
  'a label without an end': () => countRequests(`requests_total{${'a="\\'.repeat(size)}} 1`, '/predict'),
  'a Python literal that stays open': () => readPython(`A = [\n${'"\\"[\n'.repeat(size / 8)}`, () => undefined),
};

test.each(['\n', '/\n', '/place x\n', '```\n', '/aaaa\n'])('a comment of nothing but %j is read at once', (line) => {
  const comment = line.repeat(65_536 / line.length);
  const read = (): unknown => [findCommands(comment), findUnknown(comment)];
  read();
  const began = process.cpuUsage();
  read();
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(60);
});

/** As large as an answer may be. */
const answer = 256 * 1024;
const answers: Record<string, string> = {
  brackets: '['.repeat(answer),
  'brackets that are closed': '['.repeat(answer / 2) + ']'.repeat(answer / 2),
  objects: '{"a":'.repeat(answer / 5),
  NaN: `[${'NaN,'.repeat(answer / 4 - 1)}`,
  infinities: `[${'-Infinity , '.repeat(answer / 12)}`,
  blanks: `,${' '.repeat(answer)}`,
  keys: `{${Array.from({ length: answer / 12 }, (_, at) => `"${at}":1`).join(',')}}`,
};

test.each(Object.entries(answers))('a service that answers with nothing but %s holds up nobody', (_, text) => {
  const read = (): unknown => [
    readPrediction(text, { requestId: 'r', rows: 1, shape: 'batch' }),
    readIdentity(text, 'nonce'),
  ];
  read();
  const began = process.cpuUsage();
  read();
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(80);
});

test.each(Object.entries(hostile))('%s', (_, read) => {
  const began = process.cpuUsage();
  read();
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1e6).toBeLessThan(3);
});
