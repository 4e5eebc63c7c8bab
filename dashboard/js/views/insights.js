// Recommended changes with benefit, confidence, and the steps to apply them.
import { h, icon, setKids, s } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { csvButton, onePage } from '../csv.js';
import { isUnused, nothing } from '../nothing.js';
import { bar, empty, failed, panel, scrollTable, skeleton, tile, tileSkeleton } from '../parts.js';
import { rangeQuery, viewLink } from '../state.js';
import { findings } from '../alerts.js';
import { saved } from '../weights.js';

export const title = () => 'Insights';

export async function load() {
  const [answer, routing] = await Promise.all([
    api.insights(rangeQuery()),
    api.weights(rangeQuery()),
  ]);
  return { ...answer, saved: routing.saved };
}

const VERDICTS = {
  better_and_cheaper: 'better and cheaper',
  cheaper: 'cheaper',
  cheaper_success_not_proven: 'cheaper; not proven to be as good',
  cheaper_but_worse: 'cheaper but worse',
  no_significant_difference: 'no significant difference',
  more_expensive: 'more expensive',
  in_trouble_now: 'has problems now',
};
const money = (v) => `${v < 0 ? '−' : ''}${f.usd(Math.abs(v))}`;
const points = (v) => `${f.signed(100 * v)} pts`;
const SWITCHES = ['switch_model', 'move_agent'];
/** One-sided confidence in words, different from the 95 % of the intervals. */
function sure(x) {
  if (x.confidence == null) return '';
  const likely = x.confidence >= 0.9995 ? 'over 99.9 %' : f.percent(x.confidence, 1);
  return `${likely} likely${SWITCHES.includes(x.kind) ? ' to be better' : ''}`;
}

const ABOUT =
  'Verifiable statistics with 95 % intervals; for tokens, the interquartile range of peers.';
const NEEDED =
  'Advice to switch needs 200 tasks of known cost on each side; ' +
  'advice on thresholds needs 30 tasks of an agent.';
const PARTIAL =
  'The fleet has too many agents: not all were examined, so insights about single agents may be ' +
  'missing here.';
const partial = () =>
  h('p', { cls: 'panel unsure pad', role: 'status' }, icon('warning', 's warn'), ` ${PARTIAL}`);
/** Says that only the newest tasks of a long range were examined. */
const examined = (data) =>
  data.examined_from === data.range.from
    ? null
    : h('p', {
        cls: 'soft',
        role: 'status',
        text:
          'This range has more than 500,000 tasks. ' +
          `Insights are based on those since ${f.moment(Date.parse(data.examined_from))}.`,
      });
const noAdvice = (data) =>
  h(
    'section',
    { cls: 'panel' },
    empty(nothing(data, { soon: NEEDED, title: 'No advice in this range', text: NEEDED })),
  );

export function mount(main, act) {
  const head = h(
    'div',
    { cls: 'head' },
    h('div', null, h('h1', { text: 'Insights' }), h('p', { cls: 'soft', text: ABOUT })),
    h(
      'div',
      { cls: 'actions' },
      h('a', { ...viewLink('waste'), text: 'Waste by pattern' }),
      csvButton('the insights', () => ({
        name: 'insights',
        lists: onePage('insights', rangeQuery(), 'insights'),
      })),
    ),
  );
  const tiles = h(
    'section',
    { cls: 'panel tiles few', 'aria-label': 'This month' },
    Array.from({ length: 3 }, tileSkeleton),
  );
  const list = h('div', { cls: 'stack' }, h('section', { cls: 'panel' }, skeleton('list')));
  main.replaceChildren(head, tiles, list);
  return {
    update(data) {
      tiles.hidden = isUnused(data);
      setKids(tiles, forecast(data.forecast, data.insights));
      const brought = saved(data.saved);
      setKids(
        list,
        examined(data),
        data.complete ? null : partial(),
        brought ? panel('Savings by routing', null, h('p', { cls: 'pad', text: brought })) : null,
        data.insights.length ? data.insights.map(card) : noAdvice(data),
      );
      return findings(
        data.open.filter((x) => x.scope === 'provider'),
        false,
      );
    },
    fail(error) {
      tiles.hidden = true;
      setKids(list, h('section', { cls: 'panel' }, failed(error, act)));
    },
  };
}

function forecast(x, insights) {
  const month = f.utcDay(Date.parse(x.period_end) - 864e5);
  const worth = insights.reduce(
    (sum, i) => sum + (i.saving_monthly_usd?.low > 0 ? i.saving_monthly_usd.value : 0),
    0,
  );
  return [
    tile({
      label: 'Spent this month',
      value: f.atLeast(x.spent_usd, x.unpriced_requests),
      sub: `since ${f.utcDay(Date.parse(x.period_start))}, UTC`,
    }),
    tile({
      label: `Expected by ${month}`,
      value: f.orDash((usd) => f.atLeast(usd, x.unpriced_requests))(x.expected_usd),
      sub:
        x.expected_usd == null
          ? 'needs two complete days'
          : `${f.usd(x.low_usd)} to ${f.usd(x.high_usd)}, if days stay like the last ${x.days}`,
    }),
    tile({
      label: 'Possible savings',
      value: worth ? f.usd(worth) : '–',
      sub: worth ? 'in 30 days, each applied alone' : 'nothing certain',
    }),
  ];
}

/** Draws an interval on a line from zero. */
function interval(x) {
  const top = Math.max(x.high, 0) || 1;
  const low = Math.min(x.low, 0);
  const at = (v) => (((v - low) / (top - low)) * 100).toFixed(1);
  return s(
    'svg',
    {
      class: 'interval',
      viewBox: '0 0 100 12',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    s('line', { x1: at(0), x2: at(0), y1: 0, y2: 12 }),
    s('rect', { x: at(x.low), width: Math.max(0.5, at(x.high) - at(x.low)), y: 4, height: 4 }),
    s('circle', { cx: at(x.value), cy: 6, r: 3 }),
  );
}

function card(x) {
  const effect = x.saving_monthly_usd;
  const name = f.named(x.title);
  return h(
    'article',
    { cls: 'panel insight', 'aria-label': name },
    bar(name, { beside: h('span', { cls: 'muted', text: sure(x) }) }),
    h(
      'div',
      { cls: 'pad' },
      effect
        ? h(
            'p',
            { cls: 'effect' },
            h('b', { text: `${money(effect.value)} in 30 days` }),
            ` ${money(effect.low)} to ${money(effect.high)}`,
            interval(effect),
          )
        : null,
      h(
        'p',
        null,
        f.named(x.detail),
        x.success_change && x.kind === 'move_agent' ? successChange(x.success_change) : '',
      ),
      h('p', { cls: 'soft' }, evidence(x), subject(x)),
      x.alternatives.length ? alternatives(x) : null,
      h(
        'details',
        null,
        h('summary', { text: 'How to apply' }),
        h('p', { cls: 'mono-wrap', text: x.apply }),
      ),
    ),
  );
}

const successChange = (c) => ` Success ${points(c.value)} (${points(c.low)} to ${points(c.high)}).`;

function evidence(x) {
  const here = f.many(x.tasks.now, x.kind === 'failing_provider' ? 'call' : 'task');
  const there = x.tasks.there ? ` here, ${f.count(x.tasks.there)} there` : '';
  return `Evidence: ${here}${there}. `;
}

/** Link to the agent of the advice, or to its provider. */
function subject(x) {
  const see = (view, id, text) => ['See ', h('a', { ...viewLink(view, id), text }), '.'];
  if (x.agent_id) return see('agent', x.agent_id, x.agent_id);
  return x.from && !x.agent_type
    ? see('provider', x.from.provider, f.providerName(x.from.provider))
    : null;
}

const ALTERNATIVE_COLUMNS = [
  ['Model', ''],
  ['Tasks', 'n'],
  ['Success', 'n'],
  ['Change', 'n'],
  ['Per success', 'n'],
  ['Saves', 'n'],
  ['Verdict', ''],
];

const alternatives = (x) =>
  h(
    'details',
    null,
    h('summary', {
      text:
        x.alternatives.length > 1
          ? `All ${x.alternatives.length} compared`
          : 'The only alternative',
    }),
    scrollTable(
      'Models compared',
      ALTERNATIVE_COLUMNS,
      h('tbody', null, x.alternatives.map(alternativeRow)),
    ),
  );

function alternativeRow(a) {
  const saves = a.saving_per_success_usd;
  const change = points(a.success_change.value);
  return h(
    'tr',
    null,
    h('td', { text: a.model || f.providerName(a.provider) }),
    h('td', { cls: 'n', text: f.count(a.tasks) }),
    h('td', { cls: 'n', text: f.percent(a.success.value) }),
    h('td', { cls: 'n', text: a.success_is_different ? change : `${change}, not significant` }),
    h('td', { cls: 'n', text: f.unit(a.cost_per_success_usd.value) }),
    h('td', {
      cls: 'n',
      text: `${money(saves.value)} (${money(saves.low)} to ${money(saves.high)})`,
    }),
    h('td', { text: VERDICTS[a.verdict] || f.words(a.verdict) }),
  );
}
