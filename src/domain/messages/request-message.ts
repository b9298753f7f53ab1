// The texts of requests: the commit that asks, and what the check run shows after the request is closed.
import type { Expectation } from '../judge/judge.ts';
import type { StudentRequest } from '../request/student-request.ts';
import { calledRequest } from '../request/request-name.ts';
import { sayInstant } from '../time/say-time.ts';
import { code, plain } from '../text/escape.ts';

/** The name of the commit trailer that carries a request's id. */
const trailerName = 'Practicum-Request';
const mostShown = 50_000;

/** The file and the commit that deliver a request. The data has not changed, so no workflow needs to run. */
export function describeDelivery(
  request: StudentRequest,
  zone: string,
): {
  files: { path: string; content: string }[];
  message: string;
  trailer: string;
} {
  const { id, name, challenge, kind, due } = request;
  const until = sayInstant(new Date(due), zone);
  const trailer = `${trailerName}: ${id}`;
  return {
    files: [{ path: `requests/${id}.json`, content: `${JSON.stringify(request, undefined, 2)}\n` }],
    message: `Request: ${challenge}, ${name ?? kind.replace('_', ' ')}, answer by ${until} [skip ci]\n\n${request.ask}\n\n${trailer}`,
    trailer,
  };
}

type Asked = { request: StudentRequest; expectation: Expectation; state: string };
type Stray = { name: string; externalId: string; conclusion: 'neutral'; title: string; summary: string };

/** The check run on a file that answers no request of its repository. */
export function describeStray(path: string, asked: readonly Asked[]): Stray {
  const open = asked
    .filter(({ state }) => state === 'open')
    .map(({ request, expectation: { due, zone = 'UTC' } }) => {
      return `- ${plain(calledRequest(request))}: ${code(request.answer.path)} until ${sayInstant(due!, zone)}`;
    });
  const next =
    open.length > 0
      ? `These are open:\n\n${open.join('\n')}\n\nRename the file and push it again.`
      : 'No request is open.';
  return {
    name: `answer ${path.slice('answers/'.length, 100).replace(/\p{Cc}/gu, '?')}`,
    externalId: 'stray-answer',
    conclusion: 'neutral',
    title: 'not counted: no request has this name',
    summary: `${code(path)} does not answer any request in this repository. ${next}`,
  };
}

export function requestMarker(comment: number): string {
  return `<!-- practicum request ${comment} -->`;
}

/** What the app answers to `/request`. */
export function describeRequested({ challenge, kind, asked, without }: Requested): string {
  const names = (list: readonly string[]): string => list.map(plain).join(', ');
  const whom = asked.length > 0 ? `Asked: ${names(asked)}.` : 'Nobody was asked.';
  const rest = without.length > 0 ? ` Not asked, because they have no data of it yet: ${names(without)}.` : '';
  return `**${plain(challenge)}**, ${kind.replaceAll('_', ' ')}. ${whom}${rest}`;
}
type Requested = { challenge: string; kind: string; asked: readonly string[]; without: readonly string[] };

export function describeUnasked(problem: string): string {
  return `Nothing was asked. ${problem}`;
}

/** True for the message of a commit that only brings a request. */
export function bringsRequest(message: string): boolean {
  return message.split('\n').some((line) => line.startsWith(`${trailerName}: `));
}

/** The expected rows, for after closing; hidden labels stay hidden, since quality is measured on the same rows. */
export function describeExpected({ kind, expected }: Expectation): string | undefined {
  if (kind === 'batch_prediction') return undefined;
  const rows = expected.map((row) => JSON.stringify(row)).join('\n');
  const cut = rows.length > mostShown ? `${rows.slice(0, mostShown)}\n…` : rows;
  return `<details><summary>What was expected</summary>\n\n\`\`\`\`json\n${cut}\n\`\`\`\`\n\n</details>`;
}
