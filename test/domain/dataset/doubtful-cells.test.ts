// Cells that are understood, but hardly as they are meant, are told where an order or a target is made of them.
import { expect, test } from 'vitest';
import { plainCells } from '../../../src/domain/dataset/cell-reader.ts';
import { type ColumnUse, faultOfUse } from '../../../src/domain/dataset/check-columns.ts';
import { ColumnEvidence } from '../../../src/domain/dataset/column-evidence.ts';

function told(texts: readonly string[], use: ColumnUse): [code: string, level: string] | undefined {
  const evidence = new ColumnEvidence(plainCells, 'x');
  for (const [row, text] of texts.entries()) evidence.add(text, () => row + 2);
  const fault = faultOfUse('x', evidence.summary(), use);
  return fault && [fault.code, fault.level];
}

const numbers = Array.from({ length: 30 }, (_, at) => at + 1);

test.each<[string, string[]]>([
  ['item9', numbers.map((at) => `item${at}`)],
  ['1/8', numbers.map((at) => `${at}/8`)],
  ['9:30:00', numbers.map((at) => `${at}:30:00`)],
  ['1-5', numbers.map((at) => `${at}-${at + 4}`)],
  ['3. marts', numbers.map((at) => `${at}. marts ${2000 + at}`)],
  ['Q2 1990', numbers.map((at) => `Q${(at % 4) + 1} ${1990 + Math.floor(at / 4)}`)],
  ['W05/2021', numbers.map((at) => `W${String((at % 9) + 1).padStart(2, '0')}/${2000 + Math.floor(at / 9)}`)],
  ['10:00 CET', numbers.map((at) => `2023-01-02 ${String(at % 24).padStart(2, '0')}:00 ${at % 2 ? 'CET' : 'EST'}`)],
  ['Dec 01 of 23', numbers.map((at) => `${at < 10 ? 'Dec' : 'Nov'} ${String(at).padStart(2, '0')} of 23`)],
])('text order is no order of %s', (_, texts) => expect(told(texts, 'order')).toEqual(['order-as-text', 'warning']));

test.each<[string, string[]]>([
  ['2023-W07-1', numbers.map((at) => `2023-W${String(at).padStart(2, '0')}-1`)],
  ['2020M01', numbers.map((at) => `${2000 + Math.floor(at / 12)}M${String((at % 12) + 1).padStart(2, '0')}`)],
  ['10:00 CET', numbers.map((at) => `2023-01-02 ${String(at % 24).padStart(2, '0')}:00 CET`)],
  ['2020-Q1', numbers.map((at) => `${2000 + Math.floor(at / 4)}-Q${(at % 4) + 1}`)],
  ['2023-07', numbers.map((at) => `${2000 + at}-07`)],
  ['10:30', numbers.map((at) => `${String(at % 24).padStart(2, '0')}:30`)],
  ['x00ff', numbers.map((at) => `x${(at * 40_503).toString(16).padStart(8, '0')}`)],
  ['names', ['ann', 'bob', 'cyd']],
])('text order is the order of %s', (_, texts) => expect(told(texts, 'order')).toBeUndefined());

test.each<[string, string[], string]>([
  ['-999', [...numbers.map(String), '-999'], 'missing-as-number'],
  ['99999', [...numbers.map(String), '99999', '99999'], 'missing-as-number'],
  ['Yes and yes', ['Yes', 'no', 'yes', 'No'], 'classes-alike'],
  ['"a" and "a "', ['a', 'a ', 'b'], 'classes-alike'],
  ['nothing', ['', '', ''], 'column-empty'],
  ['NA alone', ['NA', 'NA', 'NA'], 'column-empty'],
])('a target of %s', (_, texts, code) => expect(told(texts, 'target')?.[0]).toBe(code));

test.each<[string, string[]]>([
  ['-999 among temperatures below zero', [...numbers.map((at) => String(at - 15)), '-999']],
  ['999 among hundreds', [...numbers.map((at) => String(at * 30)), '999']],
  ['numbers', numbers.map(String)],
  ['classes', ['a', 'b', 'c']],
])('nothing is said of %s', (_, texts) => expect(told(texts, 'target')).toBeUndefined());
