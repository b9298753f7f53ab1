// What of a course is as long as its roster: its files, and the accounts of its people. Read once for each revision, since every job and
// page asks for them.
import type { CourseRecord, KnownAccount } from '../ports/records.ts';
import { LatelyRead } from './lately-read.ts';
import type { Database } from './pool.ts';

export type CourseTexts = Required<Pick<CourseRecord, 'files' | 'facts' | 'aliases'>>;
/** `files` and what is with them: null where this revision was known. */
export type TextRow = { organisation: string; revision: string } & (CourseTexts | Record<keyof CourseTexts, null>);

/** What is parsed takes a few times the room of its text. Courses in turn do not put each other out. */
const most = 16_000_000;
// By revision, which no two databases have in common.
const texts = new LatelyRead<CourseTexts>(most);
const accounts = new LatelyRead<KnownAccount[]>(most);

/** Columns of `course`; $1: the revisions that are held. */
export const textColumns = (['files', 'facts', 'aliases'] as const)
  .map((name) => `case when revision = any($1::uuid[]) then null else ${name} end as ${name}`)
  .join(', ');

export function heldTexts(organisation?: string): Map<string, CourseTexts> {
  return texts.held(organisation);
}

export function textsOf(
  { organisation, revision, files, facts, aliases }: TextRow,
  held: ReadonlyMap<string, CourseTexts>,
): CourseTexts {
  if (files !== null) {
    const size = JSON.stringify([files, facts, aliases]).length;
    return texts.keep(organisation, revision, { files, facts, aliases }, size);
  }
  texts.use(organisation);
  return held.get(revision)!;
}

type AccountsRow = { revision: string; known: { account_id: number; login: string; slug: string }[] | null };

/** The same list for as long as it holds. */
export async function readAccounts(database: Database, name: string): Promise<KnownAccount[]> {
  const organisation = name.toLowerCase();
  const held = accounts.held(organisation);
  const { rows } = await database.query<AccountsRow>(
    `select revision, case when revision = any($2::uuid[]) then null else (
       select coalesce(jsonb_agg(jsonb_build_object('account_id', account_id, 'login', login, 'slug', slug) order by named_at, account_id), '[]')
       from account where account.organisation = course.organisation) end as known
     from course where organisation = $1`,
    [organisation, [...held.keys()]],
  );
  const [row] = rows;
  if (!row) return [];
  const { revision, known } = row;
  if (known === null) {
    accounts.use(organisation);
    return held.get(revision)!;
  }
  const read = known.map(({ account_id: id, login, slug }) => ({ id, login, slug }));
  return accounts.keep(organisation, revision, read, JSON.stringify(known).length);
}
