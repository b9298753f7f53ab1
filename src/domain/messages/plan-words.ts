// What every place that shows a plan says alike: when everything about people goes, and what runs cost. Without Markdown.
import { retentionEnd } from '../course/retention.ts';
import type { Course } from '../course/course.ts';
import { sayWallTime } from '../time/say-time.ts';

/** Undefined where nothing ends. */
export function sayRetention(course: Course, challenges: readonly { ends: Date }[]): string | undefined {
  const end = retentionEnd(course, challenges);
  if (end === undefined) return undefined;
  const when = sayWallTime(end, course.timezone);
  return `Everything kept about people is removed on ${when} (retention: ${course.retention} after the last \`ends\`, later where somebody was given more time): evidence, answers, points, names and pages. The ledger keeps sealed tombstones and still verifies.`;
}
