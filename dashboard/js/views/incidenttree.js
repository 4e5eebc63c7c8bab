// The task tree of an incident: its figures, and its most expensive tasks.
import { h } from '../dom.js';
import * as f from '../format.js';
import { panel, scrollTable } from '../parts.js';
import { taskLink } from '../tasks.js';

const FIGURES = {
  agents: ['Agents', f.count],
  depth: ['Depth', f.count],
  usd_per_minute: ['Spend per minute', f.unit],
  tokens_per_call: ['Largest input per call', f.compact],
};

/** The figures of a task tree beside its usual ones, and its most expensive tasks. */
export const treePanel = (t) =>
  panel(
    'Task tree',
    null,
    h('p', { cls: 'pad' }, 'Root task ', taskLink(t.root_task_id), `. ${treeWords(t)}`),
    scrollTable(
      'Figures of the tree',
      [['Figure'], ['Now', 'n'], ['Usual', 'n'], ['Limit', 'n']],
      rows(t.figures.map(figureRow)),
    ),
    scrollTable(
      'Most expensive tasks of the tree',
      [['Most expensive tasks'], ['Own cost', 'n']],
      rows(t.tasks.map((x) => [[taskLink(x.task_id)], [dollars(x.usd), 'n']])),
    ),
  );

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

function treeWords(t) {
  const cost = t.unpriced
    ? `It has cost at least ${f.unit(t.usd)} so far: some calls have no price.`
    : `It has cost ${f.unit(t.usd)} so far.`;
  const grown = t.growing_task
    ? ` The context of ${t.growing_task} began with ${f.compact(t.first_tokens)} tokens per call.`
    : '';
  const stop = t.enforced ? ' While the alert is critical, its sessions are stopped.' : '';
  const sum = t.usd == null ? 'Its cost is unknown.' : cost;
  return `${f.many(t.running, 'task')} running. ${sum}${grown}${stop}`;
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
