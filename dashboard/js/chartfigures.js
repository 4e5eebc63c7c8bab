// The figures of a chart: as a table, as rows of a file, and at a time.
import { h } from './dom.js';
import * as f from './format.js';
import { sum } from './series.js';

/** The same figures as a table, newest first. */
export function twinTable(o, data) {
  const span = data.times.at(-1) - data.times[0];
  const names = data.series.map((d) => h('th', { scope: 'col', cls: 'n', text: d.name }));
  const row = (t, i) =>
    h(
      'tr',
      null,
      h('td', { text: f.tick(t, Math.min(span, 36e5 * 40)) }),
      data.series.map((d) => h('td', { cls: 'n', text: o.fmt(d.values[i]) })),
    );
  const time = h('th', { scope: 'col', text: `Time (${f.zone()})` });
  return h(
    'table',
    null,
    h('thead', null, h('tr', null, time, names)),
    h('tbody', null, data.times.map(row).reverse()),
  );
}

/**
 * Value of a series in the legend while no step is selected: the value that the view sets, or the
 * sum if the figure of the range is a sum, or the last known value.
 */
export const figureOf = (d, isSum) =>
  d.shown !== undefined
    ? d.shown
    : isSum
      ? sum(d.values)
      : (d.values.findLast((v) => v != null) ?? null);

/** The same figures as rows of a CSV file. */
export const rowsOf = (data) =>
  data.times.map((t, i) => ({
    time: new Date(t).toISOString(),
    ...Object.fromEntries(data.series.map((d) => [d.name, d.values[i]])),
  }));

/** Index of a time in the series; without a time, the newest index that has a value. */
export function placeOf(data, x) {
  const last = data.times.length - 1;
  if (x != null && x >= data.times[0])
    return Math.min(last, Math.round((x - data.times[0]) / data.step));
  let i = last;
  while (i > 0 && data.series.every((d) => d.values[i] == null)) i--;
  return i;
}
