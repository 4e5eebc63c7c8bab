// Form of the task search: its fields are parts of the address.
import { h, setText } from '../dom.js';
import * as f from '../format.js';
import { conditions, equal } from '../grouping.js';
import { go, state } from '../state.js';

const OUTCOMES = ['succeeded', 'failed', 'cancelled', 'unreported', 'abandoned'];
const ORDERS = [
  ['', 'newest first'],
  ['ended_at', 'oldest first'],
  ['-cost_usd', 'most expensive first'],
  ['-duration_ms', 'longest first'],
];
/** Fields of the form: parts of the address, or conditions of `where` with this prefix. */
const FIELDS = [
  { name: 'error', label: 'Error contains', hint: 'rate limit' },
  { name: 'tag', label: 'Tag', hint: 'team:search' },
  { name: 'id', label: 'Agent', hint: 'agent ID' },
  { where: 'agent_type=', label: 'Agent type' },
  { where: 'model=', label: 'Model' },
  { where: 'provider=', label: 'Provider', idOf: f.providerId },
  { where: 'cost_usd>=', label: 'Costs at least', hint: '$', number: true },
  { where: 'duration_ms>=', label: 'Takes at least', hint: 'seconds', number: true, times: 1000 },
];

/** The value of a field in the address. */
function valueOf(field) {
  if (field.name) return state[field.name];
  if (!field.number)
    return conditions(state.where).find(([name]) => `${name}=` === field.where)?.[1] || '';
  const part = state.where.split(',').find((text) => text.startsWith(field.where));
  const value = part ? part.slice(field.where.length) : '';
  return value && field.times ? String(value / field.times) : value;
}

/** A typed number in the unit of the address; 1.1 * 1000 is not 1100 in binary. */
const amountOf = (field, value) => (field.times ? Math.round(value * field.times) : value);

function typed(inputs) {
  const changes = {};
  const where = [];
  FIELDS.forEach((field, i) => {
    const value = inputs[i].value.trim();
    if (field.name) changes[field.name] = value;
    else if (value && field.number) where.push(field.where + amountOf(field, value));
    else if (value) where.push(equal(field.where.slice(0, -1), field.idOf?.(value) ?? value));
  });
  return { ...changes, where: where.join(',') };
}

export function searchForm() {
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
  /** Searches by the fields; the browser reports a number that is not valid. */
  const search = (changes) => {
    if (!el.reportValidity()) return;
    go({ ...typed(inputs), ...changes }, { replace: true });
    fill();
  };
  const chips = ['', ...OUTCOMES].map((outcome) =>
    h('button', {
      type: 'button',
      cls: 'chip',
      text: outcome ? f.words(outcome) : 'all',
      onclick: () => search({ outcome }),
    }),
  );
  const order = h(
    'select',
    {
      'aria-label': 'Sort',
      onchange: (e) => search({ order: e.target.value }),
    },
    ORDERS.map(([value, text]) => h('option', { value, text })),
  );
  const problem = h('p', { cls: 'error', role: 'alert' });
  const clear = () => {
    inputs.forEach((input) => (input.value = ''));
    go({ id: '', outcome: '', error: '', tag: '', where: '' }, { replace: true });
  };
  let written = [];
  /** Writes the fields of the address that have changed; the others keep what is being typed. */
  function fill() {
    const values = FIELDS.map(valueOf);
    inputs.forEach((input, i) => {
      if (values[i] !== written[i] && input.value !== values[i]) input.value = values[i];
    });
    written = values;
  }
  const el = h(
    'form',
    {
      cls: 'search pad',
      'aria-label': 'Search',
      onsubmit: (e) => {
        e.preventDefault();
        search({});
      },
    },
    h('div', { cls: 'outcomes', role: 'group', 'aria-label': 'Outcome and order' }, chips, order),
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
      fill();
    },
  };
}
