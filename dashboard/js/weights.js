// Texts and drawings of provider weights.
import { h, s } from './dom.js';
import * as f from './format.js';
import { scrollTable } from './parts.js';

const STATES = {
  closed: 'healthy',
  open: 'no traffic',
  half_open: 'probing',
  ramping: 'ramping up',
  capped: 'at its limit',
  pinned: 'pinned',
  excluded: 'excluded',
};
export const stateOf = (w) => STATES[w.state] || w.state;

/** Weight and condition of a provider; null if no weight was decided. */
export const weightOf = (weights, provider) =>
  weights?.providers.find((w) => w.provider === provider) || null;

/** Step line of a share over the range, on a scale from 0 to 100 %. */
export function stepLine(points, from, to, cls) {
  const box = s('svg', {
    class: 'spark',
    viewBox: '0 0 100 28',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  if (!points.length || to <= from) return box;
  const x = (t) => (Math.min(1, Math.max(0, (t - from) / (to - from))) * 100).toFixed(2);
  const y = (v) => (26 - v * 24).toFixed(1);
  let line = '';
  points.forEach((p, i) => {
    const at = x(Date.parse(p.at));
    line += i ? `L${at} ${y(points[i - 1].weight)}L${at} ${y(p.weight)}` : `M${at} ${y(p.weight)}`;
  });
  box.append(s('path', { class: cls, d: `${line}L${x(to)} ${y(points.at(-1).weight)}` }));
  return box;
}

/** Number of calls behind the router's reason, and their time span. */
export const basis = (w) =>
  w.recent ? `n ${f.count(w.recent.calls)} in ${w.recent.seconds} s` : '';

export const percent = (x) => (x > 0 && x < 0.005 ? 'under 1 %' : f.percent(x, 0));

const shareChange = (c) => `${percent(c.weight_before)} → ${percent(c.weight)}`;

const SHOWN = 12;
/**
 * The newest changes of shares, newest first, and a note on the others; probes of a failing
 * provider in grey.
 */
export const changeList = (changes, named) => [
  h(
    'ol',
    { cls: 'line-list' },
    changes.slice(0, SHOWN).map((c) =>
      h(
        'li',
        { cls: c.state === 'half_open' ? 'probe' : '' },
        h('time', {
          datetime: c.at,
          title: f.moment(Date.parse(c.at)),
          text: f.recently(Date.parse(c.at)),
        }),
        h('span', { cls: 'node diamond' }),
        h(
          'span',
          null,
          h('b', { text: `${named ? `${f.providerName(c.provider)} ` : ''}${shareChange(c)}` }),
          h('span', { cls: 'sub', text: f.named(c.reason) }),
        ),
      ),
    ),
  ),
  changes.length > SHOWN
    ? h('p', {
        cls: 'pad soft',
        text: `The newest ${SHOWN} of ${f.count(changes.length)}; the CSV file has all.`,
      })
    : null,
];

export const MODES = {
  live: 'Routers follow these weights.',
  recommend: 'Recommendations only: not published to routers.',
  freeze: 'Frozen: routers keep these weights.',
  clear: 'Cleared: routers split traffic evenly.',
};

const minus = (v) => (v < 0 ? '−' : '');

/** One row per provider: the parts of its cost per success. */
export function explanation(weights, selected) {
  const rows = [...weights.providers].sort(
    (a, b) => b.weight - a.weight || a.cost_per_success_usd - b.cost_per_success_usd,
  );
  const limited = rows.some((w) => w.limit < 1);
  const columns = [
    ['Provider', ''],
    ['Weight', 'n'],
    ['Call', 'n'],
    ['+ waiting', 'n'],
    ['+ failures', 'n'],
    ['= one success', 'n'],
    ['Value', 'n p2'],
    limited && ['Limit', 'n p3'],
    ['Reason', 'wide'],
  ].filter(Boolean);
  const body = h(
    'tbody',
    null,
    rows.map((w) => explainedRow(w, w.provider === selected, limited)),
  );
  return scrollTable('Reasons for the weights', columns, body);
}

function explainedRow(w, isSelected, limited) {
  const state = [stateOf(w), basis(w)].filter(Boolean).join(', ');
  const worth = `${minus(w.value_usd)}${f.unit(Math.abs(w.value_usd))}`;
  return h(
    'tr',
    { cls: isSelected ? 'selected' : '' },
    h('td', null, f.providerName(w.provider), ' ', h('span', { cls: 'muted', text: state })),
    h('td', { cls: 'n', text: percent(w.weight) }),
    h('td', { cls: 'n', text: f.unit(w.cost_usd) }),
    h('td', { cls: 'n', text: f.unit(w.waiting_usd) }),
    h('td', { cls: 'n', text: f.unit(w.failures_usd) }),
    h('td', { cls: 'n', text: f.unit(w.cost_per_success_usd) }),
    h('td', { cls: 'n p2', text: `${worth} ± ${f.unit(w.uncertainty_usd).slice(1)}` }),
    limited ? h('td', { cls: 'n p3', text: w.limit < 1 ? percent(w.limit) : '–' }) : null,
    h('td', { cls: 'wide', text: f.named(w.reason) }),
  );
}

/** Benefit of the weights compared with even shares. */
export function saved(x) {
  if (!x || !x.requests) return '';
  const money = (v) => `${minus(v)}${f.usd(Math.abs(v))}`;
  const whole = (v) => `${minus(v)}${f.count(Math.abs(v))}`;
  const avoided = x.failures_avoided;
  return [
    'Compared with an even split, in this range:',
    `${whole(avoided.value)} failed calls avoided`,
    `(95 % interval: ${whole(avoided.low)} to ${whole(avoided.high)}),`,
    `worth ${money(x.usd.value)} (${money(x.usd.low)} to ${money(x.usd.high)})`,
    `over ${f.count(x.requests)} calls.`,
  ].join(' ');
}
