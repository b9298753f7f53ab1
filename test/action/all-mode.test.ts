// The Action with its defaults: one job that runs and reports.
import { afterAll, describe, expect, test } from 'vitest';
import { readReportBlock } from '../../src/domain/report/report.ts';
import { removeFolders, runAction, settle } from './harness.ts';

afterAll(removeFolders);

const pipeline = `version: 1
name: small
tasks:
  first: { run: "echo '{\\"mae\\": 1.5}' > scores.json", outputs: { scores: { path: scores.json, kind: metrics } } }
  second:
    run: cat scores.json > copy.json
    inputs: [first.scores]
    outputs: { copy: copy.json }
`;

describe('a pipeline that works', () => {
  test('is reported as data and pipeline, with its report', async () => {
    const ran = await runAction({ files: { 'pipeline.yml': pipeline } });
    expect(ran.exit, ran.log).toBe(0);
    expect(ran.outputs).toMatchObject({ ok: 'true', conclusion: 'success', metrics: '{"mae":1.5}' });
    expect(ran.checkRuns.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['practicum/data', 'neutral'],
      ['practicum/pipeline', 'success'],
    ]);
    const read = readReportBlock(ran.checkRuns[1].output.text);
    expect(read).toMatchObject({
      ok: true,
      report: { mode: 'all', metrics: { mae: 1.5 }, run_id: 7001, job: 'pipeline' },
    });
    expect(read).not.toHaveProperty('token');
    expect(settle(ran.checkRuns)).toMatchSnapshot();
    expect(ran.summary).toContain('flowchart LR');
  });
});
