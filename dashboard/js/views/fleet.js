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
export const nothing = (data, what, longer) => ({
  title: `No ${what} between ${f.tick(Date.parse(data.range.from), 864e5 * 2)} and ${f.tick(Date.parse(data.range.to), 864e5 * 2)}`,
  text: 'Send events to the topic ',
  code: 'task-events',
  after: ', or choose a longer range.',
  action: longer,
});

export function mount(main, act) {
  const top = h(
    'div',
    { cls: 'stack' },
    h(
      'section',
      { cls: 'panel verdict calm', 'aria-label': 'State of the fleet' },
      h('div', { cls: 'lead' }, h('h1', { text: 'Asking the API …' })),
    ),
  );
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
  const charts = {
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
  };
  const table = agentTable();
  side.append(
    cards,
    h(
      'div',
      { cls: 'two' },
      Object.values(charts).map((c) => c.el),
    ),
  );
  main.replaceChildren(top, tiles, side, table.el);
  let all = false;
  let shown = null;
  const toggle = () => {
    all = !all;
    drawCards();
  };
  function drawCards() {
    const list = shown.data.providers;
    const more = list.length - FEW;
    side.classList.toggle('many', list.length > BESIDE);
    setKids(
      cards,
      list.length ? providerCards(shown.data, shown.found, all ? Infinity : FEW) : noProviders(),
      more > 0
        ? h('button', {
            type: 'button',
            cls: 'more',
            'aria-expanded': String(all),
            text: all ? `Show ${FEW} providers` : `Show all ${f.count(list.length)} providers`,
          })
        : null,
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
      Object.values(charts).forEach((c) => c.update({ message: NO_FIGURES }));
      table.fail();
    },
  };
}

/** No answer yet: why, what to do, and a way to ask again. */
function noAnswer(error, act) {
  const todo =
    error.status >= 500 || !error.status
      ? 'Check the API and Postgres: agent-analytics doctor says what is wrong. The page keeps asking.'
      : '';
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

function fleetTiles(data, found) {
  const o = data.overview;
  const u = data.usual.overview;
  const p = o.series;
  const had = u.tasks > 0;
  const hadCalls = u.requests > 0;
  const rate = series.success(p);
  const wrong = found.some((x) => x.level === 'critical');
  const costly = found.some((x) => x.measure === 'cost');
  const points =
    o.success_rate != null && had && u.success_rate != null
      ? `${f.signed(100 * (o.success_rate - u.success_rate))} pts`
      : null;
  const cached = o.tokens && o.tokens.input ? o.tokens.cached_input / o.tokens.input : null;
  const peak = Math.max(...p.map((x) => x.pending ?? 0));
  const none = (what) => `no ${what} in this range`;
  const usual = (text) => (had ? `usual ${text}` : 'nothing before to compare');
  return [
    tile({
      label: 'Success',
      value: f.percent(o.success_rate),
      tone: wrong && had && o.success_rate < u.success_rate - 0.01 ? 'bad' : '',
      delta: points,
      sub: o.tasks ? usual(f.percent(u.success_rate)) : none('tasks'),
      spark: spark(smooth(rate), { usual: series.band(smooth(series.success(u.series))) }),
    }),
    tile({
      label: 'Cost',
      value: o.requests ? f.usd(o.cost_usd) : '–',
      tone: costly ? 'warned' : '',
      delta: hadCalls ? f.change(o.cost_usd, u.cost_usd) : null,
      sub: o.requests
        ? [
            o.unpriced_requests ? `${f.many(o.unpriced_requests, 'call')} unpriced, ` : '',
            usual(f.usd(u.cost_usd)),
          ].join('')
        : none('calls'),
      spark: spark(smooth(p.map((x) => x.cost_usd)), {
        usual: series.band(smooth(u.series.map((x) => x.cost_usd))),
      }),
    }),
    tile({
      label: 'Task time p95',
      value: f.duration(o.duration_ms.p95),
      delta: had ? f.change(o.duration_ms.p95, u.duration_ms.p95) : null,
      sub: o.tasks ? usual(f.duration(u.duration_ms.p95)) : none('tasks'),
      spark: spark(
        smooth(
          p.map((x) => x.p95_ms),
          5,
        ),
      ),
    }),
    tile({
      label: 'Tasks',
      value: f.count(o.tasks),
      delta: f.count(o.running_tasks),
      sub: `running, ${f.many(o.active_agents, 'agent')} active`,
      title: `${f.many(Math.round(o.throughput_per_hour), 'task')} an hour`,
      spark: spark(smooth(p.map((x) => x.tasks))),
    }),
    tile({
      label: 'Tokens',
      value: o.requests ? f.compact(o.tokens?.total) : '–',
      delta: f.change(o.tokens?.total, u.tokens?.total),
      sub:
        cached == null
          ? o.requests
            ? 'not reported'
            : none('calls')
          : `${f.percent(cached, 0)} of input cached`,
      spark: spark(smooth(p.map((x) => x.tokens?.total ?? 0))),
    }),
    tile({
      label: 'Queue',
      value: f.count(o.queue_length),
      unit: 'waiting',
      sub: `peak ${f.count(peak)} in this range`,
      spark: spark(p.map((x) => x.pending)),
    }),
  ];
}

function providerCards(data, found, most) {
  const usual = new Map(data.usual.providers.map((p) => [p.provider, p]));
  const total = data.overview.series.map((_, i) =>
    data.providers.reduce((sum, p) => sum + (p.series[i]?.requests || 0), 0),
  );
  const problemOf = (p) => found.find((x) => x.scope === 'provider' && x.id === p.provider);
  const from = Date.parse(data.range.from);
  const to = Math.min(Date.parse(data.range.to), Date.parse(data.generated_at));
  const sick = (p) => (problemOf(p) ? 0 : 1);
  return [...data.providers]
    .sort((a, b) => sick(a) - sick(b) || b.requests - a.requests)
    .slice(0, most)
    .map((p) => {
      const problem = problemOf(p);
      const level = problem?.level;
      const cls = classOf(p.provider, data.providers);
      const before = usual.get(p.provider);
      const weight = weightOf(data.weights, p.provider);
      const share = p.series.map((x, k) => series.ratio(x.requests, total[k]));
      const bad = level === 'critical' ? 'crit' : level === 'warning' ? 'warn' : '';
      return h(
        'article',
        {
          cls: `panel pcard ${level === 'critical' ? 'down' : ''}`,
          'aria-label': f.providerName(p.provider),
        },
        h(
          'div',
          { cls: 'row' },
          h(
            'a',
            { cls: 'name', ...viewLink('provider', p.provider) },
            swatch(cls),
            f.providerName(p.provider),
          ),
          problem ? status(level, problem.word) : unalarmed(data, p.recent?.requests, 'No calls'),
        ),
        h(
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
        ),
        weight
          ? h(
              'div',
              { cls: 'share' },
              stepLine(weight.series, from, to, cls),
              h(
                'span',
                null,
                'weight ',
                h('b', { text: percent(weight.weight) }),
                `, usual ${percent(weight.usual_weight)}`,
              ),
            )
          : h(
              'div',
              { cls: 'share' },
              shareLine(share, cls),
              h(
                'span',
                null,
                'share of calls ',
                h('b', { text: f.percent(p.share, 0) }),
                before ? `, usual ${f.percent(before.share, 0)}` : '',
              ),
            ),
        h('p', {
          cls: 'why',
          text: `${why(p)}${weight ? ` Router (${[stateOf(weight), basis(weight)].filter(Boolean).join(', ')}): ${weight.reason}${data.weights.expired ? ' These weights are too old to be followed.' : ''}` : ''}`,
        }),
      );
    });
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
  const o = data.overview;
  const p = o.series;
  const at = series.times(p);
  const step = series.stepOf(data);
  const open = isLive();
  const per = f.perStep(data.range.step);
  const longer =
    state.range === '30d' || !isLive() ? null : { text: 'Show the last 24 h', run: act.lastDay };
  const message = (what) => nothing(data, what, longer);
  const common = { times: at, step, open };
  const marked = (what) => ({ marks: marks(data.alerts, measures(what)) });
  const rate = series.success(p);
  const x = series.extremes(at, rate);
  const t = (time) => f.tick(time, at.at(-1) - at[0]);
  const usualBand = series.band(series.success(data.usual.overview.series));
  charts.success.update(
    o.tasks
      ? {
          ...common,
          ...marked('success'),
          unit: `% ${per}`,
          usual: usualBand,
          series: [{ name: 'fleet', cls: 'ci', values: rate }],
          summary:
            x.low.value === x.high.value
              ? `${f.percent(x.last.value, 0)} throughout.`
              : `Lowest ${f.percent(x.low.value, 0)} at ${t(x.low.time)}; ${f.percent(o.success_rate)} over the range${data.usual.overview.tasks ? `, usual ${f.percent(data.usual.overview.success_rate)}` : ''}.`,
        }
      : { message: message('tasks') },
  );
  const top = data.providers
    .filter((x) => CLASSES.includes(classOf(x.provider, data.providers)))
    .sort(bySpend);
  const rest = data.providers.filter((x) => !top.includes(x));
  const parts = top.map((provider) => ({
    name: f.providerName(provider.provider),
    cls: classOf(provider.provider, data.providers),
    values: provider.series.map((s) => (s.requests ? s.cost_usd : null)),
  }));
  if (rest.length)
    parts.push({
      name: f.many(rest.length, 'other'),
      cls: 'cd',
      values: p.map((_, i) =>
        series.sum(rest.map((r) => (r.series[i].requests ? r.series[i].cost_usd : null))),
      ),
    });
  const cost = series.extremes(
    at,
    p.map((s) => (s.requests ? s.cost_usd : null)),
  );
  charts.cost.update(
    o.requests
      ? {
          ...common,
          ...marked('cost'),
          unit: `$ ${per}`,
          series: parts,
          summary: cost.high
            ? `${f.usd(o.cost_usd)} in the range; most at ${t(cost.high.time)}, ${f.usd(cost.high.value)}.${o.unpriced_requests ? ` ${f.many(o.unpriced_requests, 'call has', 'calls have')} no price.` : ''}${notes(o)}`
            : 'Nothing has a price.',
        }
      : { message: message('calls') },
  );
  const slow = series.extremes(
    at,
    p.map((s) => s.p95_ms),
  );
  charts.time.update(
    slow.high
      ? {
          ...common,
          ...marked('time'),
          unit: 'log scale',
          series: ['p50', 'p95', 'p99'].map((q, i) => ({
            name: q,
            cls: ['ci', 'cd', 'ck'][i],
            values: p.map((s) => s[`${q}_ms`]),
          })),
          summary: `p95 ${f.duration(o.duration_ms.p95)} over the range; highest ${f.duration(slow.high.value)} at ${t(slow.high.time)}.`,
        }
      : { message: message('tasks') },
  );
  const tokens = (pick) => p.map((s) => (s.tokens ? pick(s.tokens) : null));
  charts.tokens.update(
    o.tokens
      ? {
          ...common,
          ...marked('tokens'),
          unit: per,
          series: [
            { name: 'input', cls: 'ci', values: tokens((k) => k.input - k.cached_input) },
            { name: 'cached', cls: 'cd', values: tokens((k) => k.cached_input) },
            { name: 'output', cls: 'ck', values: tokens((k) => k.output) },
          ],
          summary: `${f.compact(o.tokens.total)} in the range; ${f.percent(o.tokens.input ? o.tokens.cached_input / o.tokens.input : null, 0)} of input cached.`,
        }
      : {
          message: o.requests
            ? {
                title: 'No tokens were reported',
                text: 'Calls in this range carry no token counts.',
              }
            : message('calls'),
        },
  );
}
