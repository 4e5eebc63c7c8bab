// The head of the spend view: what it is grouped by, the sentence, and the figures of the range.
import { h } from '../dom.js';
import * as f from '../format.js';
import * as g from '../grouping.js';
import { crumbs, empty, tile } from '../parts.js';
import { go, state, viewLink } from '../state.js';

const AGAINST = [
  ['', 'the previous range'],
  ['day', 'a day earlier'],
  ['week', 'a week earlier'],
];

export const by = () => state.id || 'agent_type';

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
  if (!selected) return g.offered(data.names).map((to) => chip(to, '', g.words(to), to === by()));
  const [name] = selected;
  return g
    .within(name, data.names)
    .map((other) => [`${name},${other}`, other])
    .map(([to, other]) => chip(to, state.where, g.word(other), to === by()));
}

export function heading(data) {
  const selected = g.conditions(state.where);
  const first = selected[0]?.[0];
  const group = Object.fromEntries(selected.map(([name, value]) => [name, value || null]));
  const name = selected.length ? g.valuesOf(group) : '';
  const tasks = selected.length ? g.tasksLink(group) : null;
  return [
    selected.length
      ? crumbs([[`Spend by ${g.word(first)}`, 'spend', first, { against: state.against }]], name)
      : null,
    h(
      'div',
      { cls: 'head' },
      h('div', null, h('h1', { text: name ? `Spend of ${name}` : 'Spend' })),
      h(
        'div',
        { cls: 'actions' },
        day(),
        against(),
        tasks && h('a', { ...tasks, text: 'Its tasks' }),
        h('a', { ...viewLink('models'), text: 'Compare models' }),
      ),
    ),
    h('nav', { cls: 'by', 'aria-label': 'Group by' }, h('span', { text: 'By' }), groupings(data)),
  ];
}

const DAY_MS = 864e5;
const startOf = (text) => Date.parse(`${text}T00:00${state.local ? '' : 'Z'}`);
const nextDay = (start) =>
  state.local ? new Date(start).setDate(new Date(start).getDate() + 1) : start + DAY_MS;

/** Shows a day of the calendar, up to now. */
function showDay(text) {
  const start = startOf(text);
  if (!(start < Date.now())) return;
  const end = Math.min(nextDay(start), Date.now());
  go({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
}

const day = () =>
  h('label', null, 'Day ', h('input', { type: 'date', onchange: (e) => showDay(e.target.value) }));

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

export function sentence(data) {
  const at = (time) => f.moment(Date.parse(time));
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
  const before = data.before ? `Before: ${at(data.before.from)} to ${at(data.before.to)}.` : null;
  return [
    h('p', { cls: 'spent' }, h('b', { text: spent }), compared),
    h('p', {
      cls: 'soft small',
      text: [before, counted(data), unpriced(t)].filter(Boolean).join(' '),
    }),
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

export function figures(data) {
  const t = data.totals;
  const b = t.before;
  const was = (text) => (b ? `before ${text}` : 'not compared');
  const unit = f.orDash(f.unit);
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
      value: unit(t.cost_per_success_usd),
      sub: was(unit(b?.cost_per_success_usd)),
    }),
    tile({
      label: 'Cached input',
      value: f.percent(t.cached_share, 0),
      sub: was(f.percent(b?.cached_share, 0)),
    }),
  ];
}
