// Charts of the fleet: success, cost, time and tokens
import * as f from '../format.js';
import { chartPanel } from '../charts.js';
import { notes } from '../parts.js';
import { noChart } from '../nothing.js';
import { isLive } from '../state.js';
import { marks, measures } from '../alerts.js';
import * as series from '../series.js';
import { classOf, split } from '../providers.js';

export const fleetCharts = () => ({
  success: chartPanel({
    title: 'Task success',
    type: 'line',
    fmt: f.percent,
    tick: (v) => f.percent(v, 0),
    max: 1,
    usualText: 'grey: usual',
  }),
  cost: chartPanel({
    title: 'Cost by provider',
    type: 'bar',
    fmt: f.usd,
    tick: f.usdTick,
    min: 0,
  }),
  time: chartPanel({
    title: 'Task time',
    type: 'line',
    fmt: f.duration,
    tick: f.shortDuration,
    log: [100, 300, 1e3, 3e3, 1e4, 3e4, 6e4, 18e4, 6e5, 18e5, 36e5, 108e5, 36e6],
  }),
  tokens: chartPanel({
    title: 'Tokens',
    type: 'bar',
    fmt: f.compact,
    tick: f.compactTick,
    min: 0,
  }),
});

export function updateCharts(charts, data) {
  const points = data.overview.series;
  const at = series.times(points);
  const axis = {
    at,
    per: f.perStep(data.range.step),
    time: (time) => f.tick(time, at.at(-1) - at[0]),
    common: { times: at, step: series.stepOf(data), open: isLive() },
    marked: (what) => ({ marks: marks(data.alerts, measures(what), !isLive()) }),
    nothing: (what) => ({ message: noChart(data, what) }),
  };
  charts.success.update(successChart(data, axis));
  charts.cost.update(costChart(data, axis));
  charts.time.update(timeChart(data, axis));
  charts.tokens.update(tokensChart(data, axis));
}

const NO_OUTCOMES = {
  title: 'No outcome is known',
  text: 'The tasks in this range ended without reporting success or failure.',
};

function successChart(data, axis) {
  const now = data.overview;
  const before = series.before(data);
  if (!now.tasks) return axis.nothing('tasks');
  const rate = series.success(now.series);
  const x = series.extremes(axis.at, rate);
  if (!x.last) return { message: NO_OUTCOMES };
  const usual = before.tasks ? `, usual ${f.percent(before.success_rate)}` : '';
  const lowest = `Lowest ${f.percent(x.low.value, 0)} at ${axis.time(x.low.time)}`;
  return {
    ...axis.common,
    ...axis.marked('success'),
    unit: `% ${axis.per}`,
    usual: series.band(series.success(before.series)),
    series: [{ name: 'fleet', cls: 'ci', values: rate }],
    summary:
      x.low.value === x.high.value
        ? `${f.percent(x.last.value, 0)} throughout.`
        : `${lowest}; ${f.percent(now.success_rate)} over the range${usual}.`,
  };
}

function costChart(data, axis) {
  const now = data.overview;
  if (!now.requests) return axis.nothing('calls');
  return {
    ...axis.common,
    ...axis.marked('cost'),
    unit: `$ ${axis.per}`,
    series: costParts(data),
    summary: costSummary(now, axis),
  };
}

/** Cost per step: unknown instead of zero if no provider was called. */
const spent = (points) => points.map((s) => (s.requests ? s.cost_usd : null));

/** Cost of the most expensive providers, and of all others together. */
function costParts(data) {
  const { top, rest } = split(data.providers);
  const parts = top.map((p) => ({
    name: f.providerName(p.provider),
    cls: classOf(p.provider, data.providers),
    values: spent(p.series),
  }));
  if (rest.length) {
    const costs = rest.map((p) => spent(p.series));
    parts.push({
      name: f.many(rest.length, 'other'),
      cls: 'cd',
      values: data.overview.series.map((_, i) => series.sum(costs.map((c) => c[i]))),
    });
  }
  return parts;
}

function costSummary(now, axis) {
  const { high } = series.extremes(axis.at, spent(now.series));
  if (!high) return 'No call has a price.';
  const unpriced = now.unpriced_requests
    ? ` ${f.many(now.unpriced_requests, 'call has', 'calls have')} no price.`
    : '';
  const most = `most at ${axis.time(high.time)}, ${f.usd(high.value)}.`;
  const sum = f.atLeast(now.cost_usd, now.unpriced_requests);
  return `${sum} in the range; ${most}${unpriced}${notes(now)}`;
}

function timeChart(data, axis) {
  const now = data.overview;
  const slowest = now.series.map((s) => s.p95_ms);
  const { high } = series.extremes(axis.at, slowest);
  if (!high) return axis.nothing('tasks');
  const highest = `highest ${f.duration(high.value)} at ${axis.time(high.time)}`;
  return {
    ...axis.common,
    ...axis.marked('time'),
    unit: 'log scale',
    series: ['p50', 'p95', 'p99'].map((q, i) => ({
      name: q,
      cls: ['ci', 'cd', 'ck'][i],
      values: now.series.map((s) => s[`${q}_ms`]),
    })),
    summary: `p95 ${f.duration(now.duration_ms.p95)} over the range; ${highest}.`,
  };
}

const NO_TOKENS = {
  title: 'No tokens were reported',
  text: 'Calls in this range have no token counts.',
};

function tokensChart(data, axis) {
  const now = data.overview;
  if (!now.tokens) return now.requests ? { message: NO_TOKENS } : axis.nothing('calls');
  const values = (pick) => now.series.map((s) => (s.tokens ? pick(s.tokens) : null));
  const cached = now.tokens.input ? now.tokens.cached_input / now.tokens.input : null;
  const total = f.compact(now.tokens.total);
  return {
    ...axis.common,
    ...axis.marked('tokens'),
    unit: axis.per,
    series: [
      { name: 'input', cls: 'ci', values: values((k) => k.input - k.cached_input) },
      { name: 'cached', cls: 'cd', values: values((k) => k.cached_input) },
      { name: 'output', cls: 'ck', values: values((k) => k.output) },
    ],
    summary: `${total} in the range; ${f.percent(cached, 0)} of input cached.`,
  };
}
