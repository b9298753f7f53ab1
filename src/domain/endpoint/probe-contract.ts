// The contract of a student's service: what a probe sends to it and how its answers must look.
import type { Row } from '../text/row.ts';
import { isPrintable } from '../text/storable.ts';

/** `batch` sends `instances` and expects `predictions`; `flat` sends one record and expects `prediction`. */
export type PredictShape = 'batch' | 'flat';

export type Predicted = { predictions: unknown[]; apiVersion: string; modelVersion: string };
export type Breach = { code: string; message: string };

/** The body that asks for predictions. In the flat form only the first row can be asked. */
export function predictBody(requestId: string, rows: readonly Row[], shape: PredictShape): string {
  const content = shape === 'batch' ? { instances: rows } : rows[0];
  return JSON.stringify({ ...content, request_id: requestId });
}

/** A row that must be refused with 422: every number of a good one is text, or, without numbers, nothing at all. */
export function spoilRow(row: Row): Row {
  const columns = Object.keys(row).filter((column) => typeof row[column] === 'number');
  return Object.fromEntries(columns.map((column) => [column, 'not a number']));
}

/** The predictions in an answer, or how it breaks the contract. */
export function readPrediction(
  body: string,
  asked: { requestId: string; rows: number; shape: PredictShape },
): Predicted | Breach {
  let value: unknown;
  const text = body.replace(/^\uFEFF/, '');
  try {
    value = JSON.parse(text);
  } catch {
    const why = /[[:,]\s*(?:NaN|-?Infinity)\b/.test(text) ? ': it holds NaN or Infinity, which JSON does not know' : '';
    return { code: 'predict-not-json', message: `the answer of /predict is not JSON${why}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { code: 'predict-not-json', message: 'the answer of /predict is not a JSON object' };
  }
  const answer = value as Row;
  if (own(answer, 'request_id') !== asked.requestId) {
    return {
      code: 'predict-request-id',
      message: 'the answer of /predict does not carry the request_id that was sent',
    };
  }
  const [apiVersion, modelVersion] = [own(answer, 'api_version'), own(answer, 'model_version')];
  if (!isVersion(apiVersion) || !isVersion(modelVersion)) {
    const message =
      'the answer of /predict must carry api_version and model_version: text of at most 100 printable characters';
    return { code: 'predict-versions', message };
  }
  const predictions = asked.shape === 'batch' ? own(answer, 'predictions') : [own(answer, 'prediction')];
  const count = Array.isArray(predictions)
    ? predictions.filter((prediction) => prediction !== undefined && prediction !== null).length
    : 0;
  if (count !== asked.rows || !Array.isArray(predictions) || predictions.length !== asked.rows) {
    return { code: 'predict-count', message: `/predict was asked for ${asked.rows} predictions and gave ${count}` };
  }
  return { predictions, apiVersion: String(apiVersion), modelVersion: String(modelVersion) };
}

function isVersion(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && value !== '' && value.length <= 100 && isPrintable(value);
}

function own(value: Row, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
