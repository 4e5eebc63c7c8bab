// The failing measure of an incident around its alert, as a chart.
import * as f from '../format.js';
import { marks } from '../alerts.js';
import { chartPanel } from '../charts.js';
import * as series from '../series.js';

/** The failing measure, as the rule sees it. */
const MEASURES = {
  high_error_rate: {
    title: 'Tasks that succeed',
    fmt: (v) => f.percent(v, 0),
    max: 1,
    of: (p) => series.ratio(p.succeeded, p.succeeded + p.failed),
  },
  provider: {
    title: 'Calls that fail',
    fmt: (v) => f.percent(v, 0),
    max: 1,
    of: (p) => series.ratio(p.failed, p.requests),
  },
  cost: {
    title: 'Cost of a task',
    fmt: f.unit,
    tick: f.usdTick,
    of: (p) => series.ratio(p.cost_usd, p.tasks),
  },
  time: { title: 'Time, p95', fmt: f.duration, of: (p) => p.p95_ms },
};
const measureOf = (a) =>
  a.type === 'high_response_time'
    ? MEASURES.time
    : a.scope === 'provider'
      ? MEASURES.provider
      : a.scope !== 'agent'
        ? null
        : a.type === 'high_error_rate'
          ? MEASURES.high_error_rate
          : MEASURES.cost;

/** The measure around the alert, with the limit of its rule where both have one unit. */
function around(data, m) {
  const a = data.alert;
  const at = series.times(data.points);
  const values = data.points.map(m.of);
  const { last, high, low } = series.extremes(at, values);
  if (!last)
    return {
      message: {
        title: 'No data around this alert',
        text: 'Per-minute data is kept for two days.',
      },
    };
  const hasLimit =
    m === MEASURES.provider ||
    m === MEASURES.high_error_rate ||
    (m === MEASURES.cost && a.evidence.unit === 'usd');
  const when = (point) => `${m.fmt(point.value)} at ${f.clock(point.time, false)}`;
  return {
    times: at,
    step: at[1] - at[0],
    unit: 'per minute',
    open: a.state !== 'resolved',
    limit: hasLimit ? a.evidence.threshold : null,
    marks: marks([{ ...a, inhibited_by: null }], () => true),
    series: [{ name: m.title.toLowerCase(), cls: 'ci', values }],
    summary: `Last ${m.fmt(last.value)}; highest ${when(high)}, lowest ${when(low)}.`,
  };
}

/** The chart of the incident; it has no element while there is nothing to draw. */
export function incidentChart() {
  let chart = null;
  return {
    el: () => chart?.el,
    update(data) {
      const m = measureOf(data.alert);
      if (!m || data.points.length < 2) return;
      chart ||= chartPanel({
        title: m.title,
        type: 'line',
        fmt: m.fmt,
        tick: m.tick,
        min: 0,
        max: m.max,
      });
      chart.update(around(data, m));
    },
  };
}
