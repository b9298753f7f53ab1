import { expect, test } from 'vitest';
import type { Challenge } from '../../src/domain/challenge/challenge.ts';
import type { Contract } from '../../src/domain/dataset/contract.ts';
import { studentTask } from '../../src/rehearsal/student-task.ts';

const column = { nullable: false, unique: false, optional: false };
const contract = {
  version: 1,
  extra: 'refuse',
  columns: {
    day: { ...column, type: 'date', min: '2024-01-01' },
    place: { ...column, type: 'string', values: ['a', 'b'] },
    heat: { ...column, type: 'number', min: 1, max: 4 },
    open: { ...column, type: 'boolean' },
  },
} as Contract;
const challenge = (more: object = {}): Challenge =>
  ({
    name: 'c',
    path: 'data/incoming/{release}.csv',
    dataset: { source: 's.csv', target: 'heat', order: { kind: 'file' }, holdOut: 0.2, decimal: ',', missing: ['NA'] },
    requests: [],
    ...more,
  }) as unknown as Challenge;

test('the contract says what is to be learned and what a row looks like', () => {
  const task = studentTask({ challenge: challenge(), contract });
  expect(task).toMatchObject({ target: 'heat', kind: 'regression', decimal: ',', missing: ['NA'], serves: false });
  expect(task.example).toEqual({ day: '2024-01-01', place: 'a', open: true });
  expect(task.folder).toBe('data/incoming');
  expect(task.columns['place']).toEqual({ type: 'string' });
});

test('a stated metric goes before the type; without a contract, what was seen of the source counts', () => {
  const quality = { metric: 'auc', pass: 0.7, full: 0.9 };
  expect(studentTask({ challenge: challenge({ quality }), contract })).toMatchObject({
    kind: 'classification',
    shares: true,
  });
  const requests = [{ kind: 'batch_prediction', metric: 'accuracy' }];
  expect(studentTask({ challenge: challenge({ requests }), contract }).kind).toBe('classification');
  const facts = { rows: 1, columns: [{ name: 'heat', kind: 'text' as const }, { name: 'other' }] };
  const seen = studentTask({ challenge: challenge({ path: '{release}.parquet', endpoint: {} }), facts });
  expect(seen).toMatchObject({ kind: 'classification', columns: { heat: { type: 'string' } }, serves: true });
  expect(seen.folder).toBe('data');
  expect(seen.parquet).toMatch(/read-parquet\.ts$/);
});
