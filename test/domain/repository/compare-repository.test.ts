// What a course wants, held against what GitHub has: each difference, and the law that mending leaves none.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRepository } from '../../../src/domain/repository/compare-repository.ts';
import {
  remedies,
  type Difference,
  type FoundRepository,
  type WantedRepository,
} from '../../../src/domain/repository/repository.ts';
import { wantRepository } from '../../../src/domain/repository/want-repository.ts';
import { defaultCourse } from '../../../src/domain/course/read-course-file.ts';

const at = new Date('2027-01-11T09:00:00Z');
const wanted: WantedRepository = {
  name: 'heat-ada',
  id: 7,
  visibility: 'private',
  permission: 'push',
  members: [{ login: 'ada', account: 1 }],
  former: [],
  staff: { team: 'tas', permission: 'pull' },
  defaultBranch: 'main',
};
const found: FoundRepository = {
  id: 7,
  name: 'heat-ada',
  visibility: 'private',
  archived: false,
  empty: false,
  defaultBranch: 'main',
  createdAt: at,
  actions: true,
  people: [{ login: 'ada', account: 1, permission: 'push' }],
  invitations: [],
  teams: [{ team: 'tas', permission: 'pull' }],
};
const bob = { login: 'bob', account: 2, permission: 'push' } as const;
const invited = { id: 5, login: 'ada', account: 1, permission: 'push', since: at } as const;

test('nothing differs', () => expect(compareRepository(wanted, found)).toEqual([]));

describe('each difference', () => {
  test.each<[string, Partial<WantedRepository>, Partial<FoundRepository> | undefined, Difference[]]>([
    ['deleted', {}, undefined, [{ kind: 'gone' }]],
    ['archived, whatever else', {}, { archived: true, people: [] }, [{ kind: 'archived' }]],
    ['renamed', {}, { name: 'mine' }, [{ kind: 'renamed', found: 'mine' }]],
    ['emptied', {}, { empty: true }, [{ kind: 'empty' }]],
    ['Actions off', {}, { actions: false }, [{ kind: 'actions-off' }]],
    ['branch', {}, { defaultBranch: 'dev' }, [{ kind: 'default-branch', found: 'dev', wanted: 'main' }]],
    ['made public', {}, { visibility: 'public' }, [{ kind: 'visibility', found: 'public', wanted: 'private' }]],
    ['internal where there is none', { visibility: 'internal' }, {}, []],
    ['never let in', {}, { people: [] }, [{ kind: 'no-access', login: 'ada', account: 1, wanted: 'push' }]],
    [
      'invited',
      {},
      { people: [], invitations: [{ ...invited, expired: false }] },
      [{ kind: 'invited', login: 'ada', since: at }],
    ],
    [
      'invitation expired',
      {},
      { people: [], invitations: [{ ...invited, expired: true }] },
      [{ kind: 'invitation-expired', login: 'ada', invitation: 5, wanted: 'push' }],
    ],
    [
      'permission lowered',
      {},
      { people: [{ login: 'ada', account: 1, permission: 'admin' }] },
      [{ kind: 'access', login: 'ada', found: 'admin', wanted: 'push' }],
    ],
    [
      'moved to another group',
      { former: [{ login: 'bob', account: 2, access: 'none' }] },
      { people: [...found.people, bob] },
      [{ kind: 'access-left', login: 'bob', found: 'push', wanted: 'none' }],
    ],
    [
      'left, and reads already',
      { former: [{ login: 'bob', access: 'pull' }] },
      { people: [...found.people, { ...bob, permission: 'pull' }] },
      [],
    ],
    ['a stranger', {}, { people: [...found.people, bob] }, [{ kind: 'stranger', login: 'bob', found: 'push' }]],
    [
      'renamed account, the same id',
      {},
      { people: [{ login: 'ada-new', account: 1, permission: 'push' }] },
      [{ kind: 'account-renamed', login: 'ada', found: 'ada-new' }],
    ],
    ['staff', {}, { teams: [] }, [{ kind: 'staff-access', team: 'tas', wanted: 'pull' }]],
    [
      'staff with more than wanted',
      {},
      { teams: [{ team: 'tas', permission: 'maintain' }] },
      [{ kind: 'staff-access', team: 'tas', found: 'maintain', wanted: 'pull' }],
    ],
  ])('%s', (_, want, has, differences) => {
    expect(compareRepository({ ...wanted, ...want }, has && { ...found, ...has })).toEqual(differences);
  });
});

/** GitHub after the app has done what it may. */
function mended(state: FoundRepository, difference: Difference): FoundRepository {
  const without = (login: string) => state.people.filter((person) => person.login !== login);
  switch (difference.kind) {
    case 'visibility':
      return { ...state, visibility: difference.wanted };
    case 'access':
      return {
        ...state,
        people: state.people.map((each) =>
          each.login === difference.login ? { ...each, permission: difference.wanted } : each,
        ),
      };
    case 'access-left':
      return {
        ...state,
        people:
          difference.wanted === 'none'
            ? without(difference.login)
            : state.people.map((each) =>
                each.login === difference.login ? { ...each, permission: 'pull' as const } : each,
              ),
      };
    case 'invitation-left':
      return { ...state, invitations: state.invitations.filter(({ id }) => id !== difference.invitation) };
    case 'no-access':
    case 'invitation-expired':
      return {
        ...state,
        invitations: state.invitations.filter(({ login }) => login !== difference.login),
        people: [
          ...state.people,
          { login: difference.login, account: Number(difference.login.slice(1)), permission: difference.wanted },
        ],
      };
    case 'staff-access':
      return { ...state, teams: [{ team: difference.team, permission: difference.wanted }] };
    default:
      return state;
  }
}

test('law: once everything is done that the app may do, nothing that it may do is left', () => {
  const permission = fc.constantFrom('pull', 'triage', 'push', 'maintain', 'admin' as const);
  const account = fc.integer({ min: 1, max: 8 });
  const world = fc.record({
    members: fc.uniqueArray(account, { maxLength: 3 }),
    former: fc.uniqueArray(fc.record({ account, access: fc.constantFrom('pull', 'none' as const) }), {
      selector: (one) => one.account,
    }),
    people: fc.uniqueArray(fc.record({ account, permission }), { selector: (one) => one.account }),
    invitations: fc.uniqueArray(fc.record({ account, permission, expired: fc.boolean() }), {
      selector: (one) => one.account,
    }),
    visibility: fc.constantFrom('private', 'public' as const),
    permission,
  });
  fc.assert(
    fc.property(world, (drawn) => {
      const person = (id: number) => ({ login: `u${id}`, account: id });
      const want: WantedRepository = {
        ...wanted,
        permission: drawn.permission,
        members: drawn.members.map(person),
        former: drawn.former
          .filter(({ account: id }) => !drawn.members.includes(id))
          .map(({ account: id, access }) => ({ ...person(id), access })),
      };
      let state: FoundRepository = {
        ...found,
        visibility: drawn.visibility,
        people: drawn.people.map(({ account: id, permission: right }) => ({ ...person(id), permission: right })),
        invitations: drawn.invitations
          .filter(({ account: id }) => !drawn.people.some((each) => each.account === id))
          .map(({ account: id, ...rest }, index) => ({ ...person(id), ...rest, id: index, since: at })),
      };
      for (const difference of compareRepository(want, state)) state = mended(state, difference);
      expect(compareRepository(want, state).filter(({ kind }) => remedies[kind] === 'mend')).toEqual([]);
    }),
  );
});

test('who left the course reads, who went to another group has nothing, as the course says', () => {
  const owners = [
    { slug: 'g1', kind: 'group' as const, name: 'g1', members: [{ login: 'ada' }] },
    { slug: 'g2', kind: 'group' as const, name: 'g2', members: [{ login: 'bob' }] },
  ];
  const record = {
    name: 'heat-g1',
    owner: 'g1',
    members: ['ada'],
    letIn: ['ada', 'bob', 'cy'],
    letInAccounts: [],
    accounts: { bob: 2 },
  };
  expect(wantRepository(defaultCourse, owners, record).former).toEqual([
    { login: 'bob', account: 2, access: 'none' },
    { login: 'cy', access: 'pull' },
  ]);
  const strict = { ...defaultCourse, repositories: { ...defaultCourse.repositories, leavers: 'none' as const } };
  expect(wantRepository(strict, owners, record).former[1]).toEqual({ login: 'cy', access: 'none' });
});

test('a roster is read once, however many repositories are held against it', () => {
  let read = 0;
  const owners = Array.from({ length: 50 }, (_, n) => ({
    slug: `s${n}`,
    kind: 'student' as const,
    name: '',
    get members() {
      read += 1;
      return [{ login: `login-${n}` }];
    },
  }));
  for (let n = 0; n < 50; n++) {
    const [login] = [`login-${n}`];
    const record = {
      name: `heat-s${n}`,
      owner: `s${n}`,
      members: [login],
      letIn: [login, 'gone'],
      letInAccounts: [],
      accounts: {},
    };
    expect(wantRepository(defaultCourse, owners, record).members).toEqual([{ login }]);
  }
  expect(read).toBeLessThanOrEqual(2 * owners.length);
});

test('two of a group who exchanged their logins are told apart by their ids', () => {
  const owners = [
    { slug: 'ada', kind: 'student' as const, name: 'ada', members: [{ login: 'ada-new' }] },
    { slug: 'bob', kind: 'student' as const, name: 'bob', members: [{ login: 'ada' }] },
  ];
  const record = {
    name: 'heat-g1',
    owner: 'g1',
    members: ['ada', 'bob'],
    letIn: ['ada', 'bob'],
    letInAccounts: [1, 2],
    accounts: { ada: 1, bob: 2 },
  };
  const ids = new Map([
    ['ada-new', 1],
    ['ada', 2],
  ]);
  expect(wantRepository(defaultCourse, owners, record, ids).former).toEqual([
    { login: 'ada', account: 1, access: 'none' },
    { login: 'bob', account: 2, access: 'none' },
  ]);
});
