// What people call a request: "batch prediction 3, release-2". Its id stays for files and machines.
import type { StudentRequest } from './student-request.ts';

type Named = Pick<StudentRequest, 'id'> & { name?: string };

/** `number`: the how manieth of its kind in the repository. */
export function nameRequest(kind: StudentRequest['kind'], number: number, release: string): string {
  return `${kind.replaceAll('_', ' ')} ${number}, ${release}`;
}

/** Requests of earlier versions have no name. */
export function calledRequest({ id, name }: Named): string {
  return name ?? `request ${id}`;
}

/** The name of the check run on its answers. */
export function answerCheck({ id, name }: Named): string {
  return name === undefined ? `answer ${id}` : `answer to ${name}`;
}

/** The requests that a person means by the first of these words: by id, its beginning, or name. `rest` is what follows. */
export function findRequest<R extends Named>(
  requests: readonly R[],
  words: readonly string[],
): { request: R; rest: string[] } | undefined {
  const [first = ''] = words;
  const byId = requests.filter(({ id }) => id === first || (first.length >= 6 && id.startsWith(first)));
  if (byId.length === 1) return { request: byId[0]!, rest: words.slice(1) };
  const plain = (text: string): string =>
    text
      .toLowerCase()
      .replaceAll(/[*_`",:]/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim();
  // The longest first: a name with its release says more than the one without.
  for (let many = Math.min(words.length, 8); many > 0; many--) {
    const said = plain(words.slice(0, many).join(' '));
    const called = requests.filter(
      ({ name = '' }) => plain(name) === said || plain(name.replace(/,[^,]*$/, '')) === said,
    );
    if (said !== '' && called.length === 1) return { request: called[0]!, rest: words.slice(many) };
  }
  return undefined;
}
