// Naive Bayes: numbers as bell curves, texts by how often they come with each class.
const smallest = 1e-3;

export function fitBayes(points, targets) {
  const classes = {};
  for (const label of [...new Set(targets)].toSorted()) {
    const own = points.filter((_point, index) => targets[index] === label);
    const columns = (points[0] ?? []).map(({ type, size }, at) => {
      const values = own.map((point) => point[at].value).filter((value) => value !== undefined);
      if (type === 'text') {
        const known = size ?? Math.max(1, ...points.map((point) => point[at].size ?? 0));
        return { shares: Array.from({ length: known }, (_, place) => (values.filter((value) => value === place).length + 1) / (values.length + known)) };
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
      return { mean, variance: Math.max(variance, smallest) };
    });
    classes[label] = { prior: own.length / points.length, columns };
  }
  return classes;
}

export function predictBayes(classes, point, shares = false) {
  const scores = Object.entries(classes).map(([label, { prior, columns }]) => {
    let score = Math.log(prior);
    point.forEach(({ value }, at) => {
      const column = columns[at];
      if (value === undefined || !column) return;
      if (column.shares) score += Math.log(column.shares[value] ?? smallest);
      else score -= 0.5 * (Math.log(2 * Math.PI * column.variance) + (value - column.mean) ** 2 / column.variance);
    });
    return [label, score];
  });
  const best = scores.reduce((one, other) => (other[1] > one[1] ? other : one));
  if (!shares) return best[0];
  const weights = scores.map(([label, score]) => [label, Math.max(1e-6, Math.exp(Math.max(-50, score - best[1])))]);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return Object.fromEntries(weights.map(([label, weight]) => [label, weight / total]));
}
