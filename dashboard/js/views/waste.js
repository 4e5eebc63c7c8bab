// Waste by pattern: cost per month, agents that cause it, and advice.
import { h, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { csvButton, pages } from '../csv.js';
import { nothing } from '../nothing.js';
import { crumbs, empty, failed, panel, scrollTable, skeleton } from '../parts.js';
import { rangeQuery } from '../state.js';
import { findings } from '../alerts.js';
import { flow } from '../flow.js';
import { taskLink } from '../tasks.js';

export const title = () => 'Waste';
export const load = () => api.waste(rangeQuery());

const ABOUT =
  'Model calls that cost money without progress, found in tasks that have ended. No call is ' +
  'counted twice. Repeated reads are found only for clients that send a hash of the file.';
const COLUMNS = [
  ['Pattern', ''],
  ['Agent type', ''],
  ['Repository', 'p2'],
  ['In 30 days', 'n'],
  ['Share', 'n p2'],
  ['Tasks', 'n p2'],
  ['Examples', ''],
];
const MAX_TYPES = 6;
const OTHERS = 'other types';

export function mount(main, act) {
  const head = h(
    'div',
    { cls: 'head' },
    h('div', null, h('h1', { text: 'Waste' }), h('p', { cls: 'soft', text: ABOUT })),
  );
  const list = h('div', { cls: 'stack' }, h('section', { cls: 'panel' }, skeleton('list')));
  main.replaceChildren(crumbs([['Insights', 'insights']], 'Waste'), head, list);
  return {
    update(data) {
      setKids(list, data.waste.length ? content(data) : noWaste(data));
      return findings(data.open, false);
    },
    fail(error) {
      setKids(list, h('section', { cls: 'panel' }, failed(error, act)));
    },
  };
}

const NEEDED = 'Patterns are found in tasks that have ended and whose tool calls are reported.';
const noWaste = (data) =>
  h(
    'section',
    { cls: 'panel' },
    empty(nothing(data, { soon: NEEDED, title: 'No waste in this range', text: NEEDED })),
  );

function content(data) {
  const patterns = new Map(data.patterns.map((p) => [p.pattern, p]));
  const nameOf = (row) => patterns.get(row.pattern).title;
  return [
    h(
      'section',
      { cls: 'panel', 'aria-label': 'From agents to patterns' },
      h('p', { cls: 'pad lead-line', text: sentence(data, nameOf) }),
      picture(data, nameOf),
    ),
    panel(
      'By pattern, agent type and repository',
      {
        label: 'Waste by pattern',
        actions: csvButton('the waste', () => ({
          name: 'waste',
          range: data.range,
          lists: pages('waste', rangeQuery(), 'waste'),
        })),
      },
      scrollTable(
        'Waste by pattern',
        COLUMNS,
        h(
          'tbody',
          null,
          data.waste.map((row) => line(row, nameOf(row))),
        ),
      ),
      data.total > data.waste.length
        ? h('p', { cls: 'pad soft', text: `The first ${data.waste.length} of ${data.total}.` })
        : null,
    ),
    advice(data, patterns),
  ];
}

const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0);

function sentence(data, nameOf) {
  const span = f.spanName(Date.parse(data.range.to) - Date.parse(data.range.from));
  const [most] = data.waste;
  const unpriced = sum(data.waste, 'unpriced_calls');
  return (
    `${f.usd(sum(data.waste, 'cost_usd'))} wasted in ${span}, ` +
    `${f.usd(sum(data.waste, 'cost_per_month_usd'))} in 30 days at this rate. Most of it: ` +
    `“${nameOf(most)}” by ${most.agent_type}` +
    `${most.repo ? ` in ${most.repo}` : ''} (${f.percent(most.share, 0)}).` +
    `${unpriced ? ` ${f.many(unpriced, 'wasted call')} of unknown cost not included.` : ''}`
  );
}

/** Links from agent types to patterns; small agent types are combined. */
function links(rows, nameOf) {
  const types = new Map();
  rows.forEach((r) => types.set(r.agent_type, (types.get(r.agent_type) || 0) + r.cost_usd));
  const greatest = [...types].sort((a, b) => b[1] - a[1]).slice(0, MAX_TYPES);
  const named = new Set(greatest.map(([type]) => type));
  const sums = new Map();
  rows.forEach((r) => {
    const from = named.has(r.agent_type) ? r.agent_type : OTHERS;
    const key = JSON.stringify([from, nameOf(r)]);
    sums.set(key, (sums.get(key) || 0) + r.cost_per_month_usd);
  });
  return [...sums]
    .filter(([, value]) => value > 0)
    .map(([key, value]) => ({ from: JSON.parse(key)[0], to: JSON.parse(key)[1], value }));
}

function picture(data, nameOf) {
  const all = links(data.waste, nameOf);
  if (!all.length) return null;
  const [most] = [...all].sort((a, b) => b.value - a.value);
  return h(
    'figure',
    { cls: 'pad' },
    flow(all, {
      format: f.usd,
      summary:
        'Cost in 30 days from agent types to patterns of waste. The largest: ' +
        `${most.from} to ${most.to}, ${f.usd(most.value)}. All are in the table below.`,
    }),
    h('figcaption', { cls: 'soft', text: 'Cost in 30 days, from agent types to patterns' }),
  );
}

const found = (x) =>
  `${f.many(x.times, 'time')}, ${f.atLeast(x.cost_usd, x.unpriced_calls, f.unit)}`;

const example = (x) =>
  h(
    'div',
    { cls: 'two-line' },
    taskLink(x.task_id),
    h('span', {
      cls: 'sub',
      text: `${x.tool ? `${x.tool}, ` : ''}${found(x)}`,
    }),
  );

const line = (row, name) =>
  h(
    'tr',
    null,
    h('td', { cls: 'wrap' }, h('b', { text: name })),
    h('td', { text: row.agent_type }),
    h('td', { cls: 'p2', text: row.repo || 'no tag' }),
    h(
      'td',
      { cls: 'n' },
      f.atLeast(row.cost_per_month_usd, row.unpriced_calls),
      row.unpriced_calls
        ? h('div', { cls: 'sub', text: `${f.many(row.unpriced_calls, 'call')} unpriced` })
        : null,
    ),
    h('td', { cls: 'n p2', text: f.percent(row.share) }),
    h('td', { cls: 'n p2', text: f.count(row.tasks) }),
    h('td', { cls: 'wrap' }, h('div', { cls: 'examples' }, row.examples.map(example))),
  );

function advice(data, patterns) {
  const found = [...patterns.values()].filter((p) =>
    data.waste.some((row) => row.pattern === p.pattern),
  );
  return panel(
    'What to change',
    null,
    h(
      'dl',
      { cls: 'pad advice' },
      found.map((p) => [h('dt', { text: p.title }), h('dd', { text: p.advice })]),
    ),
  );
}
