// Inputs that a service must refuse: each with a 4xx, neither with a 200 nor with a failure of its own.
import type { Row } from '../text/row.ts';
import { predictBody, spoilRow, type PredictShape } from './probe-contract.ts';

export type BadInput = { name: string; body: string; contentType?: string };

/** What came back: a status, or the code of why nothing did. */
export type BadInputResult = { name: string; ok: boolean; got: string };

/** `row` is a good one; every input breaks it in one way. */
export function badInputs(requestId: string, row: Row, shape: PredictShape): BadInput[] {
  const good = predictBody(requestId, [row], shape);
  const broken = (changed: Row): string => predictBody(requestId, [changed], shape);
  const columns = Object.keys(row);
  const inputs: BadInput[] = [
    { name: 'empty body', body: '' },
    { name: 'not JSON', body: 'this is not JSON' },
    { name: 'JSON that is cut off', body: good.slice(0, -2) },
    { name: 'a list instead of an object', body: '[]' },
    { name: 'null', body: 'null' },
    { name: 'text where numbers belong', body: broken(spoilRow(row)) },
    { name: 'NaN', body: good.replace(/:\s*-?\d[\d.eE+-]*/, ':NaN') },
    { name: 'another content type', body: '<predict/>', contentType: 'application/xml' },
  ];
  const numbers = columns.filter((column) => typeof row[column] === 'number');
  if (columns.length > 0) inputs.push({ name: 'no columns', body: broken({}) });
  if (numbers.length > 0)
    inputs.push({
      name: 'objects where numbers belong',
      body: broken({ ...row, ...Object.fromEntries(numbers.map((column) => [column, { value: 1 }])) }),
    });
  if (shape === 'batch') {
    inputs.push(
      { name: 'no instances', body: JSON.stringify({ request_id: requestId }) },
      { name: 'instances that are no list', body: JSON.stringify({ request_id: requestId, instances: 'all' }) },
      { name: 'an instance that is no row', body: JSON.stringify({ request_id: requestId, instances: [1] }) },
    );
  }
  // Without numbers there is nothing to make a NaN of.
  return inputs.filter(({ name, body }) => name !== 'NaN' || body !== good);
}

export const isRefusal = (status: number): boolean => status >= 400 && status < 500;
