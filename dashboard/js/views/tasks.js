// Search of tasks: outcome, error, tag, model, cost, duration and time.
import { h, setKids, setText } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { csvButton, pages } from '../csv.js';
import { conditions, equal } from '../grouping.js';
import { empty, failed, scrollTable, skeleton } from '../parts.js';
import { go, rangeQuery, state, viewLink } from '../state.js';
import { findings } from '../alerts.js';
import { outcomeWithMessage, taskLink } from '../tasks.js';

const PAGE = 50;
const OUTCOMES = ['succeeded', 'failed', 'cancelled', 'unreported'];
const ORDERS = [
  ['', 'newest first'],
  ['ended_at', 'oldest first'],
  ['-cost_usd', 'most expensive first'],
  ['-duration_ms', 'longest first'],
];
const COLUMNS = [
  ['Ended', ''],
  ['Task', ''],
  ['Agent', 'p2'],
  ['Outcome', ''],
  ['Duration', 'n p2'],
  ['Cost', 'n'],
  ['Tokens', 'n p3'],
  ['Calls', 'n p3'],
  ['Model', 'p3'],
  ['Tags', 'p3'],
];
/** Fields of the form: parts of the address, and conditions of `where` by their beginning. */
const FIELDS = [
  { name: 'error', label: 'Error contains', hint: 'rate limit' },
  { name: 'tag', label: 'Tag', hint: 'team:search' },
  { name: 'id', label: 'Agent', hint: 'agent id' },
  { where: 'agent_type=', label: 'Agent type' },
  { where: 'model=', label: 'Model' },
  { where: 'provider=', label: 'Provider' },
  { where: 'cost_usd>=', label: 'Costs at least', hint: '$', number: true },
  { where: 'duration_ms>=', label: 'Takes at least', hint: 'seconds', number: true, times: 1000 },
];

export const title = () => 'Tasks';
const query = () => ({
  agent_id: state.id,
  outcome: state.outcome,
  error: state.error,
  tag: state.tag,
  where: state.where,
  sort: state.order,
});
export const load = () => api.search(rangeQuery(), { ...query(), limit: PAGE });

/** The value of a field in the address. */
function valueOf(field) {
  if (field.name) return state[field.name];
  if (!field.number)
    return conditions(state.where).find(([name]) => `${name}=` === field.where)?.[1] || '';
  const part = state.where.split(',').find((text) => text.startsWith(field.where));
  const value = part ? part.slice(field.where.length) : '';
  return value && field.times ? String(value / field.times) : value;
}

function typed(inputs) {
  const changes = {};
  const where = [];
  FIELDS.forEach((field, i) => {
    const value = inputs[i].value.trim();
    if (field.name) changes[field.name] = value;
    else if (value && field.number) where.push(field.where + value * (field.times || 1));
    else if (value) where.push(equal(field.where.slice(0, -1), value));
  });
  return { ...changes, where: where.join(',') };
}

function form() {
  const inputs = FIELDS.map((field) =>
    h('input', {
      type: field.number ? 'number' : 'text',
      min: field.number ? 0 : null,
      step: field.number ? 'any' : null,
      placeholder: field.hint,
      autocomplete: 'off',
      id: field.name === 'error' ? 'filter' : null,
    }),
  );
  const chips = ['', ...OUTCOMES].map((outcome) =>
    h('button', {
      type: 'button',
      cls: 'chip',
      text: outcome ? f.words(outcome) : 'all',
      onclick: () => go({ ...typed(inputs), outcome }, { replace: true }),
    }),
  );
  const order = h(
    'select',
    {
      'aria-label': 'Sort',
      onchange: (e) => go({ ...typed(inputs), order: e.target.value }, { replace: true }),
    },
    ORDERS.map(([value, text]) => h('option', { value, text })),
  );
  const problem = h('p', { cls: 'error', role: 'alert' });
  const clear = () =>
    go({ id: '', outcome: '', error: '', tag: '', where: '' }, { replace: true });
  const el = h(
    'form',
    {
      cls: 'search pad',
      'aria-label': 'Search',
      onsubmit: (e) => {
        e.preventDefault();
        go(typed(inputs), { replace: true });
      },
    },
    h('div', { cls: 'bar line', role: 'group', 'aria-label': 'Outcome' }, chips, order),
    h(
      'div',
      { cls: 'fields' },
      FIELDS.map((field, i) => h('label', null, field.label, inputs[i])),
    ),
    h(
      'div',
      { cls: 'actions' },
      h('button', { type: 'submit', cls: 'primary', text: 'Search' }),
      h('button', { type: 'button', text: 'Clear', onclick: clear }),
      problem,
    ),
  );
  return {
    el,
    clear,
    update(error) {
      chips.forEach((chip, i) =>
        chip.setAttribute('aria-pressed', ['', ...OUTCOMES][i] === state.outcome),
      );
      order.value = state.order;
      setText(problem, error || '');
      if (el.contains(document.activeElement) && document.activeElement.matches('input')) return;
      FIELDS.forEach((field, i) => {
        inputs[i].value = valueOf(field);
      });
    },
  };
}

export function mount(main, act) {
  const search = form();
  const body = h('tbody');
  const scroll = scrollTable('Tasks', COLUMNS, body, { hidden: true });
  const message = h('div', null, skeleton('list'));
  const shown = h('span', { cls: 'muted', role: 'status' });
  const more = h('button', { type: 'button', text: 'Show more', hidden: true, onclick: showMore });
  let first = null;
  let older = [];
  let next = null;
  let asked = '';
  const save = csvButton('the tasks', () => ({
    name: 'tasks',
    range: first?.range,
    lists: pages('tasks', { ...rangeQuery(), ...query() }, 'tasks'),
  }));
  main.replaceChildren(
    h('div', { cls: 'head' }, h('h1', { text: 'Tasks' })),
    h('section', { cls: 'panel', 'aria-label': 'Search of tasks' }, search.el),
    h(
      'section',
      { cls: 'panel', 'aria-label': 'Tasks' },
      h('div', { cls: 'bar' }, h('h2', { text: 'Found' }), shown, h('span', { cls: 'spacer' }), save),
      message,
      scroll,
      h('div', { cls: 'bar' }, more),
    ),
  );
  search.update();

  async function showMore() {
    more.disabled = true;
    try {
      const answer = await api.search(rangeQuery(), { ...query(), limit: PAGE, cursor: next });
      older.push(...answer.tasks);
      next = answer.next_cursor;
      draw();
    } finally {
      more.disabled = false;
    }
  }

  function draw() {
    const seen = new Set();
    const list = [...first.tasks, ...older].filter(
      (t) => !seen.has(t.task_id) && seen.add(t.task_id),
    );
    scroll.hidden = !list.length;
    message.hidden = !!list.length;
    if (!list.length) setKids(message, nothing());
    const clear = message.querySelector('button');
    if (clear) clear.onclick = search.clear;
    setKids(body, list.map(row));
    more.hidden = !next;
    setText(shown, `${f.count(list.length)}${next ? ' shown, there are more' : ''}`);
  }

  return {
    update(data) {
      const question = JSON.stringify([query(), state.range, state.from]);
      if (question !== asked) older = [];
      asked = question;
      first = data;
      if (!older.length) next = data.next_cursor;
      search.update();
      draw();
      return findings(data.open);
    },
    fail(error) {
      search.update(error.status === 400 ? error.message : '');
      setKids(message, failed(error, act));
    },
  };
}

const nothing = () =>
  empty({
    title: 'No task matches',
    text: 'Choose a longer range, or other conditions.',
    action: { text: 'Clear the search' },
  });

const tags = (t) =>
  Object.entries(t.tags || {})
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');

function row(t) {
  const ended = Date.parse(t.ended_at);
  return h(
    'tr',
    null,
    h('td', null, h('time', { datetime: t.ended_at, title: f.moment(ended), text: f.tick(ended, 864e5 * 2) })),
    h('td', { cls: 'ident' }, taskLink(t.task_id, { title: t.task_id })),
    h('td', { cls: 'p2' }, h('a', { ...viewLink('agent', t.agent_id), text: t.agent_id })),
    h('td', null, outcomeWithMessage(t)),
    h('td', { cls: 'n p2', text: f.duration(t.duration_ms) }),
    h('td', { cls: 'n', text: f.unit(t.cost_usd) }),
    h('td', { cls: 'n p3', text: t.tokens ? f.compact(t.tokens.total) : '–' }),
    h('td', { cls: 'n p3', text: f.count(t.calls) }),
    h('td', { cls: 'p3 soft', text: t.model || '–' }),
    h('td', { cls: 'p3 soft' }, h('span', { cls: 'cut', title: tags(t), text: tags(t) || '–' })),
  );
}
