import { expect, test } from 'vitest';
import { registerBy } from '../../../src/domain/endpoint/probe-policy.ts';

const day = 86_400_000;
const at = (days: number): Date => new Date(Date.UTC(2027, 0, 11) + days * day);

test('an address may be missing for a week from the first delivery on, in short challenges for a third of them', () => {
  expect(registerBy({ starts: at(0), ends: at(28) }, at(1))).toEqual(at(8));
  expect(registerBy({ starts: at(0), ends: at(9) }, at(1))).toEqual(at(4));
});
