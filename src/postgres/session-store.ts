// Sessions and what was done in them, in the database. Their time is the machine's: a course may be rehearsed in another.
import type { OpenSession, Person, Sessions, StaffAct } from '../ports/session.ts';
import type { Database } from './pool.ts';

export function sessionStore(database: Database): Sessions {
  return {
    async open(digest, { id, login }, seconds) {
      await database.query('delete from session where expires_at <= clock_timestamp()');
      await database.query(
        `insert into session (digest, account_id, login, expires_at)
         values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))`,
        [digest, id, login, seconds],
      );
    },
    async find(digest) {
      const { rows } = await database.query<Person>(
        `select account_id::float8 as id, login from session where digest = $1 and expires_at > clock_timestamp()`,
        [digest],
      );
      return rows[0];
    },
    async revoke(digest) {
      await database.query('delete from session where digest = $1', [digest]);
    },
    async revokeAll(login) {
      const { rowCount } = await database.query('delete from session where lower(login) = lower($1)', [login]);
      return rowCount ?? 0;
    },
    async list() {
      const { rows } = await database.query<OpenSession>(
        `select account_id::float8 as id, login, opened_at as "openedAt", expires_at as "expiresAt" from session
         where expires_at > clock_timestamp() order by lower(login), opened_at`,
      );
      return rows;
    },
    async addAct(organisation, { by, act, subject }) {
      await database.query(
        'insert into staff_act (organisation, account_id, login, act, subject) values (lower($1), $2, $3, $4, $5)',
        [organisation, by?.id, by?.login, act, subject],
      );
    },
    async acts(organisation, most) {
      const { rows } = await database.query<{
        at: Date;
        id: number | null;
        login: string | null;
        act: string;
        subject: string;
      }>(
        `select at, account_id::float8 as id, login, act, subject from staff_act
         where organisation = lower($1) order by seq desc limit $2`,
        [organisation, most],
      );
      return rows.map(({ at, id, login, act, subject }): StaffAct => ({
        at,
        act,
        subject,
        ...(id === null || login === null ? {} : { by: { id, login } }),
      }));
    },
  };
}
