// The task tree of an incident: its figures and its most expensive tasks.
import { h } from '../dom.js';
import * as f from '../format.js';
import { panel, scrollTable } from '../parts.js';
import { viewLink } from '../state.js';
import { taskLink } from '../tasks.js';

const FIGURES = {
  agents: ['Agents', f.count],
  depth: ['Depth', f.count],
  usd_per_minute: ['Spend per minute', f.unit],
  tokens_per_call: ['Largest input per call', f.compact],
};

/**
 * Panel of a task tree: session and agents, so that users know what to stop; figures and usual
 * figures; and the most expensive tasks. `agent` is the agent of the root task. `tags` are the tags
 * of a task of the session; null if none has ended. `over` is true if the alert has resolved.
 */
export const treePanel = (t, agent, tags, over) =>
  panel(
    'Task tree',
    { cls: 'tree' },
    h('dl', { cls: 'kv' }, whose(t, agent, tags)),
    h('p', { cls: 'pad', text: treeWords(t, over) }),
    h(
      'div',
      { cls: 'two' },
      scrollTable(
        'Figures of the tree',
        [['Figure'], [over ? 'Last' : 'Now', 'n'], ['Usual', 'n'], ['Limit', 'n']],
        rows(t.figures.map(figureRow)),
      ),
      scrollTable(
        'Most expensive tasks of the tree',
        [['Most expensive tasks'], ['Own cost', 'n']],
        rows(
          t.tasks.map((x) => [
            [taskLink(x.task_id), 'ident'],
            [dollars(x.usd), 'n'],
          ]),
        ),
      ),
    ),
  );

function whose(t, agent, tags) {
  const agents = [...new Set([agent, ...t.tasks.map((x) => x.agent_id)])].filter(Boolean);
  const link = (id) => h('a', { ...viewLink('agent', id), text: id });
  const tagged = Object.entries(tags || {}).filter(([name]) => name !== 'session');
  return [
    ['Session', t.session ? h('b', { cls: 'mono', text: t.session }) : 'not reported'],
    ['Root task', taskLink(t.root_task_id)],
    agents.length ? ['Agents', agents.flatMap((id, i) => [i ? ', ' : '', link(id)])] : null,
    ...tagged.map(([name, value]) => [f.capital(f.words(name)), tagLink(name, value)]),
  ]
    .filter(Boolean)
    .map(([name, value]) => [h('dt', { text: name }), h('dd', null, value)]);
}

const tagLink = (name, value) =>
  h('a', { ...viewLink('tasks', '', { tag: f.tag(name, value) }), text: value });

const dollars = (usd) => (usd == null ? 'Unknown' : f.unit(usd));

function figureRow(x) {
  const [name, fmt] = FIGURES[x.name] || [f.words(x.name), f.compact];
  const shown = (v) => (v == null ? 'Unknown' : fmt(v));
  const mark = x.over ? 'over the limit: ' : x.unusual ? 'unusual: ' : '';
  return [
    [name],
    [[mark, h('b', { text: shown(x.value) })], 'n'],
    [shown(x.usual), 'n'],
    [fmt(x.limit), 'n'],
  ];
}

/** The tree in words; in the past tense after the alert, because evidence is no longer updated. */
function treeWords(t, over) {
  const amount = `${t.unpriced ? 'at least ' : ''}${f.unit(t.usd)}`;
  const spent = over ? `It had cost ${amount}` : `It has cost ${amount} so far`;
  const bound = t.unpriced ? '; some calls have no price.' : '.';
  const grown = t.growing_task
    ? ` The context of ${t.growing_task} began with ${f.compact(t.first_tokens)} tokens per call.`
    : '';
  const isStopped = t.enforced && !over;
  const stop = isStopped ? ' While the alert is critical, its sessions are stopped.' : '';
  const sum = t.usd == null ? 'Its cost is unknown.' : spent + bound;
  const left = f.many(t.running, 'task');
  const running = over
    ? t.running
      ? `${left} had not ended when the alert resolved.`
      : 'All tasks had ended when the alert resolved.'
    : `${left} running.`;
  return `${running} ${sum}${grown}${stop}`;
}

const rows = (cells) =>
  h(
    'tbody',
    null,
    cells.map((row) =>
      h(
        'tr',
        null,
        row.map(([content, cls]) => h('td', { cls }, content)),
      ),
    ),
  );
