// Models side by side for the work of one agent type.
import { h, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { csvButton, pages } from '../csv.js';
import { conditions, equal, shownValue, word } from '../grouping.js';
import { nothing } from '../nothing.js';
import { empty, failed, panel, scrollTable, skeleton } from '../parts.js';
import { go, rangeQuery, state, viewLink } from '../state.js';
import { findings } from '../alerts.js';

const MAX_ROWS = 200;
const FEW = 30;
const COLUMNS = [
  ['Model', ''],
  ['Tasks', 'n'],
  ['Success', 'n'],
  ['95 % interval', 'n p2'],
  ['Per success', 'n'],
  ['Per task', 'n p2'],
  ['Duration p50', 'n p2'],
  ['p95', 'n p2'],
  ['Call p50', 'n p3'],
  ['p95', 'n p3'],
  ['Tokens per call', 'n p3'],
  ['Cost of tasks', 'n p3'],
];

export const title = () => 'Models';
/** Compared group as [name, value]: the group of the address, or an agent type. */
const groupOf = (type) => conditions(state.where)[0] || (type ? ['agent_type', type] : null);
const query = ([name, value]) => ({
  by: `${name},model`,
  where: equal(name, value),
  sort: '-tasks',
});

export async function load() {
  const types = await api.groups(rangeQuery(), { by: 'agent_type', limit: MAX_ROWS });
  const group = groupOf(state.id || types.groups[0]?.group.agent_type);
  if (!group) return { ...types, types: types.groups, group, groups: [] };
  const answer = await api.groups(rangeQuery(), { ...query(group), limit: MAX_ROWS });
  return { ...answer, types: types.groups, group };
}

export function mount(main, act) {
  const head = h('div', null, h('div', { cls: 'head' }, h('h1', { text: 'Models' })));
  const lead = h('p', { cls: 'soft' });
  const rows = h('div', null, skeleton('list'));
  let data = null;
  const save = csvButton('the models', () => ({
    name: `models-${data.group[1]}`,
    range: data.range,
    lists: pages('groups', { ...rangeQuery(), ...query(data.group) }, 'groups'),
  }));
  save.hidden = true;
  main.replaceChildren(
    head,
    panel(
      'Models side by side',
      { label: 'Models', actions: save },
      h('div', { cls: 'pad' }, lead),
      rows,
    ),
  );
  return {
    update(next) {
      data = next;
      const models = data.groups.filter((x) => x.tasks || x.requests);
      save.hidden = !models.length;
      setKids(head, heading(data));
      lead.parentNode.hidden = !models.length;
      setKids(lead, sentence(models));
      setKids(
        rows,
        models.length
          ? scrollTable('Models', COLUMNS, h('tbody', null, models.map(row)))
          : noModels(data),
      );
      return findings(data.open);
    },
    fail(error) {
      setKids(rows, failed(error, act));
    },
  };
}

const groupName = ([name, value]) => `${word(name)} ${shownValue(name, value)}`;

function heading(data) {
  const [name, value] = data.group || [];
  const group = name && groupName(data.group);
  const isType = name === 'agent_type';
  const types = data.types.map((x) => x.group.agent_type).filter(Boolean);
  if (isType && !types.includes(value)) types.unshift(value);
  const option = (type) =>
    h('option', { value: type, text: type, selected: isType && type === value });
  return h(
    'div',
    { cls: 'head' },
    h(
      'div',
      null,
      h('h1', { text: 'Models' }),
      h('p', {
        cls: 'soft',
        text: value
          ? `Success and cost of each model on the tasks of ${group}.`
          : 'Success and cost of each model on the tasks of one agent type.',
      }),
    ),
    h(
      'div',
      { cls: 'actions' },
      h(
        'select',
        {
          'aria-label': 'Agent type',
          hidden: !types.length && !name,
          onchange: (e) => go({ id: e.target.value, where: '' }),
        },
        isType || !name
          ? null
          : h('option', { value: '', text: group, selected: true }),
        types.map(option),
      ),
      h('a', { ...viewLink('spend', 'model'), text: 'Spend by model' }),
    ),
  );
}

/** Sentence that compares the model with the cheapest success and the most successful model. */
function sentence(models) {
  const known = models.filter(
    (x) => x.cost_per_success_usd != null && x.succeeded + x.failed >= FEW && x.group.model,
  );
  const unnamed = models.find((x) => !x.group.model)?.tasks;
  if (known.length < 2 && unnamed)
    return `${f.many(unnamed, 'task')} ended without a model, so no model has their outcome.`;
  if (known.length < 2) return `A comparison needs two models with at least ${FEW} tasks each.`;
  const cheapest = known.reduce((a, b) =>
    b.cost_per_success_usd < a.cost_per_success_usd ? b : a,
  );
  const best = known.reduce((a, b) => (b.success_rate > a.success_rate ? b : a));
  const price = (x) => `${f.unit(x.cost_per_success_usd)} per success`;
  if (cheapest === best)
    return `${best.group.model} succeeds most often and costs least: ${price(best)}.`;
  const clearly = cheapest.success_interval.high < best.success_interval.low;
  return (
    `${cheapest.group.model} costs least (${price(cheapest)}); ${best.group.model} succeeds ` +
    `${clearly ? 'more often' : 'most often, but the intervals overlap'} (${price(best)}).`
  );
}

const noModels = (data) =>
  empty(
    nothing(data, {
      soon: 'Models appear with the first LLM call.',
      title: data.group
        ? `No calls of ${groupName(data.group)} in this range`
        : 'No calls in this range',
    }),
  );

function row(x) {
  const range = x.success_interval;
  const cost =
    x.task_cost_usd == null ? '–' : f.atLeast(x.task_cost_usd, x.unpriced_requests);
  // Tokens are those of the calls of the model, also in tasks that end with another model.
  const tokens =
    x.tokens && x.requests ? f.compact(Math.round(x.tokens.total / x.requests)) : '–';
  return h(
    'tr',
    null,
    h('td', { cls: 'ident', text: x.group.model || 'no model reported' }),
    h('td', { cls: 'n', text: f.count(x.tasks) }),
    h('td', { cls: 'n', text: f.percent(x.success_rate) }),
    h('td', {
      cls: 'n p2',
      text: range ? `${f.percent(range.low, 0)} to ${f.percent(range.high, 0)}` : '–',
    }),
    h('td', { cls: 'n', text: f.orDash(f.unit)(x.cost_per_success_usd) }),
    h('td', { cls: 'n p2', text: f.orDash(f.unit)(x.cost_per_task_usd) }),
    h('td', { cls: 'n p2', text: f.duration(x.duration_ms.p50) }),
    h('td', { cls: 'n p2', text: f.duration(x.duration_ms.p95) }),
    h('td', { cls: 'n p3', text: f.duration(x.latency_ms.p50) }),
    h('td', { cls: 'n p3', text: f.duration(x.latency_ms.p95) }),
    h('td', { cls: 'n p3', text: tokens }),
    h('td', { cls: 'n p3', text: cost }),
  );
}
