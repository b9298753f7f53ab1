// Milestones from what the Action really reported: a run, its repetition, and a card that says something else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyBundledAction } from '../bundled-action.ts';
import { publishAction } from '../../src/rehearsal/world.ts';
import { readFolder } from './read-folder.ts';
import { courseFiles, organisation as owner, startLive, type Live } from './start-live.ts';

const templates = join(import.meta.dirname, '../../templates');
const practicum = '.github/workflows/practicum.yml';
const place = { owner, repo: 'prices-ada' };
let live: Live;

beforeAll(async () => {
  live = await startLive({ students: ['ada'] });
  await publishAction(live.sandbox, copyBundledAction);
  await live.makeRepository('student-template', readFolder(join(templates, 'rehearsal-student')), {
    is_template: true,
  });
  await live.makeRepository('course', {
    ...courseFiles(['ada'], 'score: { data: 10, hygiene: { points: 20, trust: attested } }\n'),
    [practicum]: readFileSync(join(templates, 'course', practicum)),
  });
  live.install();
  await live.pass(60);
});
afterAll(async () => live?.stop());

async function milestonesOn(ref: string): Promise<string> {
  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
    ...place,
    ref,
    check_name: 'milestones',
  });
  return data.check_runs[0]!.output.summary ?? '';
}

const card = (accuracy: number): string =>
  `---\nmodel-index:\n  - results:\n      - metrics: [{ type: accuracy, value: ${accuracy} }]\n---\n# Model card\n`;

test('the first run is known by its signed report, and the repetition is asked for', async () => {
  const commit = await live.push(place.repo, live.person('ada'), { 'MODEL_CARD.md': card(0.123) });
  await live.pass(60);
  const text = await milestonesOn(commit);
  expect(text).toContain('last run: accuracy 0.9');
  expect(text).toContain('re-run the last workflow');
  expect(text).toContain('MODEL\\_CARD.md says accuracy 0.123, the last run got 0.9');
  const evidence = await live.store.evidence(owner, 'prices', 'ada');
  const seen = evidence.filter((one) => one.kind === 'milestone' && one.id.includes(commit));
  expect(seen.map((one) => one.kind === 'milestone' && `${one.milestone} ${one.trust}`)).toEqual(
    expect.arrayContaining(['reproducibility attested', 'deployment attested']),
  );

  const { data } = await live.asTeacher.request('GET /repos/{owner}/{repo}/actions/runs', {
    ...place,
    head_sha: commit,
  });
  for (const { id } of data.workflow_runs)
    await live.asTeacher.request('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', {
      ...place,
      run_id: Number(id),
    });
  await live.pass(60);
  const again = await milestonesOn(commit);
  expect(again).not.toContain('re-run the last workflow');
  expect(again).not.toContain('make the pipeline pass');
  expect(again).toContain('pin the version of every dependency');
});

test('a card that agrees again is not complained of', async () => {
  const commit = await live.push(place.repo, live.person('ada'), { 'MODEL_CARD.md': card(0.9) });
  await live.pass(60);
  const text = await milestonesOn(commit);
  expect(text).toContain('last run: accuracy 0.9');
  expect(text).not.toContain('the last run got');
});
