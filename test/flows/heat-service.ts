// The service of a student in tests: it predicts by the rule that the rows of `dataOf` follow.
import type { IncomingMessage, RequestListener } from 'node:http';

type Answer = [status: number, body: unknown];

/** `before`: what is answered in the place of a prediction; `version`: of the model, at this moment. */
export function heatService(
  before: (request: IncomingMessage) => Answer | undefined,
  version: () => string = () => '1',
): RequestListener {
  return async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const [status, body] = before(request) ?? predict(text, version());
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

function predict(text: string, model_version: string): Answer {
  const { request_id, instances } = JSON.parse(text) as { request_id: string; instances: { x: unknown }[] };
  if (instances.some(({ x }) => typeof x !== 'number')) return [422, {}];
  const predictions = instances.map(({ x }) => (Number(x) >= 50 ? 'hot' : 'cold'));
  return [200, { request_id, predictions, api_version: '1', model_version }];
}
