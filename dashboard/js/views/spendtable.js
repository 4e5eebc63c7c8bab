// Table of the groups of spend: share, change with its reason, and cost per success.
import { h, s, setKids, setText } from '../dom.js';
import * as f from '../format.js';
import * as g from '../grouping.js';
import { csvButton, pages } from '../csv.js';
import { panel, skeleton } from '../parts.js';
import { go, rangeQuery, state, viewLink } from '../state.js';
import { by, query, SHORT, shown } from './spendquery.js';

const MAX_ROWS = 1000;
const COLUMNS = [
  { key: 'group', name: 'Group', up: true },
  { key: 'cost_usd', name: 'Cost', cls: 'n' },
  { name: 'Share', cls: 'p2' },
  { key: 'before_usd', name: 'Before', cls: 'n p2' },
  { key: 'change_usd', name: 'Change', cls: 'n' },
  { name: 'Reason', cls: 'p2' },
  { key: 'tasks', name: 'Tasks', cls: 'n p2' },
  { key: 'cost_per_success_usd', name: 'Per success', cls: 'n p2' },
  { key: 'success_rate', name: 'Success', cls: 'n p3' },
  { key: 'tokens', name: 'Tokens', cls: 'n p3' },
  { key: 'cached_share', name: 'Cached', cls: 'n p3' },
];
const order = () => state.order || '-cost_usd';

function sortBy(c) {
  const same = order().replace('-', '') === c.key;
  const descending = same ? !order().startsWith('-') : !c.up;
  go({ order: `${descending ? '-' : ''}${c.key}` }, { replace: true });
}

function headCell(c, sort) {
  const sorted = sort().replace('-', '') === c.key;
  const down = sort().startsWith('-');
  const arrow = sorted ? (down ? ' ↓' : ' ↑') : '';
  return h(
    'th',
    {
      scope: 'col',
      cls: c.cls || '',
      'aria-sort': sorted ? (down ? 'descending' : 'ascending') : null,
    },
    c.key
      ? h('button', { type: 'button', 'data-sort': c.key, 'data-key': c.key }, c.name, arrow)
      : c.name,
  );
}

export function spendTable(act) {
  const head = h('tr');
  const body = h('tbody');
  const found = h('span', { cls: 'muted' });
  const loading = skeleton('list');
  const more = h('button', {
    type: 'button',
    hidden: true,
    onclick: () => {
      shown.limit = shown.limit === SHORT ? MAX_ROWS : SHORT;
      act.now();
    },
  });
  let data = null;
  const save = csvButton('the groups', () => ({
    name: `spend-${by()}`,
    range: data?.range,
    lists: pages('spend', { ...rangeQuery(), ...query() }, 'groups'),
  }));
  const scroll = h(
    'div',
    { cls: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Spend, as a table', hidden: true },
    h('table', { cls: 'spend' }, h('thead', null, head), body),
  );
  head.addEventListener('click', (e) => {
    const key = e.target.closest('button')?.dataset.sort;
    if (key) sortBy(COLUMNS.find((c) => c.key === key));
  });
  const el = panel(
    'Groups',
    { label: 'Spend by group', beside: found, actions: save },
    loading,
    scroll,
    h('div', { cls: 'bar' }, more),
  );
  return {
    el,
    update(next) {
      data = next;
      el.hidden = !data.groups.length;
      loading.hidden = true;
      scroll.hidden = false;
      setText(found, f.count(data.total));
      setKids(
        head,
        COLUMNS.map((c) => headCell(c, order)),
      );
      setKids(body, data.groups.map(row));
      more.hidden = data.total <= SHORT;
      const first = `the first ${f.count(MAX_ROWS)}`;
      const all = data.total > MAX_ROWS ? first : `all ${f.count(data.total)}`;
      setText(more, shown.limit === SHORT ? `Show ${all}` : `Show ${SHORT}`);
    },
  };
}

/** A group as a link to its parts; a part links to its tasks. */
export function groupLink(group) {
  const text = g.valuesOf(g.others(group, state.where));
  if (state.where) {
    const tasks = g.tasksLink(group);
    return tasks ? h('a', { ...tasks, text }) : h('span', { text });
  }
  const [[name, value]] = Object.entries(group);
  const to = name === 'model' ? 'model,provider' : `${name},model`;
  const own = { where: g.equal(name, value), against: state.against };
  return Object.keys(group).length > 1 || value === '__overflow__'
    ? h('span', { text })
    : h('a', { ...viewLink('spend', to, own), text });
}

const shareBar = (share) =>
  h(
    'span',
    { cls: 'share-bar' },
    h('span', { cls: 'share-text', text: f.percent(share) }),
    s(
      'svg',
      { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      s('rect', { class: 'bar-fill', x: 0, y: 1, width: 100 * (share || 0), height: 6 }),
    ),
  );

function tasksCell(group) {
  const text = f.count(group.tasks);
  const link = group.tasks ? g.tasksLink(group.group) : null;
  return link
    ? h('a', { ...link, text, 'aria-label': `${text} tasks of ${g.valuesOf(group.group)}` })
    : text;
}

const signedUsd = (usd) =>
  usd == null ? '–' : usd === 0 ? '±$0' : `${usd < 0 ? '−' : '+'}${f.usd(Math.abs(usd))}`;
const changeText = (x) =>
  x.change == null
    ? signedUsd(x.change_usd)
    : `${signedUsd(x.change_usd)} (${f.signed(100 * x.change, 0)} %)`;
const atLeast = (x) => f.atLeast(x.cost_usd, x.unpriced_requests);

const row = (x) =>
  h(
    'tr',
    null,
    h('td', { cls: 'ident' }, groupLink(x.group)),
    h('td', { cls: 'n', text: atLeast(x) }),
    h('td', { cls: 'p2' }, shareBar(x.share)),
    h('td', { cls: 'n p2', text: x.before ? atLeast(x.before) : '–' }),
    h('td', { cls: 'n', text: changeText(x) }),
    h('td', { cls: 'p2 wrap soft', text: x.reason || '–' }),
    h('td', { cls: 'n p2' }, tasksCell(x)),
    h('td', { cls: 'n p2', text: f.orDash(f.unit)(x.cost_per_success_usd) }),
    h('td', { cls: 'n p3', text: f.percent(x.success_rate) }),
    h('td', { cls: 'n p3', text: f.orDash(f.compact)(x.tokens?.total) }),
    h('td', { cls: 'n p3', text: f.percent(x.cached_share, 0) }),
  );
