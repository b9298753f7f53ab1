// A `.dvc` pointer is YAML of the form that DVC writes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { dvcPointer } from '../../../src/domain/shipment/dvc-pointer.ts';

test('it lies beside the data and names it', () => {
  expect(dvcPointer('data/incoming/release-1.csv', 'd41d8cd98f00b204e9800998ecf8427e', 12)).toMatchInlineSnapshot(`
    {
      "path": "data/incoming/release-1.csv.dvc",
      "pointer": "outs:
    - md5: d41d8cd98f00b204e9800998ecf8427e
      size: 12
      hash: md5
      path: release-1.csv
    ",
    }
  `);
});

test('a name that only begins or ends like a word of YAML is plain', () => {
  for (const name of ['yes.csv', 'not_on', 'off-1', 'ynull'])
    expect(dvcPointer(name, 'd4', 1).pointer).toContain(`path: ${name}\n`);
  for (const name of ['yes', 'NULL', 'on']) expect(dvcPointer(name, 'd4', 1).pointer).toContain(`path: "${name}"\n`);
});

test('any file name survives', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((name) => !name.includes('/')),
      (name) => {
        expect(parse(dvcPointer(`data/${name}`, 'd4', 1).pointer)).toEqual({
          outs: [{ md5: 'd4', size: 1, hash: 'md5', path: name }],
        });
      },
    ),
  );
});
