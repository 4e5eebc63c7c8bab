// Who spent it, compared with an earlier range, and why it changed.
import { h, icon, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import * as g from '../grouping.js';
import { chartPanel } from '../charts.js';
import { empty, failed, skeleton, tile, tileSkeleton } from '../parts.js';
import { go, rangeQuery, state, viewLink } from '../state.js';
import { findings } from '../alerts.js';
import { budgetPanel, loadBudgets } from './budgets.js';
import { spendTable } from './spendtable.js';

const AGAINST = [
  ['', 'the range before'],
  ['day', 'a day earlier'],
  ['week', 'a week earlier'],
];
export const SHORT = 25;
export const shown = { limit: SHORT };

export const by = () => state.id || 'agent_type';
export const title = () => `Spend by ${g.words(by())}`;
export const query = () => ({
  by: by(),
  where: state.where,
  against: state.against,
  sort: state.order || '-cost_usd',
});

export async function load() {
  const [answer, budgets] = await Promise.all([
    api.spend(rangeQuery(), { ...query(), limit: shown.limit }),
    loadBudgets(),
  ]);
  return { ...answer, budgets };
}

const costPanel = () =>
  chartPanel({
    title: 'Cost',
    type: 'line',
    fmt: (v) => (v == null ? '–' : f.usd(v)),
    tick: f.usdTick,
    min: 0,
  });

export function mount(main, act) {
  shown.limit = SHORT;
  const head = h('div', null, h('div', { cls: 'head' }, h('h1', { text: 'Spend' })));
  const lead = h('section', { cls: 'panel pad', 'aria-label': 'Spend' }, skeleton('list'));
  const tiles = h(
    'section',
    { cls: 'panel tiles few', 'aria-label': 'Figures of the range' },
    Array.from({ length: 5 }, tileSkeleton),
  );
  const cost = costPanel();
  const movers = h('section', { cls: 'panel', 'aria-label': 'Greatest changes' });
  const table = spendTable(act);
  const budgets = budgetPanel(act);
  main.replaceChildren(
    head,
    lead,
    tiles,
    h('div', { cls: 'two' }, movers, cost.el),
    table.el,
    budgets.el,
  );
  return {
    update(data) {
      setKids(head, heading(data));
      setKids(lead, sentence(data));
      setKids(tiles, figures(data));
      setKids(movers, moverList(data));
      cost.update(costChart(data));
      table.update(data);
      budgets.update(data.budgets, data);
      return findings(data.open);
    },
    fail(error) {
      setKids(lead, failed(error, act));
      setKids(tiles);
      tiles.hidden = true;
      movers.hidden = true;
      cost.fail(error, act);
      table.fail();
      budgets.fail(error);
    },
  };
}

const chip = (to, where, text, current) =>
  h('a', {
    ...viewLink('spend', to, { where, against: state.against }),
    cls: 'chip',
    'aria-current': current ? 'true' : null,
    text,
  });

/** Groupings as links: of everything, or of what is selected. */
function groupings(data) {
  const [selected] = g.conditions(state.where);
  if (!selected)
    return g.offered(data.names).map((to) => chip(to, '', g.words(to), to === by()));
  const [name] = selected;
  return g
    .within(name, data.names)
    .map((other) => [`${name},${other}`, other])
    .map(([to, other]) => chip(to, state.where, g.word(other), to === by()));
}

function heading(data) {
  const selected = g.conditions(state.where);
  const group = Object.fromEntries(selected.map(([name, value]) => [name, value || null]));
  const name = selected.length ? g.valuesOf(group) : '';
  const tasks = selected.length ? g.tasksLink(group) : null;
  return [
    selected.length
      ? h(
          'nav',
          { cls: 'crumbs', 'aria-label': 'Breadcrumb' },
          h('a', {
            ...viewLink('spend', selected[0][0], { against: state.against }),
            text: `Spend by ${g.word(selected[0][0])}`,
          }),
          icon('right', 's'),
          h('span', { text: name }),
        )
      : null,
    h(
      'div',
      { cls: 'head' },
      h('div', null, h('h1', { text: name ? `Spend of ${name}` : 'Spend' })),
      h('div', { cls: 'actions' }, against(), tasks && h('a', { ...tasks, text: 'Its tasks' })),
    ),
    h('nav', { cls: 'bar line', 'aria-label': 'Group by' }, h('span', { text: 'By' }), groupings(data)),
  ];
}

function against() {
  const select = h(
    'select',
    {
      'aria-label': 'Compare with',
      onchange: (e) => go({ against: e.target.value }, { replace: true }),
    },
    AGAINST.map(([value, text]) =>
      h('option', { value, text: `against ${text}`, selected: value === state.against }),
    ),
  );
  return select;
}

const more = (usd) => `${f.usd(Math.abs(usd))} ${usd < 0 ? 'less' : 'more'}`;
const rate = (change) => (change == null ? '' : ` (${f.signed(100 * change, 0)} %)`);

function sentence(data) {
  const t = data.totals;
  if (!t.requests && !t.tasks && !t.before?.requests) return nothing();
  const span = f.spanName(Date.parse(data.range.to) - Date.parse(data.range.from));
  const bound = t.unpriced_requests ? 'at least ' : '';
  const spent = `${bound}${f.usd(t.cost_usd)} in ${span}`;
  const compared =
    t.change_usd == null
      ? `, not compared: ${data.not_compared || t.reason}.`
      : t.change_usd === 0
        ? ', as much as before.'
        : `, ${more(t.change_usd)} than before${rate(t.change)}: ${t.reason}.`;
  const before = data.before
    ? `Before: ${f.moment(Date.parse(data.before.from))} to ${f.moment(Date.parse(data.before.to))}.`
    : null;
  return [
    h('p', { cls: 'spent' }, h('b', { text: spent }), compared),
    h('p', { cls: 'soft small', text: [before, counted(data), unpriced(t)].filter(Boolean).join(' ') }),
  ];
}

const counted = (data) =>
  data.counted_since
    ? `Counted since ${f.moment(Date.parse(data.counted_since))}; earlier calls are missing here.`
    : null;
const unpriced = (t) =>
  t.unpriced_requests
    ? `${f.many(t.unpriced_requests, 'call')} of unknown cost: amounts are lower bounds.`
    : null;

const nothing = () =>
  empty({
    title: 'Nothing was spent in this range',
    text: 'Choose a longer range, or connect an agent.',
    action: { text: 'Connect an agent', run: () => go({ view: 'connect', id: '' }) },
  });

function figures(data) {
  const t = data.totals;
  const b = t.before;
  const was = (text) => (b ? `before ${text}` : 'not compared');
  const per = t.cost_per_success_usd;
  return [
    tile({
      label: 'Spent',
      value: f.usd(t.cost_usd),
      delta: t.unpriced_requests ? 'lower bound;' : null,
      sub: was(f.usd(b?.cost_usd)),
    }),
    tile({ label: 'Calls', value: f.count(t.requests), sub: was(f.count(b?.requests)) }),
    tile({ label: 'Tasks', value: f.count(t.tasks), sub: was(f.count(b?.tasks)) }),
    tile({
      label: 'Cost per success',
      value: per == null ? '–' : f.unit(per),
      sub: was(b?.cost_per_success_usd == null ? '–' : f.unit(b.cost_per_success_usd)),
    }),
    tile({
      label: 'Cached input',
      value: f.percent(t.cached_share, 0),
      sub: was(f.percent(b?.cached_share, 0)),
    }),
  ];
}

function moverList(data) {
  const rows = data.movers.map((m) =>
    h(
      'li',
      null,
      h('b', { cls: 'amount', text: `${m.change_usd < 0 ? '−' : '+'}${f.usd(Math.abs(m.change_usd))}` }),
      h(
        'span',
        null,
        h('b', { text: g.valuesOf(m.group) }),
        h('span', { cls: 'sub', text: m.reason }),
      ),
    ),
  );
  const none = data.before
    ? 'No group spent more or less than before.'
    : `Not compared: ${data.not_compared}.`;
  return [
    h('div', { cls: 'bar' }, h('h2', { text: 'Greatest changes' })),
    rows.length
      ? h('ol', { cls: 'movers' }, rows)
      : h('p', { cls: 'message', text: none }),
  ];
}

function costChart(data) {
  const points = data.series.points;
  const pick = (name) => points.map((p) => p[name]);
  const known = pick('cost_usd').filter((v) => v != null);
  if (!known.length) return { message: { title: 'No calls in this range', text: '' } };
  const times = points.map((p) => Date.parse(p.time));
  const most = Math.max(...known);
  const at = times[pick('cost_usd').indexOf(most)];
  const through = data.data_through ? Date.parse(data.data_through) : times.at(-1);
  return {
    times,
    step: data.series.step * 1000,
    unit: `$ ${f.perStep(data.series.step)}`,
    open: times.at(-1) + data.series.step * 1000 > through,
    series: [
      { name: 'this range', cls: 'ci', values: points.map((p, i) => (times[i] > through ? null : p.cost_usd)) },
      ...(data.before ? [{ name: 'before', cls: 'cd', values: pick('before_usd') }] : []),
    ],
    summary: `Most: ${f.usd(most)} at ${f.tick(at, times.at(-1) - times[0])}.`,
  };
}
