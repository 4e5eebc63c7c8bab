// The tasks of one agent: outcomes, table and pages.
import { h, s, setKids, setText } from '../dom.js';
import * as f from '../format.js';
import { csvButton, pages } from '../csv.js';
import { taskPages } from '../more.js';
import { nothing } from '../nothing.js';
import { empty, panel, scrollTable, skeleton } from '../parts.js';
import { go, rangeQuery, state } from '../state.js';
import * as api from '../api.js';
import { outcomeWithMessage, taskLink } from '../tasks.js';

/** Number of tasks of a page. */
export const PAGE = 25;
const OUTCOMES = [
  ['', 'All'],
  ['failed', 'Failed'],
  ['succeeded', 'Succeeded'],
  ['unreported', 'Not reported'],
  ['abandoned', 'Abandoned'],
];
const COLUMNS = [
  ['Ended', ''],
  ['Task', 'p2'],
  ['Outcome', ''],
  ['Duration', 'n'],
  ['Relative duration', 'p3'],
  ['Cost', 'n'],
  ['Tokens', 'n p2'],
  ['Calls', 'n p2'],
  ['Model', 'p2'],
];
/** Message for an outcome that no task has; null if all tasks are shown. */
const ofOutcome = () =>
  state.outcome
    ? {
        title: 'No task with this outcome in this range',
        text: 'Choose a longer range or another outcome.',
        action: { text: 'Show all', run: () => go({ outcome: '' }, { replace: true }) },
      }
    : null;

/** Panel of the tasks. */
export function taskTable() {
  const body = h('tbody');
  const total = h('span');
  const shown = h('span', { cls: 'muted' });
  const message = h('div');
  const chips = OUTCOMES.map(([outcome, name]) =>
    h('button', {
      cls: 'chip',
      type: 'button',
      text: name,
      onclick: () => go({ outcome }, { replace: true }),
    }),
  );
  const rows = taskPages({
    question: () => JSON.stringify([state.outcome, state.range, state.from, state.to]),
    load: (cursor) => api.tasks(state.id, rangeQuery(), state.outcome, cursor, PAGE),
    draw,
  });
  const scroll = scrollTable('Tasks', COLUMNS, body, { hidden: true });
  const save = csvButton('the tasks', () => ({
    name: `tasks-${state.id}`,
    range: data?.range,
    lists: pages('tasks', { ...rangeQuery(), agent_id: state.id, outcome: state.outcome }, 'tasks'),
  }));
  const el = panel(
    'Tasks',
    { count: total, beside: chips, actions: save },
    message,
    scroll,
    h('div', { cls: 'bar' }, shown, rows.button, rows.problem),
  );
  message.append(skeleton('list'));
  let data = null;

  function draw() {
    const list = rows.list();
    const longest = Math.max(1, ...list.map((t) => t.duration_ms || 0));
    chips.forEach((chip, i) => chip.setAttribute('aria-pressed', OUTCOMES[i][0] === state.outcome));
    setText(total, f.count(data.agent.tasks));
    setText(shown, list.length ? `${f.count(list.length)} shown` : '');
    scroll.hidden = !list.length;
    message.hidden = !!list.length;
    if (!list.length)
      setKids(
        message,
        empty(nothing(data, { filter: ofOutcome(), title: 'No task has ended in this range' })),
      );
    setKids(
      body,
      list.map((t) => taskRow(t, longest)),
    );
  }

  return {
    el,
    update(answer) {
      data = answer;
      rows.update(answer.list);
      draw();
    },
  };
}

function taskRow(t, longest) {
  const ended = Date.parse(t.ended_at);
  return h(
    'tr',
    { cls: 'link' },
    h(
      'td',
      null,
      taskLink(t.task_id, {
        text: f.recently(ended),
        title: f.moment(ended),
        'aria-label': `Task ${t.task_id}, ended ${f.recently(ended)}`,
      }),
    ),
    h('td', { cls: 'p2 mono mono-cell', title: t.task_id, text: t.task_id }),
    h('td', null, outcomeWithMessage(t)),
    h('td', { cls: 'n', text: f.duration(t.duration_ms) }),
    h('td', { cls: 'bar-cell p3' }, durationBar(t, longest)),
    h('td', { cls: 'n', text: f.atLeast(t.cost_usd, t.unpriced_requests, f.unit) }),
    h('td', { cls: 'n p2', text: f.compact(t.tokens?.total) }),
    h('td', { cls: 'n p2', text: f.count(t.calls) }),
    h('td', { cls: 'p2 soft', text: t.model || '–' }),
  );
}

const durationBar = (t, longest) =>
  s(
    'svg',
    { viewBox: '0 0 100 12', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    s('rect', {
      class: 'bar-fill',
      x: 0,
      y: 3,
      width: ((t.duration_ms || 0) / longest) * 100,
      height: 6,
    }),
  );
