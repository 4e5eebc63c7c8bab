// The fleet: verdict, figures, providers, charts and agents.
import { h, icon, setKids, setText } from '../dom.js';
import { excludedBy, excludedLine, exclusionsSoon } from '../actions.js';
import * as f from '../format.js';
import { isUnused } from '../nothing.js';
import { skeleton, smooth, spark, tile, tileSkeleton } from '../parts.js';
import { isLive, rangeQuery, viewLink } from '../state.js';
import * as api from '../api.js';
import * as series from '../series.js';
import { findings } from '../alerts.js';
import { agentTable } from './agents.js';
import { fleetCharts, updateCharts } from './fleetcharts.js';
import { providerCards } from './providercards.js';
import { verdict } from './verdict.js';

/** Number of provider cards that are shown initially, and number that fits beside the charts. */
const FEW = 6;
const BESIDE = 4;

/** Loads the fleet, and the cost of the alert in the verdict. */
export async function load() {
  const [data, policy] = await Promise.all([api.dashboard(rangeQuery()), exclusionsSoon()]);
  const excluded = [...(policy || []), ...excludedBy(data.weights)];
  const [first] = findings(data.alerts.filter((a) => a.state !== 'resolved')).filter((x) => x.no);
  const incident =
    first && isLive() ? await api.incidentCost(first.alert.alert_id).catch(() => null) : null;
  return { ...data, incident, policy, excluded };
}
export const title = () => 'Fleet';

const asking = () =>
  h(
    'section',
    { cls: 'panel verdict calm', 'aria-label': 'State of the fleet' },
    h('div', { cls: 'lead' }, h('h1', { text: 'Loading …' })),
  );

export function mount(main, act) {
  const top = h('div', { cls: 'stack' }, asking());
  const idle = h('div', { cls: 'stack' });
  const side = h('div', { cls: 'side' });
  const tiles = h(
    'section',
    { cls: 'panel tiles', 'aria-label': 'Fleet in the range' },
    Array.from({ length: 6 }, tileSkeleton),
  );
  const cards = h(
    'section',
    { cls: 'stack cards', 'aria-label': 'Providers' },
    h('div', { cls: 'panel' }, skeleton('list')),
  );
  const charts = fleetCharts();
  const table = agentTable();
  const panels = Object.values(charts);
  const elements = panels.map((c) => c.el);
  side.append(cards, h('div', { cls: 'two' }, elements));
  main.replaceChildren(top, tiles, idle, side, table.el);
  let all = false;
  let shown = null;
  const toggle = () => {
    all = !all;
    drawCards();
  };
  function drawCards() {
    const list = shown.data.providers;
    side.classList.toggle('many', list.length > BESIDE);
    setKids(
      cards,
      list.length
        ? providerCards(shown.data, shown.found, all ? Infinity : FEW)
        : noProviders(shown.data),
      list.length > FEW ? moreProviders(list.length, all) : null,
    );
    const button = cards.querySelector('.more');
    if (button) button.onclick = toggle;
  }

  return {
    update(data) {
      const found = isLive() ? findings(data.open) : findings(data.alerts, true);
      setKids(top, verdict(data, found));
      setKids(tiles, fleetTiles(data, found));
      setKids(idle, uncalled(data).map(excludedLine));
      shown = { data, found };
      drawCards();
      updateCharts(charts, data);
      table.update(data, found);
      return found;
    },
    waiting() {
      setText(top.querySelector('h1'), 'Loading: the first answer takes longer under heavy load.');
    },
    fail(error) {
      setKids(top, noAnswer(error, act));
      setKids(
        tiles,
        h('p', { cls: 'tile whole muted', text: 'No figures: the API has not answered yet.' }),
      );
      setKids(cards, h('div', { cls: 'panel message' }, NO_FIGURES.text));
      panels.forEach((c) => c.update({ message: NO_FIGURES }));
      table.fail();
    },
  };
}

/** Excluded providers without a card: those without calls in the range have none. */
const uncalled = ({ policy, weights, providers }) =>
  (policy || excludedBy(weights)).filter((id) => !providers.some((p) => p.provider === id));

const moreProviders = (n, all) =>
  h('button', {
    type: 'button',
    cls: 'more',
    'data-key': 'more',
    'aria-expanded': String(all),
    text: all ? `Show ${FEW} providers` : `Show all ${f.count(n)} providers`,
  });

const CHECK =
  'Check the API and Postgres: agent-analytics doctor shows what is wrong. ' +
  'The page keeps trying.';
/** Box without an answer: the reason, the remedy, and a button to try again. */
function noAnswer(error, act) {
  const todo = error.status >= 500 || !error.status ? CHECK : '';
  const again = error.retry ? ['Try now', act.now] : ['Show the last hour', act.lastHour];
  return h(
    'section',
    { cls: 'panel verdict calm unsure', 'aria-label': 'State of the fleet' },
    h(
      'div',
      { cls: 'lead' },
      icon('warning'),
      h('h1', { text: error.message }),
      h('button', { type: 'button', text: again[0], onclick: again[1] }),
      h('span', { cls: 'soft' }, `${todo} `, error.requestId ? `Request ${error.requestId}.` : ''),
    ),
  );
}

/** Message of the other boxes; only the first box shows the reason. */
const NO_FIGURES = { title: '', text: 'No figures yet.' };
const noProviders = (data) =>
  h('div', { cls: 'panel message' }, [
    h('span', {
      cls: 'title',
      text: isUnused(data) ? 'No provider yet' : 'No provider was called in this range',
    }),
    h('span', { text: isUnused(data) ? 'Providers appear with the first LLM call.' : '' }),
  ]);

const none = (what) => `no ${what} in this range`;
/** The usual value in words; there is none if no task ended in the previous range. */
const usually = (u, text) => (u.tasks > 0 ? `usual ${text}` : 'no earlier data');

function fleetTiles(data, found) {
  const now = data.overview;
  const before = series.before(data);
  return [
    successTile(now, before, found),
    costTile(now, before, found),
    timeTile(now, before),
    tasksTile(now),
    tokensTile(now, before),
    queueTile(now),
  ];
}

function successTile(now, before, found) {
  const critical = found.find((x) => x.level === 'critical');
  const worse = before.tasks > 0 && now.success_rate < before.success_rate - 0.01;
  const points =
    now.success_rate != null && before.tasks > 0 && before.success_rate != null
      ? `${f.signed(100 * (now.success_rate - before.success_rate))} pts`
      : null;
  return tile({
    label: 'Success',
    value: f.percent(now.success_rate),
    tone: critical && worse ? 'bad' : '',
    alert: critical,
    delta: points,
    sub:
      f.unreported(now.unreported) +
      (now.tasks ? usually(before, f.percent(before.success_rate)) : none('tasks')),
    spark: spark(smooth(series.success(now.series)), {
      usual: series.band(smooth(series.success(before.series))),
    }),
  });
}

function costTile(now, before, found) {
  const unpriced = now.unpriced_requests;
  const alert = found.find((x) => x.measure === 'cost');
  const costs = (points) => smooth(points.map((x) => x.cost_usd));
  return tile({
    label: 'Cost',
    link: h('a', { ...viewLink('spend', '', { show: 'budgets' }), text: 'Budgets' }),
    value: now.requests ? f.atLeast(now.cost_usd, unpriced) : '–',
    tone: alert ? 'warned' : '',
    alert,
    title: unpriced ? `${f.many(unpriced, 'call has', 'calls have')} no price` : null,
    delta: before.requests > 0 ? f.change(now.cost_usd, before.cost_usd) : null,
    sub: now.requests
      ? usually(before, f.atLeast(before.cost_usd, before.unpriced_requests))
      : none('calls'),
    spark: spark(costs(now.series), { usual: series.band(costs(before.series)) }),
  });
}

function timeTile(now, before) {
  const slowest = now.series.map((x) => x.p95_ms);
  return tile({
    label: 'Task time p95',
    value: f.duration(now.duration_ms.p95),
    delta: before.tasks > 0 ? f.change(now.duration_ms.p95, before.duration_ms.p95) : null,
    sub: now.tasks ? usually(before, f.duration(before.duration_ms.p95)) : none('tasks'),
    spark: spark(smooth(slowest, 5)),
  });
}

const tasksTile = (now) =>
  tile({
    label: 'Tasks',
    value: f.count(now.tasks),
    delta: f.count(now.running_tasks),
    sub: `running${isLive() ? '' : ' now'}, ${f.many(now.active_agents, 'agent')} active`,
    title: `${f.many(Math.round(now.throughput_per_hour), 'task')} per hour`,
    spark: spark(smooth(now.series.map((x) => x.tasks))),
  });

function tokensTile(now, before) {
  const cached = now.tokens && now.tokens.input ? now.tokens.cached_input / now.tokens.input : null;
  const unknown = now.requests ? 'not reported' : none('calls');
  return tile({
    label: 'Tokens',
    value: now.requests ? f.compact(now.tokens?.total) : '–',
    delta: f.change(now.tokens?.total, before.tokens?.total),
    sub: cached == null ? unknown : `${f.percent(cached, 0)} of input cached`,
    spark: spark(smooth(now.series.map((x) => x.tokens?.total ?? (x.requests ? null : 0)))),
  });
}

function queueTile(now) {
  const known = now.series.map((x) => x.pending).filter((n) => n != null);
  const peak = known.length ? f.count(Math.max(...known)) : 'unknown';
  return tile({
    label: 'Queue',
    value: f.count(now.queue_length),
    unit: isLive() ? 'waiting' : 'waiting now',
    sub: `peak ${peak} in this range`,
    spark: spark(now.series.map((x) => x.pending)),
  });
}
