// Requests in the database, with what was handed in for them.
import type { Expectation } from '../domain/judge/judge.ts';
import type { StudentRequest } from '../domain/request/student-request.ts';
import type { Appeal, HandedAnswer, PracticeStore, StoredRequest } from '../ports/practice.ts';
import type { Database } from './pool.ts';
import { toJson } from './to-json.ts';

type RequestRow = {
  body: StudentRequest;
  expectation: Omit<Expectation, 'due'>;
  due: Date;
  owner: string;
  repository: string;
  rule: number;
  turn: number;
  occasion: string | null;
  state: StoredRequest['state'];
  commit_sha: string | null;
  answers: HandedAnswer[];
  appeals: Appeal[];
};

type Methods =
  | 'request'
  | 'requests'
  | 'lockRequest'
  | 'addRequest'
  | 'saveRequest'
  | 'saveAppeals'
  | 'appealedRequests';

export function requestStore(database: Database): Pick<PracticeStore, Methods> {
  const find = async (where: string, values: unknown[], lock = ''): Promise<StoredRequest[]> => {
    const { rows } = await database.query<RequestRow>(
      `select body, expectation, due, owner, repository, rule, turn, occasion, state, commit_sha, answers, appeals
       from request
       where organisation = lower($1) and ${where} order by due, id ${lock}`,
      values,
    );
    return rows.map(toStored);
  };
  return {
    request: async (organisation, id) => (await find('id = $2', [organisation, id]))[0],
    requests: (organisation, repository) => find('lower(repository) = lower($2)', [organisation, repository]),
    lockRequest: async (organisation, id) => (await find('id = $2', [organisation, id], 'for update'))[0],
    addRequest: async (organisation, stored) => (await insert(database, organisation, stored, 'do nothing')) === 1,
    async saveRequest(organisation, stored) {
      const news = `do update set state = excluded.state, commit_sha = excluded.commit_sha, answers = excluded.answers`;
      await insert(database, organisation, stored, news);
    },
    async saveAppeals(organisation, id, appeals) {
      await database.query('update request set appeals = $3 where organisation = lower($1) and id = $2', [
        organisation,
        id,
        toJson(appeals),
      ]);
    },
    appealedRequests: (organisation, owner) =>
      find(`appeals <> '[]' and ($2::text is null or owner = $2)`, [organisation, owner]),
  };
}

/** Returns how many rows there are more, or other. */
async function insert(
  database: Database,
  organisation: string,
  stored: StoredRequest,
  conflict: string,
): Promise<number | null> {
  const { request, expectation, owner, repository, rule, turn, occasion, state, commit, answers } = stored;
  const { id, challenge, release } = request;
  const { due, ...hidden } = expectation;
  const { rowCount } = await database.query(
    `insert into request (organisation, id, challenge, owner, repository, release, rule, turn, state, due, body,
       expectation, commit_sha, answers, occasion)
     values (lower($1), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (organisation, id) ${conflict}`,
    [
      organisation,
      id,
      challenge,
      owner,
      repository,
      release,
      rule,
      turn,
      state,
      due,
      toJson(request),
      toJson(hidden),
      commit,
      toJson(answers),
      occasion,
    ],
  );
  return rowCount;
}

function toStored({ body, expectation, due, commit_sha, occasion, appeals, ...row }: RequestRow): StoredRequest {
  return {
    ...row,
    request: body,
    expectation: { ...expectation, due },
    ...(occasion === null ? {} : { occasion }),
    ...(commit_sha === null ? {} : { commit: commit_sha }),
    ...(appeals.length === 0 ? {} : { appeals }),
  };
}
