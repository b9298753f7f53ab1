// Least squares with a small penalty: numbers as they are, texts as one column for each value.
const penalty = 1;

function widen(point) {
  const wide = [1];
  for (const { type, value, size } of point) {
    if (type === 'text') for (let place = 0; place < (size ?? 0); place++) wide.push(value === place ? 1 : 0);
    else wide.push(value ?? 0);
  }
  return wide;
}

export function fitLine(points, targets) {
  // Every row is as wide as the widest: a missing text does not know how many values there are.
  const sizes = (points[0] ?? []).map((_one, at) => Math.max(0, ...points.map((point) => point[at].size ?? 0)));
  const rows = points.map((point) => widen(point.map((one, at) => ({ ...one, size: sizes[at] }))));
  const width = rows[0]?.length ?? 1;
  const square = Array.from({ length: width }, () => new Float64Array(width + 1));
  rows.forEach((row, index) => {
    for (let i = 0; i < width; i++) {
      if (row[i] === 0) continue;
      for (let j = 0; j < width; j++) square[i][j] += row[i] * row[j];
      square[i][width] += row[i] * targets[index];
    }
  });
  for (let i = 1; i < width; i++) square[i][i] += penalty;
  return { sizes, weights: solve(square, width) };
}

export function predictLine({ sizes, weights }, point) {
  const row = widen(point.map((one, at) => ({ ...one, size: sizes[at] })));
  return weights.reduce((sum, weight, at) => sum + weight * (row[at] ?? 0), 0);
}

/** Gauss, with the largest pivot; a column without one weighs nothing. */
function solve(square, width) {
  for (let i = 0; i < width; i++) {
    let pivot = i;
    for (let k = i + 1; k < width; k++) if (Math.abs(square[k][i]) > Math.abs(square[pivot][i])) pivot = k;
    [square[i], square[pivot]] = [square[pivot], square[i]];
    if (Math.abs(square[i][i]) < 1e-12) continue;
    for (let k = i + 1; k < width; k++) {
      const factor = square[k][i] / square[i][i];
      if (factor !== 0) for (let j = i; j <= width; j++) square[k][j] -= factor * square[i][j];
    }
  }
  const weights = Array.from({ length: width }, () => 0);
  for (let i = width - 1; i >= 0; i--) {
    let rest = square[i][width];
    for (let j = i + 1; j < width; j++) rest -= square[i][j] * weights[j];
    weights[i] = Math.abs(square[i][i]) < 1e-12 ? 0 : rest / square[i][i];
  }
  return weights;
}
