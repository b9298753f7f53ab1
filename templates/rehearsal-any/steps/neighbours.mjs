// The five nearest rows of at most five hundred: their most frequent class, or their mean.
const most = 500;
const near = 5;

export function fitNeighbours(points, targets, classes) {
  const step = Math.max(1, points.length / most);
  const kept = Array.from({ length: Math.min(most, points.length) }, (_, index) => Math.floor(index * step));
  return { classes, points: kept.map((at) => points[at].map(({ type, value }) => (type === 'text' ? { t: value } : (value ?? null)))), targets: kept.map((at) => targets[at]) };
}

export function predictNeighbours({ classes, points, targets }, point, shares = false) {
  const nearest = points
    .map((other, index) => ({ target: targets[index], by: distance(other, point) }))
    .toSorted((a, b) => a.by - b.by)
    .slice(0, near);
  if (!classes) return nearest.reduce((sum, { target }) => sum + target, 0) / nearest.length;
  const votes = new Map(shares ? [...new Set(targets)].map((label) => [label, 0.1]) : []);
  for (const { target } of nearest) votes.set(target, (votes.get(target) ?? 0) + 1);
  if (!shares) return [...votes].toSorted(([, a], [, b]) => b - a)[0][0];
  const total = [...votes.values()].reduce((sum, vote) => sum + vote, 0);
  return Object.fromEntries([...votes].map(([label, vote]) => [label, vote / total]));
}

function distance(other, point) {
  let sum = 0;
  for (let at = 0; at < point.length; at++) {
    const [one, { value }] = [other[at], point[at]];
    if (typeof one === 'object' && one !== null) sum += one.t === value ? 0 : 1;
    else sum += ((one ?? 0) - (value ?? 0)) ** 2;
  }
  return sum;
}
