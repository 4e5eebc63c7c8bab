// Is something wrong, where, what does it cost?
import { h, icon, setKids, setText } from '../dom.js';
import * as f from '../format.js';
import { chartPanel, swatch } from '../charts.js';
import { basis, percent, stateOf, stepLine, weightOf } from '../weights.js';
import { figure, notes, skeleton, smooth, spark, status, tile, tileSkeleton } from '../parts.js';
import { isLive, rangeQuery, state, viewLink } from '../state.js';
import * as api from '../api.js';
import * as series from '../series.js';
import { findings, marks, measures } from '../alerts.js';
import { agentTable } from './agents.js';
import { verdict } from './verdict.js';
import { unalarmed } from '../trust.js';

const CLASSES = ['ca', 'cb', 'cc'];
/** Cards that are shown at once, and how many fit beside the charts. */
const FEW = 6;
const BESIDE = 4;
const bySpend = (a, b) =>
  (b.cost_usd ?? 0) - (a.cost_usd ?? 0) ||
  b.requests - a.requests ||
  (a.provider < b.provider ? -1 : 1);
/** A provider's colour, dash and marker: those who cost most have one of their own. */
export function classOf(provider, providers) {
  const place = [...providers].sort(bySpend).findIndex((p) => p.provider === provider);
  return place < CLASSES.length ? CLASSES[place] : ['cd', 'ck'][place % 2];
}
/** The fleet, and what the alert costs that the verdict names. */
export async function load() {
  const data = await api.dashboard(rangeQuery());
  const [first] = findings(data.alerts.filter((a) => a.state !== 'resolved')).filter((x) => x.no);
  const incident =
    first && isLive() ? await api.incidentCost(first.alert.alert_id).catch(() => null) : null;
  return { ...data, incident };
}
export const title = () => 'Fleet';

/** Nothing happened: says what to do about it. */
export function nothing(data, what, longer) {
  const shown = (time) => f.tick(Date.parse(time), 864e5 * 2);
  return {
    title: `No ${what} between ${shown(data.range.from)} and ${shown(data.range.to)}`,
    text: 'Send events to the topic ',
    code: 'task-events',
    after: ', or choose a longer range.',
    action: longer,
  };
}

const asking = () =>
  h(
    'section',
    { cls: 'panel verdict calm', 'aria-label': 'State of the fleet' },
    h('div', { cls: 'lead' }, h('h1', { text: 'Asking the API …' })),
  );

const fleetCharts = () => ({
  success: chartPanel({
    title: 'Task success',
    type: 'line',
    fmt: f.percent,
    tick: (v) => f.percent(v, 0),
    max: 1,
    usualText: 'grey: usual',
  }),
  cost: chartPanel({
    title: 'Cost by provider',
    type: 'bar',
    fmt: (v) => (v == null ? '–' : f.usd(v)),
    tick: f.usdTick,
    min: 0,
  }),
  time: chartPanel({
    title: 'Task time',
    type: 'line',
    fmt: f.duration,
    tick: f.shortDuration,
    log: [100, 300, 1e3, 3e3, 1e4, 3e4, 6e4, 18e4, 6e5, 18e5, 36e5, 108e5, 36e6],
  }),
  tokens: chartPanel({
    title: 'Tokens',
    type: 'bar',
    fmt: (v) => (v == null ? '–' : f.compact(v)),
    tick: f.compactTick,
    min: 0,
  }),
});

export function mount(main, act) {
  const top = h('div', { cls: 'stack' }, asking());
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
  main.replaceChildren(top, tiles, side, table.el);
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
      list.length ? providerCards(shown.data, shown.found, all ? Infinity : FEW) : noProviders(),
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
      shown = { data, found };
      drawCards();
      updateCharts(charts, data, act);
      table.update(data, found);
      return found;
    },
    waiting() {
      setText(
        top.querySelector('h1'),
        'Loading: the first answer takes longer while much is being written or read.',
      );
    },
    fail(error) {
      setKids(top, noAnswer(error, act));
      setKids(
        tiles,
        h('p', { cls: 'tile whole muted', text: 'No figures: the API gave no answer yet.' }),
      );
      setKids(cards, h('div', { cls: 'panel message' }, NO_FIGURES.text));
      panels.forEach((c) => c.update({ message: NO_FIGURES }));
      table.fail();
    },
  };
}

const moreProviders = (n, all) =>
  h('button', {
    type: 'button',
    cls: 'more',
    'aria-expanded': String(all),
    text: all ? `Show ${FEW} providers` : `Show all ${f.count(n)} providers`,
  });

const CHECK =
  'Check the API and Postgres: agent-analytics doctor says what is wrong. ' +
  'The page keeps asking.';
/** No answer yet: why, what to do, and a way to ask again. */
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

/** The reason is said once, in the first box. */
const NO_FIGURES = { title: '', text: 'No figures yet.' };
const noProviders = () =>
  h(
    'div',
    { cls: 'panel message' },
    h('span', { cls: 'title', text: 'No provider was called' }),
    h('span', { text: 'Providers appear with the first LLM call.' }),
  );

const none = (what) => `no ${what} in this range`;
/** A usual value in words; nothing is usual where no task ended before the range. */
const usually = (u, text) => (u.tasks > 0 ? `usual ${text}` : 'nothing before to compare');

function fleetTiles(data, found) {
  const now = data.overview;
  const before = data.usual.overview;
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
  const critical = found.some((x) => x.level === 'critical');
  const worse = before.tasks > 0 && now.success_rate < before.success_rate - 0.01;
  const points =
    now.success_rate != null && before.tasks > 0 && before.success_rate != null
      ? `${f.signed(100 * (now.success_rate - before.success_rate))} pts`
      : null;
  return tile({
    label: 'Success',
    value: f.percent(now.success_rate),
    tone: critical && worse ? 'bad' : '',
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
  const unpriced = now.unpriced_requests
    ? `${f.many(now.unpriced_requests, 'call')} unpriced, `
    : '';
  const costs = (points) => smooth(points.map((x) => x.cost_usd));
  return tile({
    label: 'Cost',
    value: now.requests ? f.usd(now.cost_usd) : '–',
    tone: found.some((x) => x.measure === 'cost') ? 'warned' : '',
    delta: before.requests > 0 ? f.change(now.cost_usd, before.cost_usd) : null,
    sub: now.requests ? `${unpriced}${usually(before, f.usd(before.cost_usd))}` : none('calls'),
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
    sub: `running, ${f.many(now.active_agents, 'agent')} active`,
    title: `${f.many(Math.round(now.throughput_per_hour), 'task')} an hour`,
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
    spark: spark(smooth(now.series.map((x) => x.tokens?.total ?? 0))),
  });
}

function queueTile(now) {
  const peak = Math.max(...now.series.map((x) => x.pending ?? 0));
  return tile({
    label: 'Queue',
    value: f.count(now.queue_length),
    unit: 'waiting',
    sub: `peak ${f.count(peak)} in this range`,
    spark: spark(now.series.map((x) => x.pending)),
  });
}

function providerCards(data, found, most) {
  const calls = data.overview.series.map((_, i) =>
    data.providers.reduce((sum, p) => sum + (p.series[i]?.requests || 0), 0),
  );
  const problemOf = (p) => found.find((x) => x.scope === 'provider' && x.id === p.provider);
  const sick = (p) => (problemOf(p) ? 0 : 1);
  return [...data.providers]
    .sort((a, b) => sick(a) - sick(b) || b.requests - a.requests)
    .slice(0, most)
    .map((p) => providerCard(data, p, problemOf(p), calls));
}

function providerCard(data, p, problem, calls) {
  const level = problem?.level;
  const cls = classOf(p.provider, data.providers);
  const weight = weightOf(data.weights, p.provider);
  const name = f.providerName(p.provider);
  return h(
    'article',
    { cls: `panel pcard ${level === 'critical' ? 'down' : ''}`, 'aria-label': name },
    h(
      'div',
      { cls: 'row' },
      h('a', { cls: 'name', ...viewLink('provider', p.provider) }, swatch(cls), name),
      problem ? status(level, problem.word) : unalarmed(data, p.recent?.requests, 'No calls'),
    ),
    providerFigures(p, problem),
    weight ? weightLine(data, weight, cls) : callsLine(data, p, calls, cls),
    h('p', { cls: 'why', text: `${why(p)}${weight ? routerSays(weight, data.weights) : ''}` }),
  );
}

function providerFigures(p, problem) {
  const level = problem?.level;
  const bad = level === 'critical' ? 'crit' : level === 'warning' ? 'warn' : '';
  return h(
    'dl',
    { cls: 'figs' },
    figure(
      `Success, 5 min (n ${f.count(p.recent?.requests)})`,
      f.percent(p.recent?.success_rate),
      problem && problem.word !== 'Slow' ? bad : '',
    ),
    figure(
      `Latency p95 (n ${f.compact(p.requests)})`,
      f.duration(p.latency_ms.p95),
      problem?.word === 'Slow' ? bad : '',
    ),
    figure('Per success', f.unit(p.cost_per_success_usd)),
    figure('Spent', f.usd(p.cost_usd)),
  );
}

/** The weight over the range, beside what it is now. */
function weightLine(data, weight, cls) {
  const from = Date.parse(data.range.from);
  const to = Math.min(Date.parse(data.range.to), Date.parse(data.generated_at));
  const now = h('b', { text: percent(weight.weight) });
  return h(
    'div',
    { cls: 'share' },
    stepLine(weight.series, from, to, cls),
    h('span', null, 'weight ', now, `, usual ${percent(weight.usual_weight)}`),
  );
}

/** The share of all calls over the range, where no weight is decided. */
function callsLine(data, p, calls, cls) {
  const before = data.usual.providers.find((u) => u.provider === p.provider);
  const share = p.series.map((x, k) => series.ratio(x.requests, calls[k]));
  const now = h('b', { text: f.percent(p.share, 0) });
  const usual = before ? `, usual ${f.percent(before.share, 0)}` : '';
  return h(
    'div',
    { cls: 'share' },
    shareLine(share, cls),
    h('span', null, 'share of calls ', now, usual),
  );
}

function routerSays(weight, weights) {
  const state = [stateOf(weight), basis(weight)].filter(Boolean).join(', ');
  const old = weights.expired ? ' These weights are too old to be followed.' : '';
  return ` Router (${state}): ${weight.reason}${old}`;
}

function why(p) {
  const errors = Object.entries(p.recent?.errors || {})
    .sort((a, b) => b[1] - a[1])
    .map(([type, n]) => `${n} ${f.words(type)}`);
  if (!p.recent?.requests) return 'No call in the last 5 minutes of the range.';
  return errors.length
    ? `Last 5 min: ${errors.join(', ')} in ${f.many(p.recent.requests, 'call')}.`
    : `No failed call in the last 5 min (${f.many(p.recent.requests, 'call')}).`;
}

function shareLine(values, cls) {
  const line = spark(smooth(values, 3));
  line.setAttribute('class', '');
  line.querySelector('path')?.setAttribute('class', cls);
  return line;
}

function updateCharts(charts, data, act) {
  const points = data.overview.series;
  const at = series.times(points);
  const longer =
    state.range === '30d' || !isLive() ? null : { text: 'Show the last 24 h', run: act.lastDay };
  const axis = {
    at,
    per: f.perStep(data.range.step),
    time: (time) => f.tick(time, at.at(-1) - at[0]),
    common: { times: at, step: series.stepOf(data), open: isLive() },
    marked: (what) => ({ marks: marks(data.alerts, measures(what)) }),
    nothing: (what) => ({ message: nothing(data, what, longer) }),
  };
  charts.success.update(successChart(data, axis));
  charts.cost.update(costChart(data, axis));
  charts.time.update(timeChart(data, axis));
  charts.tokens.update(tokensChart(data, axis));
}

function successChart(data, axis) {
  const now = data.overview;
  const before = data.usual.overview;
  if (!now.tasks) return axis.nothing('tasks');
  const rate = series.success(now.series);
  const x = series.extremes(axis.at, rate);
  const usual = before.tasks ? `, usual ${f.percent(before.success_rate)}` : '';
  const lowest = `Lowest ${f.percent(x.low.value, 0)} at ${axis.time(x.low.time)}`;
  return {
    ...axis.common,
    ...axis.marked('success'),
    unit: `% ${axis.per}`,
    usual: series.band(series.success(before.series)),
    series: [{ name: 'fleet', cls: 'ci', values: rate }],
    summary:
      x.low.value === x.high.value
        ? `${f.percent(x.last.value, 0)} throughout.`
        : `${lowest}; ${f.percent(now.success_rate)} over the range${usual}.`,
  };
}

function costChart(data, axis) {
  const now = data.overview;
  if (!now.requests) return axis.nothing('calls');
  return {
    ...axis.common,
    ...axis.marked('cost'),
    unit: `$ ${axis.per}`,
    series: costParts(data),
    summary: costSummary(now, axis),
  };
}

/** Unknown and not nothing where nobody was called. */
const spent = (points) => points.map((s) => (s.requests ? s.cost_usd : null));

/** Cost of the most expensive providers, and of all others together. */
function costParts(data) {
  const isTop = (p) => CLASSES.includes(classOf(p.provider, data.providers));
  const top = data.providers.filter(isTop).sort(bySpend);
  const rest = data.providers.filter((p) => !isTop(p));
  const parts = top.map((p) => ({
    name: f.providerName(p.provider),
    cls: classOf(p.provider, data.providers),
    values: spent(p.series),
  }));
  if (rest.length) {
    const costs = rest.map((p) => spent(p.series));
    parts.push({
      name: f.many(rest.length, 'other'),
      cls: 'cd',
      values: data.overview.series.map((_, i) => series.sum(costs.map((c) => c[i]))),
    });
  }
  return parts;
}

function costSummary(now, axis) {
  const { high } = series.extremes(axis.at, spent(now.series));
  if (!high) return 'Nothing has a price.';
  const unpriced = now.unpriced_requests
    ? ` ${f.many(now.unpriced_requests, 'call has', 'calls have')} no price.`
    : '';
  const most = `most at ${axis.time(high.time)}, ${f.usd(high.value)}.`;
  return `${f.usd(now.cost_usd)} in the range; ${most}${unpriced}${notes(now)}`;
}

function timeChart(data, axis) {
  const now = data.overview;
  const slowest = now.series.map((s) => s.p95_ms);
  const { high } = series.extremes(axis.at, slowest);
  if (!high) return axis.nothing('tasks');
  const highest = `highest ${f.duration(high.value)} at ${axis.time(high.time)}`;
  return {
    ...axis.common,
    ...axis.marked('time'),
    unit: 'log scale',
    series: ['p50', 'p95', 'p99'].map((q, i) => ({
      name: q,
      cls: ['ci', 'cd', 'ck'][i],
      values: now.series.map((s) => s[`${q}_ms`]),
    })),
    summary: `p95 ${f.duration(now.duration_ms.p95)} over the range; ${highest}.`,
  };
}

const NO_TOKENS = {
  title: 'No tokens were reported',
  text: 'Calls in this range carry no token counts.',
};

function tokensChart(data, axis) {
  const now = data.overview;
  if (!now.tokens) return now.requests ? { message: NO_TOKENS } : axis.nothing('calls');
  const values = (pick) => now.series.map((s) => (s.tokens ? pick(s.tokens) : null));
  const cached = now.tokens.input ? now.tokens.cached_input / now.tokens.input : null;
  const total = f.compact(now.tokens.total);
  return {
    ...axis.common,
    ...axis.marked('tokens'),
    unit: axis.per,
    series: [
      { name: 'input', cls: 'ci', values: values((k) => k.input - k.cached_input) },
      { name: 'cached', cls: 'cd', values: values((k) => k.cached_input) },
      { name: 'output', cls: 'ck', values: values((k) => k.output) },
    ],
    summary: `${total} in the range; ${f.percent(cached, 0)} of input cached.`,
  };
}
