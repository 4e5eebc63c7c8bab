// One provider: condition, figures, errors, weights and alerts.
import { h, setKids } from '../dom.js';
import * as f from '../format.js';
import { csvButton, pages } from '../csv.js';
import { equal } from '../grouping.js';
import {
  bar,
  crumbs,
  empty,
  failed,
  panel,
  scrollTable,
  smooth,
  spark,
  status,
  tile,
  tileSkeleton,
} from '../parts.js';
import { notFound } from '../nothing.js';
import { isLive, rangeQuery, state } from '../state.js';
import * as api from '../api.js';
import * as series from '../series.js';
import { changeList, explanation, MODES, saved, weightOf } from '../weights.js';
import { excludedBy, excludedLine, exclusions, includeButton } from '../actions.js';
import { findings } from '../alerts.js';
import { alertList } from './alerts.js';
import { unalarmed } from '../trust.js';
import { providerCharts, updateCharts } from './providercharts.js';

export async function load() {
  const [answer, list, routing] = await Promise.all([
    api.provider(state.id, rangeQuery()),
    api.alerts(rangeQuery(), { provider: state.id, scope: 'provider' }),
    api.weights(rangeQuery()),
  ]);
  const { weights, saved } = routing;
  const isExcluded = excludedBy(weights).includes(answer.provider.provider);
  const policy = isExcluded ? await api.policy().catch(() => null) : null;
  return { ...answer, alerts: list.alerts, weights, saved, policy };
}
/** The API also knows a provider by other spellings of its name than those of its answers. */
export const title = () => f.providerName(f.providerId(state.id));

export function mount(main, act) {
  const named = () => h('div', null, h('h1', { text: title() }));
  const head = h('div', { cls: 'head' }, named());
  const tiles = h(
    'section',
    { cls: 'panel tiles', 'aria-label': 'Provider in the range' },
    Array.from({ length: 6 }, tileSkeleton),
  );
  const charts = providerCharts();
  const panels = Object.values(charts);
  const elements = panels.map((c) => c.el);
  const models = h('section', { cls: 'panel', 'aria-label': 'Models', hidden: true });
  const alerts = h('div');
  const routing = h('div');
  const plots = h('div', { cls: 'two' }, elements);
  main.replaceChildren(
    crumbs([['Fleet', 'fleet'], 'Providers'], title()),
    head,
    tiles,
    plots,
    routing,
    alerts,
    models,
  );

  let hasData = false;
  return {
    update(data) {
      hasData = true;
      const mine = (x) => x.scope === 'provider' && x.subject === data.provider.provider;
      const found = findings(isLive() ? data.open.filter(mine) : data.alerts, !isLive());
      setKids(alerts, alertList(data.alerts, 'Alerts in this range'));
      setKids(head, heading(data, found[0]));
      setKids(tiles, providerTiles(data.provider, data.usual, found[0]));
      updateCharts(charts, data);
      setKids(routing, weightPanel(data));
      plots.hidden = models.hidden = false;
      setKids(models, modelTable(data.provider));
      return found;
    },
    fail(error) {
      setKids(head, named());
      plots.hidden = models.hidden = true;
      setKids(tiles, h('div', { cls: 'tile whole' }, problem(error, act)));
      if (error.status === 404) exclusions().then(sayExcluded);
    },
  };

  /** Without calls, the provider has no figures, but its exclusion can still be ended. */
  function sayExcluded(excluded) {
    const id = f.providerId(state.id).toLowerCase();
    if (!hasData) setKids(routing, excluded?.includes(id) ? excludedLine(id) : null);
  }
}

/** Message in place of the figures: the provider was not called, or the API has failed. */
const problem = (error, act) =>
  error.status === 404
    ? empty(
        notFound(error, {
          soon: 'Providers appear with the first LLM call.',
          title: `${title()} was not called in this range`,
        }),
      )
    : failed(error, act);

function heading(data, problem) {
  const p = data.provider;
  const condition = problem
    ? status(problem.level, problem.word)
    : unalarmed(data, p.recent?.requests, 'No calls');
  return h(
    'div',
    null,
    h('h1', null, f.providerName(p.provider), ' ', condition),
    h('p', {
      cls: 'soft',
      text: problem
        ? `${problem.value}, ${problem.versus}. ${f.capital(problem.note)}.`
        : `${f.many(p.requests, 'call')}, ${f.percent(p.share, 0)} of all.`,
    }),
  );
}

function providerTiles(p, u, problem) {
  const r = p.recent;
  const bad = problem?.level === 'critical' ? 'bad' : problem ? 'warned' : '';
  const usual = (text) => (u ? `usual ${text}` : 'no earlier data');
  return [
    tile({
      label: 'Success, 5 min',
      value: f.percent(r?.success_rate),
      tone: problem && problem.measure !== 'time' ? bad : '',
      alert: problem,
      delta: `of ${f.many(r?.requests ?? 0, 'call')}`,
      sub: usual(f.percent(u?.success_rate)),
      spark: spark(p.series.map((s) => series.ratio(s.requests - s.failed, s.requests))),
    }),
    tile({
      label: 'Calls',
      value: f.count(p.requests),
      delta: `${f.count(p.failed)} failed`,
      sub: `${f.percent(p.success_rate)} succeeded`,
      spark: spark(smooth(p.series.map((s) => s.requests))),
    }),
    tile({
      label: 'Latency p95',
      value: f.duration(p.latency_ms.p95),
      tone: problem?.measure === 'time' ? bad : '',
      alert: problem,
      sub: `p50 ${f.duration(p.latency_ms.p50)}, p99 ${f.duration(p.latency_ms.p99)}`,
      spark: spark(smooth(p.series.map((s) => s.p95_ms))),
    }),
    tile({
      label: 'Share of calls',
      value: f.percent(p.share, 0),
      sub: usual(f.percent(u?.share, 0)),
    }),
    tile({
      label: 'Cost per success',
      value: f.unit(p.cost_per_success_usd),
      delta: f.change(p.cost_per_success_usd, u?.cost_per_success_usd),
      sub: usual(f.unit(u?.cost_per_success_usd)),
      spark: spark(smooth(p.series.map((s) => series.ratio(s.cost_usd, s.requests - s.failed)))),
    }),
    tile({
      label: 'Spent',
      value: f.atLeast(p.cost_usd, p.unpriced_requests),
      sub: `${f.compact(p.tokens?.total)} tokens, ${f.count(p.unpriced_requests)} unpriced`,
      spark: spark(smooth(p.series.map((s) => s.cost_usd))),
    }),
  ];
}

/** Reason for the provider's weight, and the changes of the weight. */
function weightPanel(data) {
  const w = data.weights;
  const title = 'Why it has this weight';
  if (!w)
    return panel(
      title,
      null,
      h('p', {
        cls: 'pad soft',
        text: 'No weights yet: the job decides them when the first calls arrive.',
      }),
    );
  const id = data.provider.provider;
  const changes = w.changes.filter((c) => c.provider === id);
  const note = saved(data.saved);
  return h(
    'div',
    { cls: 'stack' },
    panel(
      title,
      null,
      excluded(weightOf(w, id), data.policy),
      h('p', { cls: 'pad soft', text: howDecided(w) }),
      explanation(w, id),
      note ? h('p', { cls: 'pad soft', text: note }) : null,
    ),
    panel(
      'Weight changes',
      {
        actions: changes.length
          ? csvButton('the changes', () => ({ name: `weight-${id}`, lists: [changes] }))
          : null,
      },
      changes.length
        ? changeList(changes, false)
        : h('p', { cls: 'pad soft', text: 'No change of five points or more in this range.' }),
    ),
  );
}

/** The exclusion of the provider, its time and author, and a button that ends it. */
function excluded(w, policy) {
  if (w?.state !== 'excluded') return null;
  const by = policy?.by ? ` The policy was last changed by ${policy.by}.` : '';
  return h(
    'div',
    { cls: 'pad actions' },
    h('b', { text: `Excluded by the routing policy since ${f.moment(Date.parse(w.since))}.` }),
    by,
    includeButton(w.provider),
  );
}

/** Current use of the weights, and the value of a call. */
const howDecided = (w) =>
  [
    MODES[w.mode],
    w.expired ? 'They have expired: routers no longer follow them.' : null,
    `A success is worth ${f.unit(w.prices.success_usd)},`,
    `a failure costs ${f.unit(w.prices.failure_usd)},`,
    `a second of waiting ${f.unit(w.prices.second_usd)}.`,
    'A provider’s share is the probability that it is the best choice.',
  ]
    .filter(Boolean)
    .join(' ');

const MODEL_COLUMNS = [
  ['Model', ''],
  ['Calls', 'n'],
  ['Success', 'n'],
  ['p50', 'n p2'],
  ['p95', 'n p2'],
  ['Per call', 'n p2'],
  ['Cost', 'n'],
  ['Tokens', 'n p3'],
];
const modelRow = (m) =>
  h(
    'tr',
    null,
    h('td', { text: m.model }),
    h('td', { cls: 'n', text: f.count(m.requests) }),
    h('td', { cls: 'n', text: f.percent(m.success_rate) }),
    h('td', { cls: 'n p2', text: f.duration(m.latency_ms.p50) }),
    h('td', { cls: 'n p2', text: f.duration(m.latency_ms.p95) }),
    h('td', { cls: 'n p2', text: f.unit(m.cost_per_request_usd) }),
    h('td', { cls: 'n', text: f.atLeast(m.cost_usd, m.unpriced_requests) }),
    h('td', { cls: 'n p3', text: f.compact(m.tokens?.total) }),
  );
const modelTable = (p) => [
  bar('Models', {
    count: f.count(p.models.length),
    actions: csvButton('the models', () => ({
      name: `models-${p.provider}`,
      lists: pages(
        'groups',
        { ...rangeQuery(), by: 'provider,model', where: equal('provider', p.provider) },
        'groups',
      ),
    })),
  }),
  p.models.length
    ? scrollTable('Models', MODEL_COLUMNS, h('tbody', null, p.models.map(modelRow)))
    : h('p', { cls: 'pad soft', text: 'No model was called in this range.' }),
];
