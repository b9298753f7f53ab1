// Which rows a `where` takes: each test by itself, all of a list, one of `any`.
import { expect, test } from 'vitest';
import type { Condition, ColumnTest } from '../../../src/domain/dataset/dataset.ts';
import { meetsConditions } from '../../../src/domain/dataset/meet-conditions.ts';

const values = ['', '1', '2', '2.0', '10', 'ten', '2026-01-01', '2026-01-01T12:00:00+01:00', 'true', 'Ørsted'];
const taken = (...conditions: Condition[]): string[] =>
  values.filter((value) => meetsConditions(conditions, () => value));
const by = (one: Omit<ColumnTest, 'column'>): ColumnTest => ({ column: 'x', ...one });

test.each<[Omit<ColumnTest, 'column'>, string[]]>([
  [{ is: 2 }, ['2', '2.0']],
  [{ is: '2' }, ['2']],
  [{ is: true }, ['true']],
  [{ is: '' }, ['']],
  [{ in: [1, 'ten'] }, ['1', 'ten']],
  [{ not: [2] }, values.filter((value) => !['2', '2.0'].includes(value))],
  [{ from: 2 }, ['2', '2.0', '10']],
  [{ above: 2 }, ['10']],
  [{ to: 2 }, ['1']],
  [{ upTo: 2 }, ['1', '2', '2.0']],
  [{ from: '2026-01-01' }, ['2026-01-01', '2026-01-01T12:00:00+01:00']],
  [{ above: '2026-01-01' }, ['2026-01-01T12:00:00+01:00']],
  [{ upTo: '2026-01-01T11:00:00Z' }, ['2026-01-01', '2026-01-01T12:00:00+01:00']],
  [{ contains: 'rst' }, ['Ørsted']],
  [{ missing: true }, ['']],
  [{ missing: false, to: 5 }, ['1', '2', '2.0']],
])('%j', (condition, expected) => {
  expect(taken(by(condition))).toEqual(expected);
});

test('of a list all must hold, of `any` one', () => {
  expect(taken(by({ from: 2 }), by({ to: 10 }))).toEqual(['2', '2.0']);
  expect(taken({ any: [by({ is: 1 }), by({ contains: 'en' })] })).toEqual(['1', 'ten']);
  expect(taken({ any: [by({ is: 1 }), by({ from: 2 })] }, by({ not: [10] }))).toEqual(['1', '2', '2.0']);
});
