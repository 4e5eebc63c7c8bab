// The agent table: worst agents first, sortable by any column, with a filter.
import { h, setKids, setText } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { csvButton, pages } from '../csv.js';
import { CONNECT, isUnused, nothing } from '../nothing.js';
import { costOf, empty, isUnfinished, panel, skeleton, smooth, spark, status } from '../parts.js';
import { go, rangeQuery, state, viewLink } from '../state.js';
import { unalarmed } from '../trust.js';

const SHORT = 12;
/** Maximum number of agents that a search adds. */
const FOUND = 1000;
const TYPING_MS = 300;
const unlisted = (id) => ({
  agent_id: id,
  agent_type: '',
  tags: {},
  success_rate: null,
  cost_trend: [],
  tasks: null,
  duration_ms: {},
  cost_usd: null,
  tokens: null,
  mostly_on: null,
  last_seen: null,
});
const RANK = { critical: 3, warning: 2, folded: 1 };
const COLUMNS = [
  { key: 'agent', name: 'Agent', value: (a) => a.agent_id, up: true },
  {
    key: 'attention',
    name: 'State',
    value: (a) => (RANK[a.finding?.level] || 0) * 1e9 + (costOf(a) || 0),
    cls: 'p1',
  },
  { key: 'success', name: 'Success', value: (a) => a.success_rate, cls: 'n' },
  { key: 'trend', name: 'Cost trend', cls: 'p3' },
  { key: 'tasks', name: 'Tasks', value: (a) => a.tasks, cls: 'n p2' },
  { key: 'p95', name: 'p95', value: (a) => a.duration_ms.p95, cls: 'n p2' },
  { key: 'per', name: 'Per task', value: (a) => a.cost_per_task_usd, cls: 'n p2' },
  { key: 'cost', name: 'Cost', value: costOf, cls: 'n' },
  { key: 'tokens', name: 'Tokens', value: (a) => a.tokens?.total, cls: 'n p3' },
  { key: 'provider', name: 'Mostly on', value: (a) => a.mostly_on, cls: 'p2', up: true },
  {
    key: 'seen',
    name: 'Seen',
    value: (a) => (a.last_seen ? Date.parse(a.last_seen) : null),
    cls: 'n p3',
  },
];

const noMatch = (clear) =>
  empty({
    title: 'No agent matches',
    text: '',
    action: { text: 'Clear the filter', run: clear },
  });
const noAgents = (data) =>
  empty(
    isUnused(data)
      ? {
          title: 'No agent has reported yet',
          text: 'Start a sample fleet with ',
          code: 'scripts/run',
          after: ' or replay a recording with scripts/replay FILE.',
          action: CONNECT,
        }
      : nothing(data, { title: 'No agent has reported in this range' }),
  );

const descending = () => state.sort.startsWith('-');
const column = () =>
  COLUMNS.find((c) => c.key === state.sort.replace('-', '') && c.value) || COLUMNS[1];

function compare(a, b) {
  const x = column().value(a);
  const y = column().value(b);
  const byId = a.agent_id < b.agent_id ? -1 : 1;
  if (x == null || y == null) return (x == null) - (y == null) || byId;
  return (x < y ? -1 : x > y ? 1 : 0) * (descending() ? -1 : 1) || byId;
}

/** True if an agent matches the filter. */
function isWanted(a) {
  const provider = a.mostly_on || '';
  const text = `${a.agent_id} ${a.agent_type} ${provider} ${f.providerName(provider)}`;
  const wanted = state.filter.toLowerCase();
  return (!wanted || text.toLowerCase().includes(wanted)) && (!state.attention || a.finding);
}

function headCell(c) {
  const sorted = c === column();
  const arrow = sorted ? (descending() ? ' ↓' : ' ↑') : '';
  const order = descending() ? 'descending' : 'ascending';
  return h(
    'th',
    { scope: 'col', cls: c.cls || '', 'aria-sort': sorted ? order : null },
    c.value
      ? h('button', { type: 'button', 'data-sort': c.key, 'data-key': c.key }, c.name, arrow)
      : c.name,
  );
}

export function agentTable() {
  const body = h('tbody');
  const head = h('tr');
  const found = h('span', { cls: 'muted', role: 'status' });
  const total = h('span');
  const more = h('button', {
    type: 'button',
    onclick: () => {
      go({ all: !state.all }, { replace: true });
      fill();
    },
  });
  const chip = h('button', {
    cls: 'chip',
    type: 'button',
    onclick: () => {
      go({ attention: !state.attention }, { replace: true });
      fill();
    },
  });
  const input = h('input', {
    id: 'filter',
    type: 'search',
    placeholder: 'Filter by ID or provider',
    'aria-label': 'Filter agents',
    value: state.filter,
    oninput: (e) => {
      go({ filter: e.target.value.trim() }, { replace: true });
      fill();
      clearTimeout(typing);
      typing = setTimeout(search, TYPING_MS);
    },
  });
  const scroll = h(
    'div',
    { cls: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Agents, as a table' },
    h(
      'table',
      null,
      h('caption', { cls: 'sr', text: 'Agents in the range' }),
      h('thead', null, head),
      body,
    ),
  );
  const message = h('div', { hidden: true });
  const loading = skeleton('list');
  const save = csvButton('the agents', () => ({
    name: 'agents',
    range: data?.range,
    lists: pages('agents', { ...rangeQuery(), filter: state.filter }, 'agents'),
  }));
  const el = panel(
    'Agents',
    { count: total, beside: [chip, found], actions: [save, input] },
    loading,
    scroll,
    message,
    h('div', { cls: 'bar' }, more),
  );
  scroll.hidden = true;
  more.hidden = true;
  chip.hidden = true;
  let agents = null;
  let data = null;
  let alerts = new Map();
  let searched = { question: '', agents: [] };
  let typing = 0;
  let shownOrder = [];

  head.addEventListener('click', (e) => {
    const key = e.target.closest('button')?.dataset.sort;
    if (!key) return;
    const same = column().key === key;
    const first = COLUMNS.find((c) => c.key === key).up ? '' : '-';
    go({ sort: same ? (descending() ? key : `-${key}`) : `${first}${key}` }, { replace: true });
    shownOrder = [];
    fill();
    head.querySelector(`[data-sort="${key}"]`)?.focus();
  });

  function fill() {
    if (!agents) return;
    const rows = agents.filter(isWanted);
    rows.sort(compare);
    // Rows do not move while the pointer or the focus is on them.
    if (shownOrder.length && (body.matches(':hover') || body.contains(document.activeElement))) {
      const place = new Map(shownOrder.map((id, i) => [id, i]));
      rows.sort((a, b) => (place.get(a.agent_id) ?? 1e9) - (place.get(b.agent_id) ?? 1e9));
    }
    shownOrder = rows.map((a) => a.agent_id);
    const bad = agents.filter((a) => a.finding).length;
    setText(total, f.count(data.total_agents));
    const cut = isCut() ? `the ${f.count(data.agents.length)} most expensive are listed` : '';
    setText(
      found,
      rows.length === agents.length
        ? cut
        : `${f.count(rows.length)} of ${f.count(Math.max(data.total_agents, agents.length))}`,
    );
    setText(chip, `Need attention ${bad}`);
    chip.setAttribute('aria-pressed', state.attention);
    setText(more, state.all ? `Show ${SHORT}` : `Show all ${f.count(rows.length)}`);
    loading.hidden = true;
    chip.hidden = false;
    scroll.hidden = !rows.length;
    message.hidden = !!rows.length;
    more.hidden = rows.length <= SHORT;
    save.hidden = !rows.length;
    if (!rows.length) {
      setKids(message, agents.length ? noMatch(clear) : noAgents(data));
      return;
    }
    setKids(head, COLUMNS.map(headCell));
    setKids(
      body,
      (state.all ? rows : rows.slice(0, SHORT)).map((a) => row(a, data)),
    );
  }
  const question = () => JSON.stringify([state.filter, rangeQuery()]);
  const isCut = () => data.total_agents > data.agents.length;

  /** Searches all agents of the range, if the answer of the view does not list them all. */
  async function search() {
    const filter = state.filter;
    const asked = question();
    if (!data || !filter || !isCut()) return;
    try {
      const answer = await api.agents(rangeQuery(), { filter, limit: FOUND });
      if (asked !== question()) return;
      searched = { question: asked, agents: answer.agents };
      list();
      fill();
    } catch (e) {
      if (!(e instanceof api.ApiError)) throw e;
      setText(found, `Only listed agents were searched: ${e.message}`);
    }
  }

  /**
   * Lists the agents of the answer, those that the filter found, and those with an alert. With very
   * many agents, the answer has only the most expensive ones.
   */
  function list() {
    const byId = new Map(searched.agents.map((a) => [a.agent_id, a]));
    data.agents.forEach((a) => byId.set(a.agent_id, a));
    const others = [...alerts.keys()].filter((id) => !byId.has(id)).map(unlisted);
    agents = [...byId.values(), ...others].map((a) => ({ ...a, finding: alerts.get(a.agent_id) }));
  }

  function clear() {
    input.value = '';
    go({ filter: '', attention: false }, { replace: true });
    fill();
  }

  return {
    el,
    update(next, found) {
      data = next;
      if (document.activeElement !== input) input.value = state.filter;
      // The worst finding of an agent is the first one, and the last entry of a map counts.
      const worstLast = found.filter((x) => x.scope === 'agent').reverse();
      alerts = new Map(worstLast.map((x) => [x.id, x]));
      if (searched.question !== question()) searched = { question: '', agents: [] };
      list();
      fill();
      search();
    },
    fail() {
      if (!agents) {
        loading.hidden = true;
        message.hidden = false;
        setKids(message, h('p', { cls: 'message', text: 'No figures yet.' }));
      }
    },
  };
}

function row(a, data) {
  const x = a.finding;
  const cost = x?.measure === 'cost';
  const bad = x && x.measure === 'success' && x.level !== 'folded';
  const costs = isUnfinished(a) ? [] : smooth(a.cost_trend, 4);
  const trend = spark(costs, { inline: true, cls: cost ? 'warned' : '' });
  return h(
    'tr',
    { cls: x && x.level !== 'folded' ? x.level : '', 'data-key': a.agent_id },
    h(
      'td',
      { cls: 'ident' },
      h('a', { ...viewLink('agent', a.agent_id), text: a.agent_id, title: a.agent_id }),
    ),
    h(
      'td',
      { cls: 'p1' },
      x
        ? status(x.level, x.word, { hideable: true })
        : unalarmed(data, a.recent?.tasks || a.running, 'Idle', { hideable: true }),
    ),
    h('td', { cls: `n ${bad ? 'crit strong' : ''}`, text: f.percent(a.success_rate) }),
    h('td', { cls: 'p3' }, trend),
    h('td', { cls: 'n p2', text: f.count(a.tasks) }),
    h('td', { cls: 'n p2', text: f.duration(a.duration_ms.p95) }),
    h('td', {
      cls: `n p2 ${cost ? 'warn strong' : ''}`,
      text: a.tasks ? f.unit(a.cost_per_task_usd) : '–',
    }),
    h('td', { cls: 'n', title: isUnfinished(a) ? NOT_ENDED : null, text: costText(a) }),
    h('td', { cls: 'n p3', text: a.tasks ? f.compact(a.tokens?.total) : '–' }),
    h('td', { cls: 'p2', text: a.mostly_on ? f.providerName(a.mostly_on) : '–' }),
    h('td', { cls: 'n p3 muted' }, a.last_seen ? seen(a, data) : '–'),
  );
}

const NOT_ENDED = 'Cost of its calls: no task has ended yet, and tasks count when they end.';
function costText(a) {
  if (isUnfinished(a)) return `${f.usd(costOf(a))} so far`;
  return a.tasks ? f.atLeast(a.cost_usd, a.unpriced_requests) : '–';
}

const seen = (a, data) =>
  h('time', {
    datetime: a.last_seen,
    title: f.moment(Date.parse(a.last_seen)),
    text: f.age(Date.parse(data.generated_at) - Date.parse(a.last_seen)),
  });
