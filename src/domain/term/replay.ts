// Plays a term again: every score on the way and every grade at its end, computed from what is in it and compared.
import { criteria, type Criterion } from '../challenge/challenge.ts';
import type { Owner } from '../course/course.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { ScorePolicy } from '../evidence/policy.ts';
import { buildGradebook, joinGradebooks, type Gradebook, type Override } from '../grade/gradebook.ts';
import { Accounts } from '../ledger/accounts.ts';
import { score, scoringRules, type Score } from '../score/score.ts';
import { blame } from './blame.ts';
import type { Scored, TermLine } from './line.ts';

/** Points, what could be earned, what all of it is worth; undefined where there is no such criterion. */
type Points = readonly [points: number, of: number, worth: number] | undefined;

/** The first score that is not as it was recorded. Without a criterion they agree, and only the sum differs: a person set it. */
export type Difference = {
  line: number;
  at: Date;
  student: string;
  challenge: string;
  criterion?: Criterion;
  recorded: Points;
  replayed: Points;
  evidence?: Evidence;
};

export class Replay {
  readonly accounts = new Accounts();
  readonly counts: Record<string, number> = {};
  difference: Difference | undefined;
  /** Scores on the way that were compared, and those by rules of the app that are not those of this version. */
  scores = 0;
  earlier = 0;
  grades = 0;
  head: Extract<TermLine, { kind: 'term' }> | undefined;
  readonly owners: Owner[] = [];
  readonly overrides: Override[] = [];
  #current = true;
  #line = 0;
  #book: Gradebook | undefined;

  take(line: TermLine): void {
    this.#line++;
    this.counts[line.kind] = (this.counts[line.kind] ?? 0) + 1;
    switch (line.kind) {
      case 'term':
        this.head = line;
        return;
      case 'student':
        this.owners.push(ownerOf(line.student, line.members));
        return;
      case 'in-force':
        this.#current = line.rules === scoringRules;
        return this.accounts.take({ kind: 'fact', fact: 'challenges', names: line.challenges, rules: line.rules });
      case 'policy':
        return this.accounts.take({ kind: 'fact', fact: 'policy', policy: line.policy as ScorePolicy });
      case 'shipment':
        return this.accounts.take({
          kind: 'fact',
          fact: 'shipment',
          challenge: line.challenge,
          shipment: line.shipment as never,
        });
      case 'extension':
        return this.#extend(line);
      case 'evidence':
        return this.accounts.take({ kind: 'observation', evidence: line.evidence as Evidence });
      case 'override':
        return this.#override(line);
      case 'score':
        return this.#compareScore(line);
      case 'grade':
        this.grades++;
        return this.#compareGrade(line);
      case 'gate':
      case 'webhook':
      case 'end':
        return;
    }
  }

  /** By the rules of the term, or by others. */
  gradebook(rules: { policies?: readonly ScorePolicy[]; pass?: number } = {}): Gradebook {
    const { head, owners, overrides } = this;
    const now = head?.clock ?? new Date(0);
    const { policies = this.accounts.policies(), pass = head?.pass } = rules;
    const common = { policies, now, overrides, ...(pass === undefined ? {} : { pass }) };
    if (owners.length === 0) return { at: now, challenges: [], rows: [] };
    return joinGradebooks(
      owners.map((owner) => {
        const inputs = this.accounts.inputsOf(owner.slug, now, policies);
        const tagged = inputs.map(({ policy: { challenge }, shipments, extensions = [] }) => ({
          shipments: shipments.map((shipment) => ({ ...shipment, challenge })),
          extensions: extensions.map((extension) => ({ ...extension, challenge })),
        }));
        return buildGradebook({
          ...common,
          owners: [owner],
          evidence: inputs.flatMap(({ evidence }) => evidence),
          shipments: tagged.flatMap(({ shipments }) => shipments),
          extensions: tagged.flatMap(({ extensions }) => extensions),
        });
      }),
    );
  }

  #extend({ challenge, student: owner, item, by }: Extract<TermLine, { kind: 'extension' }>): void {
    const extension = { owner, ...(item === undefined ? {} : { item }), by, reason: 'withheld', grantedBy: 'staff' };
    this.accounts.take({ kind: 'fact', fact: 'extension', challenge, extension });
  }

  #override({ id, student: owner, challenge, criterion, points, at }: Extract<TermLine, { kind: 'override' }>): void {
    const about = { id, owner, challenge, ...(criterion ? { criterion } : {}), points };
    this.overrides.push({ ...about, reason: 'withheld', by: 'staff', at });
  }

  #compareScore(line: Extract<TermLine, { kind: 'score' }>): void {
    if (!this.#current) {
      this.earlier++;
      return;
    }
    this.scores++;
    const input = this.accounts.inputFor(line.challenge, line.student, line.at);
    this.#compare(line, line.at, input ? score(input) : undefined);
  }

  #compareGrade(line: Extract<TermLine, { kind: 'grade' }>): void {
    this.#book ??= this.gradebook();
    const row = this.#book.rows.find(
      (gradebookRow) => gradebookRow.owner === line.student && gradebookRow.challenge === line.challenge,
    );
    this.#compare(line, this.#book.at, row);
  }

  #compare(recorded: Scored, at: Date, replayed: Pick<Score, 'total' | 'of' | 'worth' | 'criteria'> | undefined): void {
    if (this.difference) return;
    const { student, challenge } = recorded;
    const base = { line: this.#line, at, student, challenge };
    for (const criterion of criteria) {
      const criterionScore = replayed?.criteria[criterion];
      const is: Points = criterionScore && [criterionScore.points, criterionScore.of, criterionScore.worth];
      const was = recorded.criteria[criterion];
      if (same(is, was)) continue;
      const input = this.accounts.inputFor(challenge, student, at);
      const evidence = input && blame(input, criterion);
      this.difference = { ...base, criterion, recorded: was, replayed: is, ...(evidence ? { evidence } : {}) };
      return;
    }
    const was: Points = [recorded.total, recorded.of, recorded.worth];
    const is: Points = replayed && [replayed.total, replayed.of, replayed.worth];
    if (!same(is, was)) this.difference = { ...base, recorded: was, replayed: is };
  }
}

function same(a: Points, b: Points): boolean {
  return a === undefined || b === undefined ? a === b : a.every((value, index) => value === b[index]);
}

function ownerOf(slug: string, members: number): Owner {
  const logins = Array.from({ length: members }, (_, index) => ({ login: `${slug}-${index + 1}` }));
  return { slug, kind: members > 1 ? 'group' : 'student', name: slug, members: logins };
}
