// Head of the spend view: groupings, summary sentence, and the figures of the range.
import { h, toast } from '../dom.js';
import * as f from '../format.js';
import * as g from '../grouping.js';
import { isUnused, nothing } from '../nothing.js';
import { crumbs, empty, tile } from '../parts.js';
import { go, isLive, state, viewLink } from '../state.js';
import { doubt } from '../trust.js';
import { by } from './spendquery.js';

const AGAINST = [
  ['', 'the previous range'],
  ['day', 'a day earlier'],
  ['week', 'a week earlier'],
];

const chip = (to, where, text, current) =>
  h('a', {
    ...viewLink('spend', to, { where, against: state.against }),
    cls: 'chip',
    'aria-current': current ? 'true' : null,
    text,
  });

/** Groupings as links: of the whole spend, or of the selected group. */
function groupings(data) {
  const [selected] = g.conditions(state.where);
  if (!selected) return g.offered(data.names).map((to) => chip(to, '', g.words(to), to === by()));
  const [name] = selected;
  return g
    .within(name, data.names)
    .map((other) => [`${name},${other}`, other])
    .map(([to, other]) => chip(to, state.where, g.word(other), to === by()));
}

/** Link to the models side by side, of the selected group if there is one. */
function modelsLink(selected) {
  const [name, value] = selected[0] || [];
  if (!name || !value || name === 'model') return viewLink('models');
  return name === 'agent_type'
    ? viewLink('models', value)
    : viewLink('models', '', { where: g.equal(name, value) });
}

function toBudgets(e) {
  e.preventDefault();
  showBudgets();
}

export const showBudgets = () => document.getElementById('budgets')?.scrollIntoView();

/** Note on the tags that the job does not count together with the selected one. */
function uncrossed(name, names) {
  const way = g.howToCross(name, names);
  if (!way) return null;
  return h(
    'p',
    { cls: 'soft small' },
    `No groups by ${way.words}: the job does not count ${way.pronoun} together with `,
    `${g.word(name)}. To change this, start the job with `,
    h('code', { text: `--dimensions ${way.option}` }),
    '.',
  );
}

export function heading(data) {
  if (isUnused(data)) return h('div', { cls: 'head' }, h('h1', { text: 'Spend' }));
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
        tasks && h('a', { ...tasks, text: 'Show tasks' }),
        h('a', { ...modelsLink(selected), text: 'Compare models' }),
        h('a', { href: '#budgets', text: 'Budgets', onclick: toBudgets }),
      ),
    ),
    h('nav', { cls: 'by', 'aria-label': 'Group by' }, h('span', { text: 'By' }), groupings(data)),
    selected.length ? uncrossed(first, data.names) : null,
  ];
}

const DAY_MS = 864e5;
const startOf = (text) => Date.parse(`${text}T00:00${state.local ? '' : 'Z'}`);
const nextDay = (start) =>
  state.local ? new Date(start).setDate(new Date(start).getDate() + 1) : start + DAY_MS;

/** Shows a day of the calendar, up to now. Reports a day out of bounds; ignores an empty field. */
function showDay(field) {
  if (!field.value || field.value === shownDay()) return;
  if (!field.validity.valid) {
    toast(`No data of ${field.value}. Choose a day from ${field.min} to ${field.max}.`);
    return;
  }
  const start = startOf(field.value);
  const end = Math.min(nextDay(start), Date.now());
  go({ from: new Date(start).toISOString(), to: new Date(end).toISOString() });
}

/** The selected day; empty if the range is not a day. */
function shownDay() {
  const from = Date.parse(state.from);
  const to = Date.parse(state.to);
  return from && to && f.isOneDay(from, to) ? f.dateOf(from) : '';
}

/** Keys that change a part of the day. */
const EDITS = /^(\d|ArrowUp|ArrowDown|Backspace|Delete)$/;

/** True while the day in the field is typed, also if a refresh draws the field again. */
let isTyped = false;

/**
 * Field for a day. The browser reports a change after each digit that is typed, so a typed day is
 * shown when the field is left or on Enter; a day from the calendar is shown at once.
 */
function day() {
  const show = (e) => {
    isTyped = false;
    showDay(e.target);
  };
  return h(
    'label',
    null,
    'Day ',
    h('input', {
      type: 'date',
      min: f.FIRST_DAY,
      max: f.dateOf(Date.now()),
      value: shownDay() || null,
      onfocus: () => (isTyped = false),
      onkeydown: (e) => {
        if (e.key === 'Enter') show(e);
        else isTyped ||= EDITS.test(e.key) && !e.altKey;
      },
      onchange: (e) => isTyped || show(e),
      onblur: (e) => isTyped && show(e),
    }),
  );
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

/** The range in words: "in 24 h" up to now, else "on 22 Nov" or "in the range 22 Nov–24 Nov". */
function during(range) {
  const from = Date.parse(range.from);
  const to = Date.parse(range.to);
  if (isLive()) return `in ${f.spanName(to - from)}`;
  const isWithin = f.dateOf(from) === f.dateOf(to - 1);
  return `${isWithin ? 'on' : 'in the range'} ${f.span(from, to)}`;
}

/** Event time is always some seconds behind the newest event, which may be out of order. */
const USUAL_LAG_MS = 15000;

/**
 * Warning that later spend may be missing while the job has not reached the end of the range. Some
 * later calls may be included: event time follows the slowest partition of the events.
 */
export function incomplete(data) {
  const unsure = doubt(data);
  if (!unsure) return null;
  const through = data.data_through ? Date.parse(data.data_through) : null;
  const last = data.health?.last_event_at ? Date.parse(data.health.last_event_at) : Infinity;
  const counted =
    through && through < Math.min(last - USUAL_LAG_MS, Date.parse(data.range.to))
      ? ` Some calls after ${f.moment(through)} may be missing.`
      : '';
  return h(
    'p',
    { cls: 'panel unsure pad' },
    h('b', { text: `${unsure.title} ` }),
    unsure.text,
    counted,
  );
}

export function sentence(data) {
  const at = (time) => f.moment(Date.parse(time));
  const t = data.totals;
  if (isNothing(data)) return noSpend(data);
  const bound = t.unpriced_requests ? 'at least ' : '';
  const amount = t.cost_usd == null ? 'An unknown amount' : bound + f.usd(t.cost_usd);
  const spent = `${f.capital(amount)} ${during(data.range)}`;
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

/** True if there is no spend in the range, nor in the range that it is compared with. */
export const isNothing = ({ totals }) =>
  !totals.requests && !totals.tasks && !totals.before?.requests;

export const noSpend = (data) =>
  empty(
    nothing(data, {
      soon: 'Spend appears with the first LLM call, by agent, model, and tags such as team.',
      title: 'Nothing was spent in this range',
    }),
  );

export function figures(data) {
  const t = data.totals;
  const b = t.before;
  const was = (text) => (b ? `before ${text}` : 'not compared');
  const unit = f.orDash(f.unit);
  return [
    tile({
      label: 'Spent',
      value: f.atLeast(t.cost_usd, t.unpriced_requests),
      sub: was(f.atLeast(b?.cost_usd, b?.unpriced_requests)),
      title: unpriced(t),
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
