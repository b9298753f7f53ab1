// Values on one line, for files that the software writes: read back, they are the same.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { flowYaml } from '../../../src/domain/text/write-yaml.ts';

test('text of several lines, with quotes and commas, stays on one line', () => {
  const written = flowYaml({ values: ['multi\nline, "q"', 'n'] });
  expect(written).not.toContain('\n');
  expect(parse(written)).toEqual({ values: ['multi\nline, "q"', 'n'] });
});

test('whatever text a file holds comes back from a line of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (text) => {
      const written = flowYaml({ values: [text] });
      expect(written).not.toMatch(/[\n\r]/);
      expect(parse(`key: ${written}`, { version: '1.1' })).toEqual({ key: { values: [text] } });
    }),
  );
});
