// A changed operator or constant in the rules that decide about points is noticed: nine of ten, folder by folder.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../project-files.ts';

const outside = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));

test.each(['judge', 'score', 'grade', 'ledger', 'shipment', 'plan'])(
  'src/domain/%s',
  { timeout: 3_600_000 },
  (folder) => {
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts/test-mutants.ts'), folder], {
      encoding: 'utf8',
      env: outside,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(status, stdout).toBe(0);
  },
);
