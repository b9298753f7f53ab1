// Reads a model's metadata.json: its versions, where it came from, the figures that it claims.
import { parsePythonJson } from '../text/python-json.ts';
import { readScores } from './read-scores.ts';

export type ModelMetadata = {
  modelVersion: string;
  apiVersion?: string;
  commit?: string;
  dataDigest?: string;
  trainedAt?: string;
  /** Numbers at the top level: accuracy, rows, … */
  figures: Map<string, number>;
};

/** Reads the form of templates/student and that of earlier courses (`accuracy`, `trained_at`, `config` beside it). */
export function readMetadata(text: string): ModelMetadata | { unreadable: string } {
  const numbers = readScores(text);
  const parsed = parsePythonJson(text);
  if (!(numbers instanceof Map) || 'unreadable' in parsed) return { unreadable: 'metadata.json is not a JSON object' };
  const value = parsed.value as Record<string, unknown>;
  const modelVersion = value['model_version'];
  if (typeof modelVersion !== 'string' || modelVersion === '')
    return { unreadable: 'metadata.json has no model_version' };
  const optional = (key: string, name: string): Record<string, string> =>
    typeof value[key] === 'string' ? { [name]: value[key] } : {};
  return {
    modelVersion,
    ...optional('api_version', 'apiVersion'),
    ...optional('commit', 'commit'),
    ...optional('data_sha256', 'dataDigest'),
    ...optional('trained_at', 'trainedAt'),
    figures: new Map([...numbers].filter(([name]) => !name.includes('.'))),
  };
}
