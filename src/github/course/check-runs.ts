// Our check runs: what teachers and students read on a commit.
import type { Annotation } from '../../domain/text/annotation.ts';
import { cutBytes, cutCharacters } from '../../domain/text/cut-bytes.ts';
import type { CheckRunDraft, CheckRuns } from '../../ports/github.ts';
import type { Octokit } from '@octokit/rest';

/** GitHub's limits: annotations of one request, bytes of the message of one. */
const maxAnnotations = 50;
const maxMessage = 64_000;

export function checkRuns(octokit: Octokit, owner: string, appId: number): CheckRuns {
  const latest = async (repo: string, ref: string, check_name: string) => {
    const wanted = { owner, repo, ref, check_name, app_id: appId, filter: 'latest', per_page: 1 } as const;
    return (await octokit.rest.checks.listForRef(wanted)).data.check_runs[0];
  };
  /** A new check run, or that of `id`; annotations beyond those of one request follow by updates. */
  const write = async (
    repo: string,
    id: number | undefined,
    head_sha: string,
    { annotations, ...body }: Body & { annotations: Marked[] },
  ): Promise<{ id: number; url: string }> => {
    const output = { ...body.output, annotations: annotations.slice(0, maxAnnotations) };
    const { data: run } = id
      ? await octokit.rest.checks.update({ owner, repo, check_run_id: id, ...body, output })
      : await octokit.rest.checks.create({ owner, repo, head_sha, ...body, output });
    for (let from = maxAnnotations; from < annotations.length; from += maxAnnotations) {
      const more = annotations.slice(from, from + maxAnnotations);
      await octokit.rest.checks.update({
        owner,
        repo,
        check_run_id: run.id,
        output: { ...body.output, annotations: more },
      });
    }
    return { id: run.id, url: run.html_url ?? '' };
  };
  return {
    async restart(repo, { name, headSha: head_sha, externalId: external_id }) {
      await octokit.rest.checks.create({ owner, repo, name, head_sha, external_id, status: 'in_progress' });
    },
    async list(repo, ref) {
      const wanted = { owner, repo, ref, app_id: appId, filter: 'latest', per_page: 100 } as const;
      const runs = await octokit.paginate(octokit.rest.checks.listForRef, wanted);
      return runs.map(({ name, external_id }) => ({ name, externalId: external_id ?? '' }));
    },
    async repeat(repo, { name, headSha }) {
      const run = await latest(repo, headSha, name);
      if (run?.status !== 'completed') return;
      const annotations =
        run.output.annotations_count === 0
          ? []
          : await octokit.paginate(octokit.rest.checks.listAnnotations, { owner, repo, check_run_id: run.id });
      await write(repo, undefined, headSha, { ...bodyOf(name, run), annotations: annotations.map(copyAnnotation) });
    },
    async publish(repo, draft) {
      const run = await latest(repo, draft.headSha, draft.name);
      const body = toBody(draft);
      if (run && sameContent(run, body)) return { id: run.id, url: run.html_url ?? '' };
      // Annotations are appended by every update, so a check run that has some is replaced and not updated.
      const first = run && run.output.annotations_count === 0 ? run.id : undefined;
      return write(repo, first, draft.headSha, { ...body, annotations: (draft.annotations ?? []).map(toAnnotation) });
    },
  };
}

type Body = ReturnType<typeof toBody>;
type Marked = ReturnType<typeof toAnnotation>;

function toBody(draft: CheckRunDraft) {
  return {
    name: draft.name,
    external_id: draft.externalId,
    ...(draft.status ? { status: draft.status } : { status: 'completed' as const, conclusion: draft.conclusion }),
    output: {
      title: cutCharacters(draft.title, 255),
      summary: cut(draft.summary),
      ...(draft.text === undefined ? {} : { text: cut(draft.text) }),
    },
    // An update that names none leaves those that are there.
    ...(draft.actions ? { actions: draft.actions } : {}),
  };
}

type Published = {
  external_id: string | null;
  status: string;
  conclusion: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
};

/** A completed check run as the body of a new one. */
function bodyOf(name: string, { external_id, conclusion, output: { title, summary, text } }: Published): Body {
  return {
    name,
    external_id: external_id ?? '',
    status: 'completed',
    conclusion: conclusion as CheckRunDraft['conclusion'],
    output: { title: title ?? '', summary: summary ?? '', ...(text === null ? {} : { text }) },
  };
}

type PublishedAnnotation = {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: string | null;
  message: string | null;
  title: string | null;
};

function copyAnnotation(annotation: PublishedAnnotation): Marked {
  const { path, start_line, end_line, start_column, end_column, annotation_level, message, title } = annotation;
  return {
    path,
    start_line,
    end_line,
    ...(start_column === null || end_column === null ? {} : { start_column, end_column }),
    annotation_level: annotation_level as Annotation['level'],
    message: message ?? '',
    ...(title === null ? {} : { title }),
  };
}

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
    message: cutBytes(message, ' …', maxMessage),
    ...(title === undefined ? {} : { title: cutCharacters(title, 255) }),
  };
}

function cut(text: string): string {
  return cutBytes(text, '\n\n… cut: too long for a check run.');
}
