// What would earn a student most now, from what is stored: the steps that their page and the dashboard issue suggest.
import type { Challenge } from '../../domain/challenge/challenge.ts';
import type { GradebookInput } from '../../domain/grade/gradebook.ts';
import { suggestSteps, type OpenRequest, type Step } from '../../domain/grade/suggest-steps.ts';
import { calledRequest } from '../../domain/request/request-name.ts';
import type { StoredRequest } from '../../ports/practice.ts';

/** `input` is of one owner; `requests` are theirs. */
export function nextPoints(
  input: GradebookInput,
  challenges: readonly Challenge[],
  requests: readonly StoredRequest[],
): Step[] {
  return suggestSteps(
    input,
    requests.map((request) => toOpen(request, challenges)),
  );
}

function toOpen(
  { request, expectation, state, answers }: StoredRequest,
  challenges: readonly Challenge[],
): OpenRequest {
  const counted = answers.filter((answer) => answer.counted);
  const answerable =
    state === 'open' && counted.length < request.attempts && !counted.some(({ verdict }) => verdict === 'correct');
  // The first attempt at predictions moves quality as well, nobody knows whereto: nothing exact can be promised.
  const measures = challenges.some(({ name, score }) => name === request.challenge && score.quality !== undefined);
  const known = request.kind !== 'batch_prediction' || counted.length > 0 || !measures;
  return {
    id: request.id,
    name: calledRequest(request),
    challenge: request.challenge,
    due: new Date(request.due),
    rows: expectation.expected.length,
    open: answerable && known,
    tried: counted.length > 0,
  };
}
