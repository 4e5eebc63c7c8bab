// Cards of the providers: state, figures, and weight or share of calls.
import { includeButton } from '../actions.js';
import { h } from '../dom.js';
import * as f from '../format.js';
import { swatch } from '../linestyles.js';
import { basis, percent, stateOf, stepLine, weightOf } from '../weights.js';
import { figure, smooth, spark, status } from '../parts.js';
import { viewLink } from '../state.js';
import * as series from '../series.js';
import { classOf } from '../providers.js';
import { unalarmed } from '../trust.js';

export function providerCards(data, found, most) {
  const calls = data.overview.series.map((_, i) =>
    data.providers.reduce((sum, p) => sum + (p.series[i]?.requests || 0), 0),
  );
  const problemOf = (p) => found.find((x) => x.scope === 'provider' && x.id === p.provider);
  const sick = (p) => (problemOf(p) ? 0 : 1);
  return [...data.providers]
    .sort((a, b) => sick(a) - sick(b) || b.requests - a.requests)
    .slice(0, most)
    .map((p) => providerCard(data, p, problemOf(p), calls));
}

function providerCard(data, p, problem, calls) {
  const level = problem?.level;
  const cls = classOf(p.provider, data.providers);
  const weight = weightOf(data.weights, p.provider);
  const name = f.providerName(p.provider);
  return h(
    'article',
    { cls: `panel pcard ${level === 'critical' ? 'down' : ''}`, 'aria-label': name },
    h(
      'div',
      { cls: 'row' },
      h('a', { cls: 'name', ...viewLink('provider', p.provider) }, swatch(cls), name),
      problem ? status(level, problem.word) : unalarmed(data, p.recent?.requests, 'No calls'),
    ),
    providerFigures(p, problem),
    weight ? weightLine(data, weight, cls) : callsLine(data, p, calls, cls),
    h('p', { cls: 'why', text: `${why(p)}${weight ? routerSays(weight, data.weights) : ''}` }),
    data.excluded.includes(p.provider) ? h('div', null, includeButton(p.provider)) : null,
  );
}

function providerFigures(p, problem) {
  const level = problem?.level;
  const bad = level === 'critical' ? 'crit' : level === 'warning' ? 'warn' : '';
  return h(
    'dl',
    { cls: 'figs' },
    figure(
      `Success, 5 min (n ${f.count(p.recent?.requests)})`,
      f.percent(p.recent?.success_rate),
      problem && problem.measure !== 'time' ? bad : '',
    ),
    figure(
      `Latency p95 (n ${f.compact(p.requests)})`,
      f.duration(p.latency_ms.p95),
      problem?.measure === 'time' ? bad : '',
    ),
    figure('Per success', f.unit(p.cost_per_success_usd)),
    figure('Spent', f.atLeast(p.cost_usd, p.unpriced_requests)),
  );
}

/** The weight over the range, and the current weight. */
function weightLine(data, weight, cls) {
  const from = Date.parse(data.range.from);
  const to = Math.min(Date.parse(data.range.to), Date.parse(data.generated_at));
  const now = h('b', { text: percent(weight.weight) });
  return h(
    'div',
    { cls: 'share' },
    stepLine(weight.series, from, to, cls),
    h('span', null, 'weight ', now, `, usual ${percent(weight.usual_weight)}`),
  );
}

/** The share of all calls over the range, for a provider without a weight. */
function callsLine(data, p, calls, cls) {
  const before = data.usual?.providers.find((u) => u.provider === p.provider);
  const share = p.series.map((x, k) => series.ratio(x.requests, calls[k]));
  const now = h('b', { text: f.percent(p.share, 0) });
  const usual = before ? `, usual ${f.percent(before.share, 0)}` : '';
  return h(
    'div',
    { cls: 'share' },
    shareLine(share, cls),
    h('span', null, 'share of calls ', now, usual),
  );
}

function routerSays(weight, weights) {
  const state = [stateOf(weight), basis(weight)].filter(Boolean).join(', ');
  const old = weights.expired ? ' These weights have expired.' : '';
  return ` Router (${state}): ${f.named(weight.reason)}${old}`;
}

function why(p) {
  const errors = Object.entries(p.recent?.errors || {})
    .sort((a, b) => b[1] - a[1])
    .map(([type, n]) => `${n} ${f.words(type)}`);
  if (!p.recent?.requests) return 'No calls in the last 5 minutes of the range.';
  return errors.length
    ? `Last 5 min: ${errors.join(', ')} in ${f.many(p.recent.requests, 'call')}.`
    : `No failed calls in the last 5 min (${f.many(p.recent.requests, 'call')}).`;
}

function shareLine(values, cls) {
  const line = spark(smooth(values, 3));
  line.setAttribute('class', '');
  line.querySelectorAll('path').forEach((path) => path.classList.add(cls));
  return line;
}
