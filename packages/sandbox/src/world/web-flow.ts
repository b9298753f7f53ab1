// The account in whose name GitHub itself commits: known to all, and nobody's.
import type { Account } from './records.ts';

export const webFlow: Account = {
  id: 19864447,
  login: 'web-flow',
  type: 'User',
  name: 'GitHub Web Flow',
  email: 'noreply@github.com',
  createdAt: '2016-06-10T16:01:53Z',
};
