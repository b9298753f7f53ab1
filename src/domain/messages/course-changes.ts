// The part of a plan about rules and people: old → new for every key that changes, and what that does to repositories.
import { createHash } from 'node:crypto';
import type { PersonChange, RepositoryChange, RuleChange } from '../plan/list-changes.ts';
import { describeDifference } from '../repository/describe-difference.ts';
import { code, plain } from '../text/escape.ts';
import { sayDuration, sayInstant } from '../time/say-time.ts';

const mostRows = 60;
/** Keys whose numbers are milliseconds. */
const durations = /(?:^|\.)(?:wait|window|due|full|zero|every(?:\.(?:min|max))?)$/;
const shares = /(?:^|\.)(?:then_per_day|pass|hold_out|rate|sample|share|availability\.\w+)$/;

export type CourseChanges = {
  rules: readonly RuleChange[];
  people: readonly PersonChange[];
  repositories: readonly RepositoryChange[];
};

export function describeCourseChanges({ rules, people, repositories }: CourseChanges, zone: string): string[] {
  return [
    ...table('Rules', ['where', 'key', 'before', 'after'], rules, ({ where, key, before, after }) => [
      code(where),
      code(spell(key)),
      say(key, before, zone),
      say(key, after, zone),
    ]),
    ...table('People', ['who', 'what changes'], people, (change) => [code(change.login), describePerson(change)]),
    ...table('Repositories', ['repository', 'will be changed'], repositories, ({ name, differences }) => [
      code(name),
      differences.map((difference) => describeDifference(difference, zone)).join('; '),
    ]),
  ];
}

function table<Row>(title: string, head: string[], rows: readonly Row[], cells: (row: Row) => string[]): string[] {
  if (rows.length === 0) return [];
  const left = rows.length - mostRows;
  return [
    `### ${title}`,
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.slice(0, mostRows).map((row) => `| ${cells(row).join(' | ')} |`),
    // Two plans that read alike do the same: what is not shown is there as a digest.
    ...(left > 0
      ? [
          `| … and ${left} more (${digest(JSON.stringify(rows.slice(mostRows)))}) |${head
            .slice(1)
            .map(() => ' |')
            .join('')}`,
        ]
      : []),
    '',
  ];
}

/** As it is written in challenge.yml. */
function spell(key: string): string {
  return key.replace(/^(requests\..*\.)due$/, '$1answer_within');
}

function say(key: string, value: RuleChange['before'], zone: string): string {
  if (value === undefined) return '–';
  if (typeof value === 'number' && shares.test(key) && value <= 1) return sayPercent(value);
  if (typeof value === 'number' && durations.test(key)) return `${sayDuration(value)} (${value} ms)`;
  if (typeof value === 'string' && wholeSecond.test(value)) return sayInstant(new Date(value), zone);
  // The beginning of a long text says little; two of the same length still have to differ in the plan.
  if (typeof value === 'string' && value.length > 120)
    return `${value.length} characters (${digest(value)}), see the diff`;
  return code(typeof value === 'string' && looksTyped.test(value) ? JSON.stringify(value) : String(value));
}

/** As dates are read from files: one with a part of a second is shown whole. */
const wholeSecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/;
/** Text that would read like a number, a word of YAML's, nothing, or text in quotes. */
const looksTyped = /^(?:[-+.\d].*|true|false|null|\(none\)|".*)$/;

/** In percent where that says the very number. */
function sayPercent(share: number): string {
  const percent = Number((share * 100).toPrecision(15));
  return percent / 100 === share ? `${percent}%` : code(String(share));
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

function describePerson(change: PersonChange): string {
  switch (change.kind) {
    case 'joins':
      return `joins as ${code(change.owner)}, and receives every past release at once`;
    case 'leaves':
      return `leaves ${code(change.owner)}; earned points stay on record`;
    case 'moves':
      return `moves from ${code(change.from)} to ${code(change.to)}`;
    case 'details':
      return `${plain(change.before)} → ${plain(change.after)}`;
  }
}
