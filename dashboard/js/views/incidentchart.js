// The failing measure of an incident around its alert, as a chart.
import * as f from '../format.js';
import { marks } from '../alerts.js';
import { chartPanel } from '../charts.js';
import * as series from '../series.js';

/** Measures of alerts, as evaluated by their rules; `unit` is the unit of the rule's limit. */
const CHARTS = {
  success: {
    title: 'Tasks that succeed',
    fmt: (v) => f.percent(v, 0),
    max: 1,
    unit: 'share',
    of: (p) => series.ratio(p.succeeded, p.succeeded + p.failed),
  },
  calls: {
    title: 'Calls that fail',
    fmt: (v) => f.percent(v, 0),
    max: 1,
    unit: 'share',
    of: (p) => series.ratio(p.failed, p.requests),
  },
  cost: {
    title: 'Cost of a task',
    fmt: f.unit,
    tick: f.usdTick,
    unit: 'usd',
    of: (p) => series.ratio(p.cost_usd, p.tasks),
  },
  tokens: {
    title: 'Tokens of a task',
    fmt: f.compact,
    tick: f.compactTick,
    unit: 'tokens',
    of: (p) => series.ratio(p.tokens?.total, p.tasks),
  },
  time: { title: 'Time, p95', fmt: f.duration, of: (p) => p.p95_ms },
  tasks: { title: 'Tasks that ended', fmt: f.count, of: (p) => p.tasks },
};

/** The measure around the alert, with the limit of the rule if both have the same unit. */
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
  const when = (point) => `${m.fmt(point.value)} at ${f.recently(point.time, false)}`;
  return {
    times: at,
    step: at[1] - at[0],
    unit: f.perStep((at[1] - at[0]) / 1000),
    open: a.state !== 'resolved',
    limit: m.unit === a.evidence.unit ? a.evidence.threshold : null,
    marks: marks([{ ...a, inhibited_by: null }], () => true),
    series: [{ name: m.title.toLowerCase(), cls: 'ci', values }],
    summary: `Last ${m.fmt(last.value)}; highest ${when(high)}, lowest ${when(low)}.`,
  };
}

/** Chart of the incident; `el` returns nothing while there is no data to draw. */
export function incidentChart() {
  let chart = null;
  return {
    el: () => chart?.el,
    update(data) {
      const m = CHARTS[data.alert.measure];
      if (!m || data.points.length < 2) return;
      if (m === CHARTS.tokens && data.points.every((p) => !p.tokens)) return;
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
