// How many requests to /predict a service says it has answered, from its Prometheus text.

const sample = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+([0-9.eE+-]+|\+?Inf|NaN)(?:\s+\d+)?$/;
const label = /(?<!\w)(\w+)="((?:[^"\\]|\\.)*)(?:"|$)/g;
const pathLabels = ['path', 'handler', 'endpoint', 'route', 'url'];

/**
 * The sum over statuses of the counter `requests_total` (or one whose name ends so) for this path; undefined when the
 * service counts no requests, or not by path.
 */
export function countRequests(text: string, path: string): number | undefined {
  let total: number | undefined;
  for (const line of text.split('\n')) {
    const match = sample.exec(line.trim());
    if (!match || !/(^|_)requests_total$/.test(match[1]!)) continue;
    const labels = new Map([...(match[2] ?? '').matchAll(label)].map(([, name, value]) => [name!, value!]));
    if (!pathLabels.some((name) => labels.get(name) === path)) continue;
    const value = Number(match[3]);
    if (Number.isFinite(value)) total = (total ?? 0) + value;
  }
  return total;
}
