// One agent: success, cost, alerts, weights and tasks.
import { h, setKids } from '../dom.js';
import * as f from '../format.js';
import { chartPanel } from '../charts.js';
import {
  costOf,
  crumbs,
  empty,
  failed,
  isUnfinished,
  notes,
  panel,
  smooth,
  spark,
  status,
  tile,
  tileSkeleton,
} from '../parts.js';
import { isLive, rangeQuery, state, viewLink } from '../state.js';
import * as api from '../api.js';
import * as series from '../series.js';
import { findings, marks, measures } from '../alerts.js';
import { explanation, MODES } from '../weights.js';
import { noChart, notFound } from '../nothing.js';
import { unalarmed } from '../trust.js';
import { PAGE, taskTable } from './agenttasks.js';
import { alertList } from './alerts.js';

const ROLLING = 10;

export const title = () => state.id;
export async function load() {
  const [answer, list, raised, routing] = await Promise.all([
    api.agent(state.id, rangeQuery()),
    api.tasks(state.id, rangeQuery(), state.outcome, null, PAGE),
    api.alerts(rangeQuery(), { agent_id: state.id }),
    api.weights(rangeQuery(), `agent:${state.id}`),
  ]);
  return { ...answer, list, alerts: raised.alerts, weights: routing.weights };
}

/** Panel of agent-specific weights, for an agent that was moved or has its own policy. */
const own = (w) =>
  w && !w.expired
    ? panel(
        'Agent-specific weights',
        null,
        h('p', { cls: 'pad soft', text: MODES[w.mode] }),
        explanation(w, null),
      )
    : null;

const successPanel = () =>
  chartPanel({
    title: 'Success, rolling',
    type: 'line',
    fmt: (v) => f.percent(v, 0),
    max: 1,
    min: 0,
  });
const costPanel = () =>
  chartPanel({
    title: 'Cost',
    type: 'bar',
    fmt: f.usd,
    tick: f.usdTick,
    min: 0,
  });

export function mount(main, act) {
  const head = h('div', { cls: 'head' }, h('div', null, h('h1', { text: state.id })));
  const tiles = h(
    'section',
    { cls: 'panel tiles', 'aria-label': 'Agent in the range' },
    Array.from({ length: 6 }, tileSkeleton),
  );
  const success = successPanel();
  const cost = costPanel();
  const tasks = taskTable();
  const alerts = h('div');
  const router = h('div');
  const charts = h('div', { cls: 'two' }, success.el, cost.el);
  const rest = [charts, tasks.el];
  main.replaceChildren(
    crumbs([['Fleet', 'fleet'], 'Agents'], state.id),
    head,
    tiles,
    charts,
    alerts,
    router,
    tasks.el,
  );

  return {
    update(data) {
      rest.forEach((part) => (part.hidden = false));
      const found = findings(
        isLive() ? data.open.filter((x) => x.agent_id === state.id) : data.alerts,
        !isLive(),
      );
      setKids(alerts, alertList(data.alerts, 'Alerts in this range'));
      setKids(router, own(data.weights));
      setKids(head, heading(data, found[0]));
      setKids(tiles, agentTiles(data, found[0]));
      success.update(successChart(data));
      cost.update(costChart(data));
      tasks.update(data);
      return found;
    },
    fail(error) {
      rest.forEach((part) => (part.hidden = true));
      setKids(tiles, h('div', { cls: 'tile whole' }, problem(error, act)));
    },
  };
}

/** Message in place of the figures: the agent is not known in this range, or the API has failed. */
const problem = (error, act) =>
  error.status === 404
    ? empty(
        notFound(error, {
          soon: 'Agents appear with their first call or task.',
          title: `${state.id} had no activity in this range`,
        }),
      )
    : failed(error, act);

/** Identity of the agent, its provider, last sighting and open alerts. */
function heading(data, problem) {
  const a = data.agent;
  const tags = Object.entries(a.tags)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');
  const condition = problem
    ? status(problem.level, problem.word)
    : unalarmed(data, a.recent?.tasks || a.running, 'Idle');
  return h(
    'div',
    null,
    h('h1', null, a.agent_id, ' ', condition),
    h(
      'p',
      { cls: 'soft' },
      [a.agent_type, tags].filter(Boolean).join(', '),
      '. ',
      a.mostly_on ? ['Mostly on ', providerLink(a.mostly_on), '. '] : null,
      a.last_seen
        ? `Last seen ${f.age(Date.parse(data.generated_at) - Date.parse(a.last_seen))} ago.`
        : null,
      problem ? ` ${problem.value}, ${problem.versus}. ${f.capital(problem.note)}.` : null,
    ),
  );
}

const providerLink = (id) => h('a', { ...viewLink('provider', id), text: f.providerName(id) });

/** Times of the chart's points. */
const place = (data) => ({
  times: series.times(data.series),
  step: series.stepOf(data),
  open: isLive(),
});

const soFar = (a) =>
  costOf(a) == null ? 'an unknown amount' : f.atLeast(costOf(a), a.unpriced_requests);

/** Message if no task ended: the agent made no calls, or its tasks are still running. */
function noTasks(data) {
  const a = data.agent;
  if (!isUnfinished(a)) return { message: noChart(data, 'tasks') };
  const text =
    `${f.many(a.requests, 'call')} so far cost ${soFar(a)}. ` +
    'A task counts when it ends. Tasks of some clients end only after a time without events.';
  return { message: { title: 'No task has ended in this range', text } };
}

function successChart(data) {
  if (!data.agent.tasks) return noTasks(data);
  const near = (pick, i) =>
    data.series.slice(Math.max(0, i - ROLLING + 1), i + 1).reduce((n, p) => n + pick(p), 0);
  const rolling = data.series.map((_, i) =>
    series.ratio(
      near((p) => p.succeeded, i),
      near((p) => p.succeeded + p.failed, i),
    ),
  );
  const common = place(data);
  const { last, low } = series.extremes(common.times, rolling);
  if (!last) return { message: noChart(data, 'tasks') };
  const lowAt = f.tick(low.time, common.times.at(-1) - common.times[0]);
  return {
    ...common,
    marks: marks(data.alerts, measures('success'), !isLive()),
    unit: `% over ${f.spanName(ROLLING * data.range.step * 1000)}`,
    series: [{ name: 'succeeded', cls: 'ci', values: rolling }],
    summary: `Now ${f.percent(last.value, 0)}; lowest ${f.percent(low.value, 0)} at ${lowAt}.`,
  };
}

function costChart(data) {
  const a = data.agent;
  if (!a.tasks) return noTasks(data);
  const sum =
    a.cost_usd == null ? 'An unknown amount' : f.atLeast(a.cost_usd, a.unpriced_requests);
  const unreported = a.unreported ? ` (${f.many(a.unreported, 'outcome')} not reported)` : '';
  const spent = `${sum} for ${f.many(a.succeeded, 'successful task')}${unreported}`;
  return {
    ...place(data),
    marks: marks(data.alerts, measures('cost'), !isLive()),
    unit: `$ ${f.perStep(data.range.step)}`,
    series: [
      { name: 'cost', cls: 'ci', values: data.series.map((p) => (p.tasks ? p.cost_usd : null)) },
    ],
    summary: `${spent}: ${f.unit(perSuccess(a))} per success.${notes(a, 'task')}`,
  };
}

/** As in Spend: unreported outcomes are left out; tasks of unknown cost cost the mean. */
const perSuccess = (a) =>
  a.cost_per_task_usd == null
    ? null
    : series.ratio(a.cost_per_task_usd * (a.tasks - (a.unreported || 0)), a.succeeded);

/** Source of the cost in words: bills, list prices, or both. */
function paid(a) {
  if (isUnfinished(a)) return `so far, in ${f.many(a.requests, 'call')}: no task has ended`;
  const source = a.cost_by_source;
  if (a.unpriced_requests) return `${f.many(a.unpriced_requests, 'call')} unpriced`;
  if (!source.priced) return 'as billed';
  return source.reported ? `${f.usd(source.priced)} of it at list price` : 'at list price';
}

function agentTiles(data, problem) {
  const a = data.agent;
  const line = (pick) => spark(smooth(data.series.map(pick), 4));
  return [
    ...comparedTiles(data, problem),
    tile({
      label: 'Task time p95',
      value: f.duration(a.duration_ms.p95),
      sub: `p50 ${f.duration(a.duration_ms.p50)}`,
      spark: line((x) => x.p95_ms),
    }),
    tile({
      label: 'Tokens',
      value: f.compact(a.tokens?.total),
      sub:
        a.tokens && a.tasks
          ? `${f.compact(a.tokens.total / a.tasks)} per task`
          : isUnfinished(a)
            ? 'no task has ended'
            : 'not reported',
      spark: line((x) => x.tokens?.total ?? (x.tasks ? null : 0)),
    }),
  ];
}

/** Tiles that can be compared with the previous range: success, tasks and cost. */
function comparedTiles(data, problem) {
  const a = data.agent;
  const before = data.usual;
  const line = (pick) => spark(smooth(data.series.map(pick), 4));
  const usual = (text) => (before ? `usual ${text}` : 'no earlier data');
  const isKnown = before?.success_rate != null && a.success_rate != null;
  return [
    tile({
      label: 'Success',
      value: f.percent(a.success_rate),
      tone: problem?.measure === 'success' ? 'bad' : '',
      alert: problem,
      delta: isKnown ? `${f.signed(100 * (a.success_rate - before.success_rate))} pts` : null,
      sub: f.unreported(a.unreported) + usual(f.percent(before?.success_rate)),
      spark: spark(smooth(series.success(data.series), 5)),
    }),
    tile({
      label: 'Tasks',
      value: f.count(a.tasks),
      delta: `${f.count(a.failed)} failed`,
      sub: `${f.count(a.running)} running`,
      spark: line((x) => x.tasks),
    }),
    tile({
      label: 'Cost',
      value: f.atLeast(costOf(a), a.unpriced_requests),
      sub: paid(a),
      spark: line((x) => (x.tasks ? x.cost_usd : 0)),
    }),
    tile({
      label: 'Cost per task',
      value: f.unit(a.cost_per_task_usd),
      tone: problem?.measure === 'cost' ? 'warned' : '',
      alert: problem,
      delta: f.change(a.cost_per_task_usd, before?.cost_per_task_usd),
      sub: usual(f.unit(before?.cost_per_task_usd)),
      spark: line((x) => series.ratio(x.cost_usd, x.tasks)),
    }),
  ];
}
