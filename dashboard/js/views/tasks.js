// Task search by outcome, error, tag, model, cost, duration and time.
import { h, setKids, setText } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { csvButton, pages } from '../csv.js';
import { taskPages } from '../more.js';
import { nothing } from '../nothing.js';
import { empty, failed, panel, scrollTable, skeleton } from '../parts.js';
import { rangeQuery, state, viewLink } from '../state.js';
import { findings } from '../alerts.js';
import { outcomeWithMessage, taskLink } from '../tasks.js';
import { searchForm } from './tasksearch.js';

const PAGE = 50;
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
export const title = () => 'Tasks';
/** The typed text stays when a search is rejected. */
export const hasForm = true;
const query = () => ({
  agent_id: state.id,
  outcome: state.outcome,
  error: state.error,
  tag: state.tag,
  where: state.where,
  sort: state.order,
});
export const load = () => api.search(rangeQuery(), { ...query(), limit: PAGE });

export function mount(main, act) {
  const search = searchForm();
  const body = h('tbody');
  const scroll = scrollTable('Tasks', COLUMNS, body, { hidden: true });
  const message = h('div', null, skeleton('list'));
  const shown = h('span', { cls: 'muted', role: 'status' });
  const rows = taskPages({
    question: () => JSON.stringify([query(), state.range, state.from, state.to]),
    load: (cursor) => api.search(rangeQuery(), { ...query(), limit: PAGE, cursor }),
    draw,
  });
  const foot = h('div', { cls: 'bar' }, rows.button, rows.problem);
  let data = null;
  const save = csvButton('the tasks', () => ({
    name: 'tasks',
    range: data?.range,
    lists: pages('tasks', { ...rangeQuery(), ...query() }, 'tasks'),
  }));
  main.replaceChildren(
    h('div', { cls: 'head' }, h('h1', { text: 'Tasks' })),
    h('section', { cls: 'panel', 'aria-label': 'Task search' }, search.el),
    panel(
      'Results',
      { label: 'Tasks', beside: shown, actions: save },
      message,
      scroll,
      foot,
    ),
  );
  search.update();

  function draw() {
    const list = rows.list();
    foot.hidden = false;
    scroll.hidden = !list.length;
    message.hidden = !!list.length;
    save.hidden = !list.length;
    if (!list.length) setKids(message, noTasks(data, search.clear));
    setKids(body, list.map(row));
    setText(shown, `${f.count(list.length)}${rows.hasMore() ? ' shown, there are more' : ''}`);
  }

  return {
    update(answer) {
      data = answer;
      rows.update(answer);
      search.update();
      draw();
      return findings(data.open);
    },
    fail(error) {
      search.update(error.status === 400 ? error.message : '');
      foot.hidden = true;
      scroll.hidden = true;
      message.hidden = false;
      setKids(message, failed(error, act));
    },
  };
}

const isSearched = () => Object.values({ ...query(), sort: '' }).some(Boolean);
const noTasks = (data, clear) =>
  empty(
    nothing(data, {
      soon: 'Tasks appear when they end.',
      filter: isSearched() && {
        title: 'No task matches',
        text: 'Choose a longer range, or other conditions.',
        action: { text: 'Clear the search', run: clear },
      },
      title: 'No task has ended in this range',
    }),
  );

const tags = (t) =>
  Object.entries(t.tags || {})
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');

function row(t) {
  const ended = Date.parse(t.ended_at);
  return h(
    'tr',
    null,
    h(
      'td',
      null,
      h('time', { datetime: t.ended_at, title: f.moment(ended), text: f.tick(ended, 864e5 * 2) }),
    ),
    h('td', { cls: 'ident' }, taskLink(t.task_id, { title: t.task_id })),
    h('td', { cls: 'p2' }, h('a', { ...viewLink('agent', t.agent_id), text: t.agent_id })),
    h('td', null, outcomeWithMessage(t)),
    h('td', { cls: 'n p2', text: f.duration(t.duration_ms) }),
    h('td', { cls: 'n', text: f.atLeast(t.cost_usd, t.unpriced_requests, f.unit) }),
    h('td', { cls: 'n p3', text: f.orDash(f.compact)(t.tokens?.total) }),
    h('td', { cls: 'n p3', text: f.count(t.calls) }),
    h('td', { cls: 'p3 soft', text: t.model || '–' }),
    h('td', { cls: 'p3 soft' }, h('span', { cls: 'cut', title: tags(t), text: tags(t) || '–' })),
  );
}
