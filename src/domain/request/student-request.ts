// A request as the student finds it in the repository.
import type { RequestRule } from '../challenge/challenge.ts';
import type { Row } from '../text/row.ts';
import type { Metric } from '../challenge/metric.ts';

/** What the student finds as `requests/<id>.json`. Plain JSON; holds nothing that would give the answer away. */
export type StudentRequest = {
  version: 1;
  id: string;
  /** What people call it; absent in requests of earlier versions. */
  name?: string;
  challenge: string;
  release: string;
  kind: RequestRule['kind'];
  /** In words, for people. */
  ask: string;
  /** ISO 8601, UTC. */
  asked: string;
  due: string;
  attempts: number;
  tolerance: number;
  /** The file in the repository that the row numbers refer to: 0 is the first row below the header. */
  file?: string;
  items?: number[];
  /** For predictions: the rows, without the target. */
  instances?: Row[];
  target?: string;
  metric?: Metric;
  threshold?: number;
  feature?: string;
  formula?: string;
  answer: { path: string; schema: object; example: object };
};
