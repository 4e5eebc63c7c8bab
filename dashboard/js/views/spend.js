// Spend by group, compared with an earlier range, with the causes of each change.
import { h, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import * as g from '../grouping.js';
import { chartPanel } from '../charts.js';
import { isUnused } from '../nothing.js';
import { bar, failed, skeleton, tileSkeleton } from '../parts.js';
import { rangeQuery, state } from '../state.js';
import { findings } from '../alerts.js';
import { figures, heading, incomplete, isNothing, noSpend, sentence, showBudgets } from './spendhead.js';
import { budgetPanel, loadBudgets } from './budgets.js';
import { by, query, SHORT, shown } from './spendquery.js';
import { groupLink, spendTable } from './spendtable.js';

export const title = () => `Spend by ${g.words(by())}`;

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
    fmt: f.usd,
    tick: f.usdTick,
    min: 0,
    isSum: true,
  });

export function mount(main, act) {
  shown.limit = SHORT;
  const head = h('div', null, h('div', { cls: 'head' }, h('h1', { text: 'Spend' })));
  const missing = h('div');
  const lead = h('section', { cls: 'panel pad', 'aria-label': 'Spend' }, skeleton('list'));
  const tiles = h(
    'section',
    { cls: 'panel tiles five', 'aria-label': 'Figures of the range' },
    Array.from({ length: 5 }, tileSkeleton),
  );
  const cost = costPanel();
  const movers = h('section', { cls: 'panel', 'aria-label': 'Largest changes' });
  const table = spendTable(act);
  const budgets = budgetPanel(act);
  const pair = h('div', { cls: 'two' }, movers, cost.el);
  const proof = [tiles, pair, table.el, budgets.el];
  main.replaceChildren(head, missing, lead, ...proof);
  let isToJump = state.show === 'budgets';
  return {
    update(data) {
      const isEmpty = isNothing(data);
      proof.forEach((part) => (part.hidden = isEmpty && part !== budgets.el));
      setKids(head, heading(data));
      setKids(missing, incomplete(data));
      setKids(lead, sentence(data));
      setKids(tiles, figures(data));
      setKids(movers, moverList(data));
      cost.update(costChart(data));
      if (!isEmpty) table.update(data);
      budgets.update(data.budgets, data);
      if (isToJump) showBudgets();
      isToJump = false;
      return findings(data.open);
    },
    fail(error) {
      const isEarly = isUnused(error.health);
      setKids(lead, isEarly ? noSpend(error.health) : failed(error, act));
      proof.forEach((part) => (part.hidden = true));
    },
  };
}

function moverList(data) {
  const rows = data.movers.map((m) =>
    h(
      'li',
      null,
      h('b', {
        cls: 'amount',
        text: `${m.change_usd < 0 ? '−' : '+'}${f.usd(Math.abs(m.change_usd))}`,
      }),
      h('span', null, h('b', null, groupLink(m.group)), h('span', { cls: 'sub', text: m.reason })),
    ),
  );
  const none = data.before
    ? 'No group spent more or less than before.'
    : `Not compared: ${data.not_compared}.`;
  return [
    bar('Largest changes'),
    rows.length ? h('ol', { cls: 'movers' }, rows) : h('p', { cls: 'message', text: none }),
  ];
}

const before = (data, values) => ({
  name: 'before',
  cls: 'cd',
  values,
  shown: data.totals.before?.cost_usd ?? null,
});

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
      {
        name: 'this range',
        cls: 'ci',
        // A step after the event time without cost is not known to be without calls.
        values: points.map((p, i) => (times[i] > through ? p.cost_usd || null : p.cost_usd)),
        shown: data.totals.cost_usd,
      },
      ...(data.before ? [before(data, pick('before_usd'))] : []),
    ],
    summary: `Peak: ${f.usd(most)} at ${f.tick(at, times.at(-1) - times[0])}.`,
  };
}
