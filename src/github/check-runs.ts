// Our check runs: what teachers and students read on a commit.
import type { Annotation, CheckRunDraft, CheckRuns } from '../ports-github.ts';
import type { Octokit } from './client.ts';

/** GitHub's limits: characters of a summary or text, annotations of one request. */
const maxText = 65_535;
const maxAnnotations = 50;

export function checkRuns(octokit: Octokit, owner: string, appId: number): CheckRuns {
  return {
    async restart(repo, { name, headSha: head_sha, externalId: external_id }) {
      await octokit.rest.checks.create({ owner, repo, name, head_sha, external_id, status: 'in_progress' });
    },
    async publish(repo, draft) {
      const { data } = await octokit.rest.checks.listForRef({
        owner,
        repo,
        ref: draft.headSha,
        check_name: draft.name,
        app_id: appId,
        filter: 'latest',
        per_page: 1,
      });
      const latest = data.check_runs[0];
      const body = toBody(draft);
      if (latest && sameContent(latest, body)) return { id: latest.id, url: latest.html_url ?? '' };
      // Annotations are appended by every update, so a check run that has some is replaced and not updated.
      const first = latest && latest.output.annotations_count === 0 ? latest.id : undefined;
      const annotations = (draft.annotations ?? []).map(toAnnotation);
      const output = { ...body.output, annotations: annotations.slice(0, maxAnnotations) };
      const { data: run } = first
        ? await octokit.rest.checks.update({ owner, repo, check_run_id: first, ...body, output })
        : await octokit.rest.checks.create({ owner, repo, head_sha: draft.headSha, ...body, output });
      for (let from = maxAnnotations; from < annotations.length; from += maxAnnotations) {
        await octokit.rest.checks.update({
          owner,
          repo,
          check_run_id: run.id,
          output: { ...body.output, annotations: annotations.slice(from, from + maxAnnotations) },
        });
      }
      return { id: run.id, url: run.html_url ?? '' };
    },
  };
}

type Body = ReturnType<typeof toBody>;

function toBody(draft: CheckRunDraft) {
  return {
    name: draft.name,
    external_id: draft.externalId,
    ...(draft.status ? { status: draft.status } : { status: 'completed' as const, conclusion: draft.conclusion }),
    output: {
      title: draft.title.slice(0, 255),
      summary: cut(draft.summary),
      ...(draft.text === undefined ? {} : { text: cut(draft.text) }),
    },
  };
}

type Published = {
  external_id: string | null;
  status: string;
  conclusion: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
};

function sameContent(run: Published, body: Body): boolean {
  return (
    run.external_id === body.external_id &&
    run.status === body.status &&
    run.conclusion === ('conclusion' in body ? body.conclusion : null) &&
    run.output.title === body.output.title &&
    run.output.summary === body.output.summary &&
    (run.output.text ?? undefined) === body.output.text
  );
}

function toAnnotation({ path, line, column, level, title, message }: Annotation) {
  return {
    path,
    start_line: line,
    end_line: line,
    ...(column === undefined ? {} : { start_column: column, end_column: column }),
    annotation_level: level,
    message,
    ...(title === undefined ? {} : { title: title.slice(0, 255) }),
  };
}

function cut(text: string): string {
  const note = '\n\n… cut: too long for a check run.';
  return text.length <= maxText ? text : text.slice(0, maxText - note.length) + note;
}
