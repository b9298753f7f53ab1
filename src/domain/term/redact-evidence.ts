// A piece of evidence as a line of a term has it: what scores read of it, and nobody's text.
import type { Statistics } from '../challenge/statistics.ts';
import type { CanarySide, Evidence } from '../evidence/evidence.ts';
import type { TermLine } from './line.ts';
import type { Pseudonyms } from './pseudonyms.ts';

/** Stands where there was text. */
const withheld = 'withheld';

export type LineOf<Kind extends TermLine['kind']> = Extract<TermLine, { kind: Kind }>;
type Redacted = LineOf<'evidence'>['evidence'];
type Of<Kind extends Evidence['kind']> = Extract<Evidence, { kind: Kind }>;
type Rest<Kind extends Evidence['kind']> = Omit<
  Extract<Redacted, { kind: Kind }>,
  'id' | 'challenge' | 'owner' | 'repository' | 'at' | 'trust'
>;

export function redactEvidence(item: Evidence, names: Pseudonyms): Redacted {
  const seen = {
    id: names.ranked('evidence', item.id),
    challenge: names.word('challenge', item.challenge),
    owner: names.student(item.owner),
    repository: names.repository(item.repository),
    at: item.at,
    trust: item.trust,
  };
  switch (item.kind) {
    case 'data':
      return { ...seen, ...redactData(item, names) };
    case 'run':
      return { ...seen, ...redactRun(item, names) };
    case 'answer':
      return { ...seen, ...redactAnswer(item, names) };
    case 'probe':
      return { ...seen, ...redactProbe(item, names) };
    case 'milestone': {
      const { kind, milestone, done, total, missing } = item;
      return { ...seen, kind, milestone: names.code(milestone), done, total, missing: missing.map(() => withheld) };
    }
    case 'judgement': {
      // What was said of a person's work, and by whom, stays where it is.
      const { kind, criterion, level } = item;
      return {
        ...seen,
        kind,
        criterion: names.word('rubric', criterion),
        level,
        said: withheld,
        comment: '',
        by: withheld,
      };
    }
    case 'drill': {
      const { kind, turn, event, terms, practice, real } = item;
      return {
        ...seen,
        kind,
        drill: names.ranked('evidence', item.drill),
        turn,
        event,
        ...some({ terms, practice, real }),
      };
    }
    case 'maintenance':
      return { ...seen, kind: item.kind, from: item.from, to: item.to, tokens: item.tokens };
    case 'stress':
      return { ...seen, ...redactStress(item) };
    case 'canary':
      return {
        ...seen,
        kind: item.kind,
        stable: redactSide(item.stable, names),
        canary: redactSide(item.canary, names),
      };
    case 'cut':
      return { ...seen, kind: item.kind, commit: names.commit(item.commit), ...some({ receivedAt: item.receivedAt }) };
  }
}

/** What a service answered is the student's text; whether it was right is not. */
function redactStress(evidence: Of<'stress'>): Rest<'stress'> {
  const { kind, announced, cause } = evidence;
  if (evidence.stage === 'load') return { kind, announced, cause, stage: evidence.stage, steps: evidence.steps };
  const inputs = evidence.inputs.map(({ name, ok }) => ({ name, ok, got: withheld }));
  return { kind, announced, cause, stage: evidence.stage, inputs };
}

function redactSide({ ok, code, latencyMs }: CanarySide, names: Pseudonyms): Rest<'canary'>['stable'] {
  return { ok, code: names.code(code), ...some({ latencyMs }) };
}

function redactData({ kind, release, shipment, event, commit }: Of<'data'>, names: Pseudonyms): Rest<'data'> {
  const about = { release: names.word('release', release), shipment: names.token('shipment', shipment), event };
  return { kind, ...about, ...some({ commit: commit && names.commit(commit) }) };
}

function redactRun(run: Of<'run'>, names: Pseudonyms): Rest<'run'> {
  const { kind, attempt, conclusion, unread, modelDigest, modelVersion, modelFrom, rejected } = run;
  const releases = (list: readonly string[]): string[] => list.map((name) => names.word('release', name));
  const more = some({
    attempt,
    unread: unread && releases(unread),
    modelDigest: modelDigest && names.digest(modelDigest),
    modelVersion: modelVersion && names.version(modelVersion),
    modelFrom: modelFrom && releases(modelFrom),
    rejected: rejected && { code: names.code(rejected.code), reason: withheld },
  });
  return { kind, commit: names.commit(run.commit), conclusion, releases: releases(run.releases), ...more };
}

function redactAnswer(answer: Of<'answer'>, names: Pseudonyms): Rest<'answer'> {
  const { kind, release, verdict, matches, expected, extra, attempt } = answer;
  const about = {
    request: names.token('request', answer.request),
    ...some({ release: release && names.word('release', release) }),
  };
  return { kind, ...about, verdict, matches, expected, extra, attempt, ...measuredOf(answer, names) };
}

function redactProbe(probe: Of<'probe'>, names: Pseudonyms): Rest<'probe'> {
  const { kind, ok, cause, latencyMs, apiVersion, modelVersion, identity } = probe;
  const versions = {
    apiVersion: apiVersion && names.version(apiVersion),
    modelVersion: modelVersion && names.version(modelVersion),
  };
  const about = { ok, code: names.code(probe.code), cause };
  return { kind, ...about, ...some({ latencyMs, identity, ...versions }), ...measuredOf(probe, names) };
}

type Judged = Pick<Rest<'answer'>, 'quality' | 'measured'>;

function measuredOf({ quality, measured }: Pick<Of<'answer'>, 'quality' | 'measured'>, names: Pseudonyms): Judged {
  return some({ quality, measured: measured && withoutClasses(measured, names) }) as Judged;
}

/** A service may answer with any class, which is text of the student's. */
function withoutClasses(sums: Statistics, names: Pseudonyms): Statistics {
  if (sums.of !== 'classes') return sums;
  const classes = sums.classes.map(([name, ...counts]) => [names.ranked('class', name), ...counts] as const);
  return { ...sums, classes };
}

/** Without what is not there: a key with nothing in it is another line. */
export function some<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof some<T>
  >;
}
