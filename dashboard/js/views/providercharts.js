// Charts of one provider: errors, latency, calls and cost.
import * as f from '../format.js';
import { marks } from '../alerts.js';
import { chartPanel } from '../charts.js';
import { noChart } from '../nothing.js';
import { notes } from '../parts.js';
import * as series from '../series.js';
import { isLive } from '../state.js';

/** Number of error classes that the chart draws; the others are one series. */
const DRAWN = 3;

export const providerCharts = () => ({
  errors: chartPanel({
    title: 'Failed calls by error class',
    type: 'bar',
    fmt: f.count,
    tick: f.compactTick,
    min: 0,
  }),
  latency: chartPanel({
    title: 'Call latency',
    type: 'line',
    fmt: f.duration,
    tick: f.shortDuration,
    min: 0,
  }),
  calls: chartPanel({
    title: 'Calls',
    type: 'bar',
    fmt: f.count,
    tick: f.compactTick,
    min: 0,
  }),
  cost: chartPanel({
    title: 'Cost',
    type: 'bar',
    fmt: f.usd,
    tick: f.usdTick,
    min: 0,
  }),
});

export function updateCharts(charts, data) {
  if (!data.provider.requests) {
    const message = noChart(data, 'calls');
    Object.values(charts).forEach((c) => c.update({ message }));
    return;
  }
  const common = {
    times: series.times(data.provider.series),
    step: series.stepOf(data),
    open: isLive(),
  };
  charts.errors.update(errorChart(data, common));
  charts.latency.update(latencyChart(data, common));
  charts.calls.update(callChart(data, common));
  charts.cost.update(costChart(data, common));
}

function errorChart(data, common) {
  const p = data.provider;
  const types = Object.entries(p.errors)
    .sort((a, b) => b[1] - a[1])
    .map(([type]) => type);
  if (!types.length) {
    const text = `${f.many(p.requests, 'call')} in the range.`;
    return { message: { title: 'No failed calls', text } };
  }
  const counts = types.map((type) => `${f.count(p.errors[type])} ${f.words(type)}`);
  return {
    ...common,
    marks: marks(data.alerts, () => true, !isLive()),
    unit: f.perStep(data.range.step),
    series: errorParts(p, types),
    summary: `${counts.join(', ')} in the range.`,
  };
}

/** Series of the most frequent error classes, and one series for the others. */
function errorParts(p, types) {
  const drawn = types.slice(0, DRAWN);
  const parts = drawn.map((type, i) => ({
    name: f.words(type),
    cls: ['ci', 'cd', 'ck'][i],
    values: p.series.map((s) => s.errors[type] || 0),
  }));
  const others = (s) => s.failed - drawn.reduce((n, type) => n + (s.errors[type] || 0), 0);
  if (types.length > DRAWN) parts.push({ name: 'others', cls: 'ca', values: p.series.map(others) });
  return parts;
}

function latencyChart(data, common) {
  const p = data.provider;
  const slowest = p.series.map((s) => s.p95_ms);
  const { high } = series.extremes(common.times, slowest);
  if (!high) return { message: noChart(data, 'calls') };
  const at = f.tick(high.time, common.times.at(-1) - common.times[0]);
  const over = `p95 ${f.duration(p.latency_ms.p95)} over the range`;
  return {
    ...common,
    unit: 'time',
    series: [
      { name: 'p50', cls: 'ci', values: p.series.map((s) => s.p50_ms) },
      { name: 'p95', cls: 'cd', values: slowest },
    ],
    summary: `${over}; highest ${f.duration(high.value)} at ${at}.`,
  };
}

function callChart(data, common) {
  const p = data.provider;
  return {
    ...common,
    unit: f.perStep(data.range.step),
    series: [
      { name: 'succeeded', cls: 'ci', values: p.series.map((s) => s.requests - s.failed) },
      { name: 'failed', cls: 'cd', values: p.series.map((s) => s.failed) },
    ],
    summary: `${f.many(p.requests, 'call')}, ${f.count(p.failed)} failed.`,
  };
}

function costChart(data, common) {
  const p = data.provider;
  const values = p.series.map((s) => (s.requests ? s.cost_usd : null));
  const unpriced = p.unpriced_requests
    ? `; ${f.many(p.unpriced_requests, 'call has', 'calls have')} no price`
    : '';
  const sum =
    p.cost_usd == null ? 'An unknown amount' : f.atLeast(p.cost_usd, p.unpriced_requests);
  return {
    ...common,
    unit: `$ ${f.perStep(data.range.step)}`,
    series: [{ name: 'cost', cls: 'ci', values }],
    summary: `${sum} in the range${unpriced}.${notes(p)}`,
  };
}
