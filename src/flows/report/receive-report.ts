// The Action posts a report to us: believed only by the token in it, kept, and weighed like one in a check run.
import type { FlowPorts } from '../../ports/flow-ports.ts';
import { collectJob } from '../jobs/queue-jobs.ts';
import { readReport } from './read-report.ts';

export type Received = { status: 200 | 202 | 401 | 403 | 422 | 429; code: string; message: string };

/** A token lives for five minutes and is posted at once; clocks may differ by this much. */
const leeway = 60;

/** A stranger learns nothing of which repositories there are. */
const stranger: Received = {
  status: 403,
  code: 'wrong-repository',
  message: 'the token does not belong to a student repository of a course here',
};

/** `from`: the address that it came from, which waits for its own and for nobody else's. */
export async function receiveReport(ports: FlowPorts, body: string, from: string): Promise<Received> {
  const { store, clock, verifyToken } = ports;
  const read = await readReport(ports, `reports from ${from}`, body);
  if (!read.ok) return { status: 422, code: read.code, message: read.reason };
  const { report, digest, token } = read;
  if (token === undefined) {
    const message = 'a posted report needs the token that GitHub signs for it: give the reporting job id-token: write';
    return { status: 401, code: 'no-token', message };
  }
  const [login = '', repository = ''] = report.repository.split('/');
  const record = await store.course(login);
  const student = await store.studentRepository(login, repository);
  if (!record?.repository || student?.repositoryId === undefined) return stranger;
  const judged = await verifyToken({ report, digest, token, record, repositoryId: student.repositoryId, leeway });
  if (!judged.accepted) {
    if (judged.code === 'wrong-repository' || judged.code === 'wrong-owner') return stranger;
    return { status: 403, code: judged.code, message: judged.reason };
  }
  // Its audience is this one report: whatever used it before was this report too.
  if ((await store.tokenUse(judged.jti)) !== undefined) return known;
  const posted = { repository: student.name, digest, commit: report.head_sha, body };
  const saved = await store.transaction(async (inside) => {
    const state = await inside.savePostedReport(record.organisation, posted);
    const job = collectJob(record.organisation, student.name, report.head_sha, clock.now());
    if (state === 'kept') await inside.enqueue([job]);
    return state;
  });
  if (saved === 'known') return known;
  if (saved === 'too-many')
    return { status: 429, code: 'too-many', message: 'this repository has posted too many reports within the hour' };
  return { status: 202, code: 'kept', message: 'kept; the check "score" on the commit will say what it counts for' };
}

const known: Received = { status: 200, code: 'known', message: 'this report is known already and counts once' };
