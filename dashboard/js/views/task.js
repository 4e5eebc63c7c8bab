// Task view: calls, cost and the causes of the cost.
import { h, icon, setKids } from '../dom.js';
import * as f from '../format.js';
import { isUnused, notFound } from '../nothing.js';
import { crumbs, empty, failed, notes, panel, scrollTable, tile, tileSkeleton } from '../parts.js';
import { cameFrom, queryLink, state, viewLink } from '../state.js';
import * as api from '../api.js';
import { csvButton } from '../csv.js';
import { findings } from '../alerts.js';
import { outcomeOf, outcomeWithMessage, taskLink } from '../tasks.js';
import { alertList } from './alerts.js';
import { waterfall } from './waterfall.js';

export const title = () => `Task ${state.id}`;
/** A task may end, and its alerts may change, in every range. */
export const ofNow = true;
export const load = () => api.task(state.id);

export function mount(main, act) {
  const head = h('div', { cls: 'head' }, h('div', null, h('h1', { text: state.id })));
  const trail = h('div');
  const tiles = h(
    'section',
    { cls: 'panel tiles', 'aria-label': 'Figures of the task' },
    Array.from({ length: 6 }, tileSkeleton),
  );
  const why = h('div');
  const waste = h('div');
  const alerts = h('div');
  const tree = h('div');
  const calls = waterfall();
  main.replaceChildren(trail, head, why, waste, tiles, alerts, calls.el, tree);
  return {
    update(data) {
      tiles.hidden = false;
      calls.el.hidden = false;
      setKids(trail, trailOf(data));
      setKids(head, heading(data));
      setKids(why, explanation(data));
      setKids(waste, wasted(data.waste));
      setKids(tiles, figures(data));
      setKids(alerts, alertList(data.alerts, 'Alerts that name this task'));
      setKids(tree, treeOf(data));
      calls.update(data);
      return findings(data.alerts.filter((a) => a.state !== 'resolved'));
    },
    fail(error) {
      setKids(trail, crumbs([backLink() || tasksLink()], state.id));
      setKids(why, h('section', { cls: 'panel' }, problem(error, act)));
      setKids(tiles);
      tiles.hidden = true;
      calls.el.hidden = true;
      if (error.status === 404) api.taskTree(state.id).then(known, () => {});
    },
  };

  /** Shows the known data of a task that has not ended. */
  function known(t) {
    if (!calls.el.hidden) return; // it has ended in the meantime
    setKids(alerts, alertList(t.alerts, 'Alerts that name this task'));
    setKids(tree, t.tree.descendants.length ? endedOf(t.tree) : null);
  }
}

const ORIGINS = {
  fleet: 'Fleet',
  spend: 'Spend',
  tasks: 'Tasks',
  alerts: 'Alerts',
  incident: 'Incident',
  agent: 'Agent',
  provider: 'Provider',
  insights: 'Insights',
  waste: 'Waste',
};
const tasksLink = () => h('a', { ...viewLink('tasks'), text: 'Tasks' });

/** Link to the view from which the task was opened; null if unknown. */
function backLink() {
  const from = cameFrom();
  const name = from && ORIGINS[from.view];
  return name ? h('a', { ...queryLink(from.query), text: name }) : null;
}

function problem(error, act) {
  if (error.status !== 404) return failed(error, act);
  if (isUnused(error.health))
    return empty(notFound(error, { soon: 'Tasks appear when they end.' }));
  return empty({
    title: 'This task has not ended yet, or is unknown',
    text:
      'Tasks are shown for 30 days after they end or are abandoned. ' +
      'This task may still be running. ',
    after: ['Back to ', backLink() || tasksLink(), '.'],
    action: { text: 'Try again', run: act.now },
  });
}

/** Breadcrumbs: the previous view or the fleet, the agent, the tasks that delegated this task. */
function trailOf(t) {
  const ofAgent = cameFrom()?.view === 'agent';
  const above = t.tree.ancestors.map((a) => taskLink(a.task_id));
  return crumbs(
    [
      (!ofAgent && backLink()) || ['Fleet', 'fleet'],
      [t.agent_id, 'agent', t.agent_id],
      ...notEnded(t).map((x) => taskLink(x.id)),
      ...above,
    ],
    t.task_id,
  );
}

/** The root and the parent of a task if they have not ended: its tree does not contain them. */
function notEnded(t) {
  const ended = new Set([t.task_id, ...t.tree.ancestors.map((a) => a.task_id)]);
  const top = t.tree.ancestors[0]?.parent_task_id ?? t.parent_task_id;
  const isParent = !t.tree.ancestors.length;
  const root = { name: 'Root task', id: t.root_task_id };
  const next = { name: isParent ? 'Parent task' : 'Task above', id: top };
  if (root.id === next.id && isParent) root.name = 'Parent and root task';
  const named = root.id === next.id ? [root] : [root, next];
  return named.filter((x) => x.id && !ended.has(x.id));
}

const above = (t) => notEnded(t).map((x) => [`${x.name} `, taskLink(x.id), ' has not ended yet. ']);

function heading(t) {
  const tags = Object.entries(t.tags).map(([key, value]) =>
    h('a', {
      ...viewLink('tasks', '', { tag: f.tag(key, value) }),
      cls: 'tag',
      title: `Tasks with ${key} ${value}`,
      text: `${key}: ${value}`,
    }),
  );
  const ended = Date.parse(t.ended_at);
  return h(
    'div',
    null,
    h('h1', { cls: 'whole-name' }, t.task_id, ' ', outcomeOf(t)),
    h(
      'p',
      { cls: 'soft' },
      h('a', { ...viewLink('agent', t.agent_id), text: t.agent_id }),
      ` (${t.agent_type})`,
      t.provider ? [', ', providerLink(t.provider)] : null,
      t.model ? `, ${t.model}` : null,
      t.outcome === 'abandoned' ? '. Abandoned: no end was reported until ' : '. Ended ',
      h('time', { datetime: t.ended_at, text: f.moment(ended) }),
      '. ',
      above(t),
    ),
    tags.length ? h('p', { cls: 'tags' }, tags) : null,
  );
}

const providerLink = (id) => h('a', { ...viewLink('provider', id), text: f.providerName(id) });

const corrections = (t) =>
  notes({ notes: Object.fromEntries(t.notes.map((n) => [n, 1])) }, 'task').trim();

const explanation = (t) =>
  h(
    'section',
    { cls: 'panel pad explanation', 'aria-label': 'Causes of the cost' },
    h('h2', { text: 'Causes of the cost' }),
    h('p', { text: f.named(t.explanation.text) }),
    t.error_message || t.outcome === 'failed'
      ? h(
          'p',
          { cls: 'error-text' },
          icon('critical', 's crit'),
          h('b', { text: ` ${f.words(t.error_type || 'failed')}` }),
          t.error_message ? `: ${t.error_message}` : ' without a message.',
        )
      : null,
    t.notes.length ? h('p', { cls: 'soft', text: corrections(t) }) : null,
  );

const wasted = (list) =>
  list.length
    ? panel(
        'Waste in this task',
        null,
        h(
          'dl',
          { cls: 'pad advice' },
          list.map((x) => [
            h('dt', { text: `${x.title}, ${f.unit(x.cost_usd)}` }),
            h('dd', { text: `${evidenceOf(x)} ${x.advice}` }),
          ]),
        ),
      )
    : null;

function evidenceOf(x) {
  const what = x.tool ? `${x.tool}, ${f.many(x.times, 'time')}` : f.many(x.times, 'call');
  const unpriced = x.unpriced_calls ? `, ${f.count(x.unpriced_calls)} of them unpriced` : '';
  const calls = `${f.many(x.calls, 'wasted model call')}${unpriced}`;
  return `${what} from ${f.recently(Date.parse(x.started_at))}; ${calls}.`;
}

function figures(t) {
  const usual = t.explanation.usual;
  const versus = (text) => (usual ? `usual ${text}` : 'too few tasks to compare');
  const delegated = t.tree.descendants.length;
  const isLower = !t.tree.complete || t.tree.unpriced_requests > 0;
  return [
    tile({
      label: 'Cost',
      value: f.atLeast(t.cost_usd, t.unpriced_requests, f.unit),
      delta: t.unpriced_requests ? `${f.many(t.unpriced_requests, 'request')} unpriced;` : null,
      sub: versus(f.unit(usual?.cost_usd)),
    }),
    tile({
      label: 'With sub-tasks',
      value: f.atLeast(t.tree.cost_with_descendants_usd, isLower, f.unit),
      sub: delegated ? `${f.many(delegated, 'task')} delegated` : 'no delegated task has ended',
    }),
    tile({
      label: 'Duration',
      value: f.duration(t.duration_ms),
      sub: t.submitted_at && t.started_at ? `waited ${f.duration(waited(t))}` : 'wait not reported',
    }),
    tile({
      label: 'Calls',
      value: f.count(t.calls),
      delta: t.calls_failed ? `${f.count(t.calls_failed)} failed;` : null,
      sub: versus(f.count(usual?.calls)),
    }),
    tile({
      label: 'Tokens',
      value: f.compact(t.tokens?.total),
      sub: t.tokens ? `${cached(t.tokens)} of the input cached` : 'not reported',
    }),
    tile({ label: 'Tools', value: f.count(t.tool_calls), sub: 'tool calls' }),
  ];
}

const waited = (t) => Math.max(0, Date.parse(t.started_at) - Date.parse(t.submitted_at));
function cached(tokens) {
  if (tokens.cached_input == null) return 'unknown part';
  return tokens.input ? f.percent(tokens.cached_input / tokens.input, 0) : 'none';
}

const COLUMNS = [
  ['Task', ''],
  ['Agent', 'p2'],
  ['Outcome', ''],
  ['Duration', 'n p2'],
  ['Calls', 'n p2'],
  ['Own cost', 'n'],
  ['With sub-tasks', 'n'],
];
const DEEPEST_SHOWN = 6;

/** The tasks above, the task itself with the same columns, and the tasks below. */
async function* exactTree(id) {
  const t = await api.exact('task', { id });
  const { ancestors, descendants, cost_with_descendants_usd, unpriced_requests } = t.tree;
  const unpriced_with_descendants = unpriced_requests;
  const self = { ...t, depth: 0, cost_with_descendants_usd, unpriced_with_descendants };
  const columns = Object.keys((descendants[0] || ancestors[0]) ?? {});
  yield [
    ...ancestors,
    Object.fromEntries(columns.map((name) => [name, self[name]])),
    ...descendants,
  ];
}

/** The tasks below a task that has not ended. */
function endedOf({ descendants, complete, cost_with_descendants_usd: usd, unpriced_requests: n }) {
  const least = n || !complete ? 'at least ' : '';
  const cost = usd == null ? 'cost unknown' : `cost ${least}${f.unit(usd)}`;
  const ended = `${complete ? '' : 'at least '}${f.many(descendants.length, 'task')}`;
  return panel(
    'Task tree',
    null,
    h('p', {
      cls: 'pad',
      text: `Ended below this task: ${ended}, ${cost}.`,
    }),
    scrollTable(
      'Task tree',
      COLUMNS,
      h('tbody', null, descendants.map((d) => treeRow(d, ''))),
    ),
  );
}

function treeOf(t) {
  const { ancestors, descendants, complete } = t.tree;
  if (!ancestors.length && !descendants.length) return null;
  const self = {
    ...t,
    depth: 0,
    cost_with_descendants_usd: t.tree.cost_with_descendants_usd,
    unpriced_with_descendants: t.tree.unpriced_requests || !complete,
  };
  const above = ancestors.map((a) => treeRow({ ...a, depth: 0 }, ''));
  return panel(
    'Task tree',
    {
      actions: csvButton('the tree', () => ({
        name: `tree-${t.task_id}`,
        lists: exactTree(t.task_id),
      })),
    },
    scrollTable(
      'Task tree',
      COLUMNS,
      h(
        'tbody',
        null,
        above,
        treeRow(self, 'selected'),
        descendants.map((d) => treeRow(d, '')),
      ),
    ),
    complete
      ? null
      : h('p', {
          cls: 'pad soft',
          text: `The first ${f.count(descendants.length)} are shown; there are more.`,
        }),
  );
}

const treeRow = (t, cls) =>
  h(
    'tr',
    { cls },
    h(
      'td',
      { cls: `ident depth-${Math.min(t.depth, DEEPEST_SHOWN)}` },
      t.task_id === state.id ? h('b', { text: t.task_id }) : taskLink(t.task_id),
    ),
    h('td', { cls: 'p2' }, h('a', { ...viewLink('agent', t.agent_id), text: t.agent_id })),
    h('td', null, outcomeWithMessage(t)),
    h('td', { cls: 'n p2', text: f.duration(t.duration_ms) }),
    h('td', { cls: 'n p2', text: f.count(t.calls) }),
    h('td', { cls: 'n', text: f.atLeast(t.cost_usd, t.unpriced_requests, f.unit) }),
    h('td', {
      cls: 'n',
      text: isAncestor(t)
        ? '–'
        : f.atLeast(t.cost_with_descendants_usd, t.unpriced_with_descendants, f.unit),
    }),
  );

/** True for a task above the shown one: the API does not sum the descendants of such tasks. */
const isAncestor = (t) => t.depth === 0 && t.task_id !== state.id;
