// Conversion of the API's points to the values of a chart.

/** The times of a series in ms. */
export const times = (points) => points.map((p) => Date.parse(p.time));
export const stepOf = (data) => data.range.step * 1000;
/** Ratio of a part to the whole; null if the part is unknown, because zero would be wrong. */
export const ratio = (part, whole) => (whole && part != null ? part / whole : null);

/** Success rate of tasks in each step; a step without outcomes is a gap, never a zero. */
export const success = (points) => points.map((p) => ratio(p.succeeded, p.succeeded + p.failed));

/** The fleet in the previous range; without figures if that range is not wholly recorded. */
export const before = (data) => data.usual?.overview || { series: [], duration_ms: {} };

/** Sum of the known values; null if none is known. */
export function sum(values) {
  const known = values.filter((v) => v != null);
  return known.length ? known.reduce((a, b) => a + b, 0) : null;
}

/** True for a known value between unknown ones: a line has no segment there. */
export const isAlone = (values, i) =>
  values[i] != null && values[i - 1] == null && values[i + 1] == null;

/** Lowest, highest and last known value with their times. */
export function extremes(at, values) {
  let low = null;
  let high = null;
  let last = null;
  values.forEach((v, i) => {
    if (v == null) return;
    const point = { time: at[i], value: v };
    if (!low || v < low.value) low = point;
    if (!high || v > high.value) high = point;
    last = point;
  });
  return { low, high, last };
}

/** Band that contains most values of the previous span. */
export function band(values) {
  const known = values.filter((v) => v != null).sort((a, b) => a - b);
  return known.length < 10
    ? null
    : [known[Math.floor(known.length * 0.05)], known[Math.ceil(known.length * 0.95) - 1]];
}

/** The last n points that have passed. */
export const recent = (points, n) => points.filter((p) => !p.open).slice(-n);
