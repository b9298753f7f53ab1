// Parameters that dvc.yaml names are read wherever they are, in whatever spelling.
import { expect, test } from 'vitest';
import { checkDvc, paramPaths } from '../../../src/domain/milestones/check-dvc.ts';
import { chooseFiles } from '../../../src/domain/milestones/choose-files.ts';

test.each([
  ['in a folder', 'config/train.yaml', 'config/train.yaml', ''],
  ['of another name', 'config.yaml', 'config.yaml', ''],
  ['beside the code', 'src/params.yaml', 'src/params.yaml', ''],
  ['with a dot before', './params.yaml', 'params.yaml', ''],
  ['of a stage with a folder', 'params.yaml', 'model/params.yaml', 'model'],
  ['above that folder', '../tuning.yaml', 'tuning.yaml', 'model'],
])('%s', (_, written, path, wdir) => {
  const dvcYaml = `stages:\n  train:\n    cmd: python train.py\n${wdir && `    wdir: ${wdir}\n`}    params:\n      - ${written}:\n          - lr\n          - layers.0\n    outs: [model.pkl]\n`;
  const lock = (lr: number) =>
    `schema: '2.0'\nstages:\n  train:\n    cmd: python train.py\n    params:\n      ${written}:\n        lr: ${lr}\n        layers.0: 8\n    outs:\n      - path: model.pkl\n        md5: ${'0'.repeat(32)}\n        size: 3\n`;
  const chosen = chooseFiles([{ path, bytes: 40 }]);
  expect([...chosen, ...paramPaths(dvcYaml)]).toContain(path);
  const check = (lr: number) =>
    checkDvc({ dvcYaml, dvcLock: lock(lr), params: new Map([[path, 'lr: 0.1\nlayers: [8]\n']]), sizes: new Map() })
      .problems;
  expect(check(0.1)).toEqual([]);
  expect(check(0.2)).toEqual(['train was last run with another lr']);
});
