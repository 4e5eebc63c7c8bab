// Components of the views.
import { h, icon, s, toast } from './dom.js';
import * as f from './format.js';
import { isAlone } from './series.js';
import { viewLink } from './state.js';

/** Line without axes; the text beside it has the values. */
export function spark(values, { cls = '', inline = false, usual = null } = {}) {
  const known = values.filter((v) => v != null);
  const box = s('svg', {
    class: `spark ${inline ? 'inline' : ''} ${cls}`,
    viewBox: '0 0 100 28',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  if (!known.length) return box;
  const lo = Math.min(...known, ...(usual || []));
  const hi = Math.max(...known, ...(usual || []));
  const span = hi - lo || 1;
  const y = (v) => (26 - ((v - lo) / span) * 24).toFixed(1);
  const x = (i) => ((i / Math.max(1, values.length - 1)) * 100).toFixed(2);
  let line = '';
  let points = '';
  let gap = true;
  values.forEach((v, i) => {
    if (v == null) {
      gap = true;
      return;
    }
    line += `${gap ? 'M' : 'L'}${x(i)} ${y(v)}`;
    // A segment without length is drawn as a point by its round ends.
    if (isAlone(values, i)) points += `M${x(i)} ${y(v)}h0`;
    gap = false;
  });
  if (usual)
    box.append(
      s('rect', {
        x: 0,
        width: 100,
        y: y(usual[1]),
        height: Math.max(1, y(usual[0]) - y(usual[1])),
      }),
    );
  box.append(s('path', { d: line }));
  if (points) box.append(s('path', { class: 'alone', d: points }));
  return box;
}

/** Moving average over the last k values, without gaps. */
export const smooth = (values, k = 3) =>
  values.map((v, i) => {
    if (v == null) return null;
    const near = values.slice(Math.max(0, i - k + 1), i + 1).filter((x) => x != null);
    return near.reduce((a, b) => a + b, 0) / near.length;
  });

/**
 * Heading of a panel: `count` beside the title, then `beside`, and `actions` at the far end.
 */
export const bar = (title, { count, beside, actions } = {}) =>
  h(
    'div',
    { cls: 'bar' },
    h('h2', null, title, count == null ? null : [' ', h('span', { cls: 'muted' }, count)]),
    beside,
    actions ? [h('span', { cls: 'spacer' }), actions] : null,
  );

/**
 * Panel with a heading. `o` has the options of the heading, a class, an id, and a `label` for
 * screen readers if the title is not sufficient.
 */
export const panel = (title, o, ...kids) =>
  h(
    'section',
    { cls: o?.cls ? `panel ${o.cls}` : 'panel', 'aria-label': o?.label || title, id: o?.id },
    bar(title, o || {}),
    kids,
  );

/** Place in the view hierarchy: texts, links or [text, view, id, own], and the view's name. */
export const crumbs = (above, name) =>
  h(
    'nav',
    { cls: 'crumbs', 'aria-label': 'Breadcrumb' },
    above.map((x) => [
      Array.isArray(x) ? h('a', { ...viewLink(...x.slice(1)), text: x[0] }) : x,
      icon('right', 's'),
    ]),
    h('span', { text: name }),
  );

/**
 * A tile: {label, link, value, unit, tone: ''|'bad'|'warned', alert, delta, sub, title, spark}. The
 * alert is the finding that gives the tile its tone.
 */
export const tile = (t) =>
  h(
    'div',
    { cls: `tile ${t.tone || ''}` },
    h(
      'div',
      { cls: 'label' },
      h('span', { text: t.label }),
      t.tone ? alertMark(t) : null,
      t.link,
    ),
    h('div', { cls: 'value' }, t.value, t.unit && h('small', { text: ` ${t.unit}` })),
    h('div', { cls: 'delta', title: t.title }, t.delta && h('b', { text: `${t.delta} ` }), t.sub),
    t.spark || h('span'),
  );

/** Link to the alert that gives a tile its tone. */
function alertMark({ tone, alert }) {
  const mark = tone === 'bad' ? icon('critical', 's crit') : icon('warning', 's warn');
  const id = alert?.alert.alert_id;
  return id
    ? h('a', { ...viewLink('incident', id), cls: 'mark', title: alert.title }, mark, 'Alert')
    : mark;
}

/** A table in a box that scrolls by itself; columns are [name, class]. */
export const scrollTable = (name, columns, body, attrs) =>
  h(
    'div',
    { cls: 'scroll', tabindex: 0, role: 'region', 'aria-label': `${name}, as a table`, ...attrs },
    h(
      'table',
      null,
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map(([text, cls]) => h('th', { scope: 'col', cls, text })),
        ),
      ),
      body,
    ),
  );

export const tileSkeleton = () =>
  h(
    'div',
    { cls: 'tile skeleton' },
    h('div', { cls: 'sk w2' }),
    h('div', { cls: 'sk big' }),
    h('div', { cls: 'sk w2' }),
    h('div', { cls: 'sk w3' }),
  );

/** Grey blocks in the shape of the content, during the first load only. */
export function skeleton(kind) {
  if (kind === 'chart') return h('div', { cls: 'skeleton' }, h('div', { cls: 'sk block' }));
  return h(
    'div',
    { cls: 'skeleton pad' },
    ['w2', 'w3', 'w2', 'w3'].map((w) => h('div', { cls: `sk ${w}` })),
  );
}

/** Lines to copy, in a box that scrolls by itself. */
export const snippet = (label, text) =>
  h('pre', { cls: 'snippet', tabindex: 0, role: 'region', 'aria-label': label, text });

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('Copied.');
  } catch {
    toast('The browser does not allow copying; select the text and copy it.');
  }
}

/** Button that copies a text; `source` returns the text. */
export const copyButton = (what, source) =>
  h(
    'button',
    { type: 'button', 'aria-label': `Copy ${what}`, onclick: () => copy(source()) },
    icon('copy', 's'),
    'Copy',
  );

/** Message in place of content: {title, text, code?, action?: {text, run}}. */
export const empty = (m) =>
  h(
    'div',
    { cls: 'message' },
    h('span', { cls: 'title', text: m.title }),
    h('span', null, m.text, m.code && h('code', { text: m.code }), m.after),
    m.action && h('button', { type: 'button', text: m.action.text, onclick: m.action.run }),
  );

export const failed = (error, retry) =>
  h(
    'div',
    { cls: 'message' },
    icon('critical', 'crit'),
    h('span', { cls: 'title', text: error.message }),
    error.status >= 500
      ? h('span', {
          text: 'Check Postgres and the API: agent-analytics doctor shows what is wrong.',
        })
      : null,
    h(
      'span',
      null,
      error.requestId ? ['Request ', h('code', { text: error.requestId }), '. '] : null,
      error.retry ? 'Trying again.' : 'Retrying will not help.',
    ),
    error.retry
      ? h('button', { type: 'button', text: 'Try now', onclick: retry.now })
      : h('button', { type: 'button', text: 'Show the last hour', onclick: retry.lastHour }),
  );

const STATUS = {
  critical: ['critical', 'critical'],
  warning: ['warning', 'warning'],
  info: ['info', 'quiet'],
  folded: ['folded', 'quiet'],
  ok: ['ok', 'quiet'],
  none: ['info', 'quiet'],
};
/** State as shape, word and colour. */
export const status = (level, word, { hideable = false } = {}) =>
  h(
    'span',
    { cls: `state ${STATUS[level][1]}` },
    icon(STATUS[level][0], 's'),
    h('span', { cls: hideable ? 'word' : '', text: word }),
  );

/** True if an agent made calls but none of its tasks has ended; tasks count when they end. */
export const isUnfinished = (a) => !a.tasks && a.requests > 0;
/** Cost of an agent: the cost of its ended tasks or, if there are none, of its calls so far. */
export const costOf = (a) => (isUnfinished(a) ? a.request_cost_usd : a.cost_usd);

const NOTES = {
  cached_tokens_added: 'cached tokens were reported separately from the input and added to it',
  reasoning_tokens_added:
    'reasoning tokens were reported separately from the output and added to it',
  zeros_replaced: 'zeros reported at the end were replaced by the sums of the calls',
  cost_differs_from_calls: 'the cost reported at the end differs from the sum of the calls',
};

/** Corrections that the API counts, as sentences: " 40 calls: cached tokens were ... added." */
export const notes = (x, one = 'call') =>
  Object.entries(x?.notes || {})
    .filter(([name, n]) => n > 0 && NOTES[name])
    .map(([name, n]) => ` ${f.many(n, one)}: ${NOTES[name]}.`)
    .join('');

export const figure = (name, value, cls) =>
  h('div', null, h('dt', { text: name }), h('dd', { cls: cls || '', text: value }));
