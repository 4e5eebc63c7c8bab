// One incident: evidence, affected agents, and when it resolves.
import { h, icon, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { chartPanel } from '../charts.js';
import { bar, crumbs, failed, panel, scrollTable, skeleton } from '../parts.js';
import { state, viewLink } from '../state.js';
import * as series from '../series.js';
import { amount, findings, marks, span, titleOf, values, word } from '../alerts.js';
import { csvButton } from '../csv.js';
import { changeList } from '../weights.js';
import { acknowledgeButton, silenceButton, whatToDo } from '../actions.js';
import { alertList, number } from './alerts.js';
import { extraCost, incidentCost } from './verdict.js';
import { taskLink } from '../tasks.js';
import { doubt } from '../trust.js';

const BEFORE_MS = 40 * 6e4;
const AFTER_MS = 20 * 6e4;
const CHANGES = {
  pending: 'Pending',
  withdrawn: 'Withdrawn: it did not last',
  fires: 'Firing',
  worsens: 'Critical',
  flaps: 'Flapping',
  recovers: 'Recovering',
  relapses: 'Firing again',
  resolves: 'Resolved',
  acknowledged: 'Acknowledged',
  silenced: 'Silenced',
  unsilenced: 'Silence over',
  inhibited: 'Folded into a provider’s alert',
  released: 'No longer folded',
  early: 'Early notice',
};

export const title = () => 'Incident';

/** The alert, and what its subject did around it. */
export async function load() {
  const alert = await api.incident(state.id);
  const end = alert.ends_at ? Date.parse(alert.ends_at) + AFTER_MS : Date.now();
  const range = {
    from: new Date(Date.parse(alert.starts_at) - BEFORE_MS).toISOString(),
    to: new Date(Math.min(end, Date.now())).toISOString(),
  };
  const around = {
    provider: () => api.provider(alert.subject, range).then((x) => x.provider.series),
    agent: () => api.agent(alert.subject, range).then((x) => x.series),
  }[alert.scope];
  const [points, rules] = await Promise.all([
    around ? around().catch(() => []) : [],
    api.rules().catch(() => ({ rules: [] })),
  ]);
  return { alert, points, rule: rules.rules.find((r) => r.rule_id === alert.rule_id) };
}

/** The failing measure, as the rule sees it. */
const MEASURES = {
  high_error_rate: {
    title: 'Tasks that succeed',
    fmt: (v) => f.percent(v, 0),
    max: 1,
    of: (p) => series.ratio(p.succeeded, p.succeeded + p.failed),
  },
  provider: {
    title: 'Calls that fail',
    fmt: (v) => f.percent(v, 0),
    max: 1,
    of: (p) => series.ratio(p.failed, p.requests),
  },
  cost: {
    title: 'Cost of a task',
    fmt: f.unit,
    tick: f.usdTick,
    of: (p) => series.ratio(p.cost_usd, p.tasks),
  },
  time: { title: 'Time, p95', fmt: f.duration, of: (p) => p.p95_ms },
};
const measureOf = (a) =>
  a.type === 'high_response_time'
    ? MEASURES.time
    : a.scope === 'provider'
      ? MEASURES.provider
      : a.scope !== 'agent'
        ? null
        : a.type === 'high_error_rate'
          ? MEASURES.high_error_rate
          : MEASURES.cost;

export function mount(main, act) {
  const head = h('div', null, h('h1', { text: 'Loading …' }));
  const acts = h('div', { cls: 'actions' });
  const say = h('div');
  const todo = h('div');
  const facts = h('dl', { cls: 'panel facts' });
  const left = h('div', { cls: 'stack' });
  const right = h('div', { cls: 'stack' }, h('section', { cls: 'panel' }, skeleton('list')));
  main.replaceChildren(
    crumbs([['Alerts', 'alerts']], 'Incident'),
    say,
    h('div', { cls: 'head' }, head, acts),
    facts,
    todo,
    h('div', { cls: 'side wide' }, left, right),
  );
  const symptoms = h('div');
  const router = h('section', { cls: 'panel', 'aria-label': 'What the router did' });
  let chart = null;

  return {
    update(data) {
      const a = data.alert;
      const [x] = findings([{ ...a, number: a.number }]);
      const over = a.state === 'resolved';
      setKids(head, heading(data, x));
      setKids(say, over ? null : doubtOf(data));
      setKids(acts, acknowledgeButton(a), silenceButton(a));
      setKids(todo, over ? null : whatToDo(a));
      setKids(facts, factsOf(data));
      drawChart(data, a);
      setKids(router, routed(a));
      setKids(symptoms, alertList(a.symptoms, 'Folded into it'));
      left.replaceChildren(...[chart?.el, symptoms, router].filter(Boolean));
      setKids(
        right,
        happened(a),
        why(a, data.rule),
        a.evidence.tree ? tree(a.evidence.tree) : null,
        a.evidence.task_ids.length ? tasks(a.evidence) : null,
      );
      return x && !over ? [x] : [];
    },
    fail(error) {
      setKids(head, failed(error, act));
    },
  };

  function drawChart(data, a) {
    const m = measureOf(a);
    if (!m || data.points.length < 2) return;
    chart ||= chartPanel({
      title: m.title,
      type: 'line',
      fmt: m.fmt,
      tick: m.tick || m.fmt,
      min: 0,
      max: m.max,
    });
    chart.update(around(data, m));
  }
}

/** Start of the alert, and its end or the time of the answer. */
function spanOf(data) {
  const a = data.alert;
  const end = Date.parse(a.ends_at || data.generated_at);
  return { from: Date.parse(a.starts_at), end };
}

const shapeOf = (a) =>
  a.state === 'resolved'
    ? 'ok'
    : ['critical', 'warning'].includes(a.severity)
      ? a.severity
      : 'info';

function heading(data, x) {
  const a = data.alert;
  const over = a.state === 'resolved';
  const { from, end } = spanOf(data);
  const lasted = f.age(end - from);
  const seen = a.acknowledged_by
    ? `Acknowledged by ${a.acknowledged_by}. `
    : over
      ? ''
      : 'Not acknowledged. ';
  return h(
    'div',
    null,
    h(
      'h1',
      null,
      x?.no ? [number(x), ' '] : null,
      titleOf(a),
      ' ',
      h(
        'span',
        { cls: `state ${a.state === 'firing' ? a.severity : 'quiet'}` },
        icon(shapeOf(a), 's'),
        `${word(a)} ${over ? `after ${lasted}` : lasted}`,
      ),
    ),
    h('p', { cls: 'soft' }, `${a.description} `, seen, subject(a)),
  );
}

function doubtOf(data) {
  const unsure = doubt(data);
  return unsure
    ? h('p', { cls: 'panel unsure pad' }, h('b', { text: `${unsure.title} ` }), unsure.text)
    : null;
}

function factsOf(data) {
  const a = data.alert;
  const e = a.evidence;
  const { from, end } = spanOf(data);
  return [
    measured(a),
    fact(
      'Evidence',
      e.n > 1 ? f.many(e.n, 'observation') : 'a single one',
      e.window_seconds ? `in ${span(e.window_seconds)}` : 'the newest',
    ),
    fact('Since', f.clock(from), a.ends_at ? `to ${f.clock(end)}` : `${f.age(end - from)} ago`),
    a.cost ? fact('What it costs', ...costFact(a.cost)) : null,
  ];
}

/** The measure around the alert, with the limit of its rule where both have one unit. */
function around(data, m) {
  const a = data.alert;
  const at = series.times(data.points);
  const values = data.points.map(m.of);
  const { last, high, low } = series.extremes(at, values);
  if (!last)
    return {
      message: { title: 'No figures around it', text: 'Minutes are kept for two days.' },
    };
  const hasLimit =
    m === MEASURES.provider ||
    m === MEASURES.high_error_rate ||
    (m === MEASURES.cost && a.evidence.unit === 'usd');
  const when = (point) => `${m.fmt(point.value)} at ${f.clock(point.time, false)}`;
  return {
    times: at,
    step: at[1] - at[0],
    unit: 'per minute',
    open: a.state !== 'resolved',
    limit: hasLimit ? a.evidence.threshold : null,
    marks: marks([{ ...a, inhibited_by: null }], () => true),
    series: [{ name: m.title.toLowerCase(), cls: 'ci', values }],
    summary: `Last ${m.fmt(last.value)}; highest ${when(high)}, lowest ${when(low)}.`,
  };
}

/** Changes of the share of the alert's provider, or of the agent's own weights. */
function routed(a) {
  const nothing =
    a.scope === 'provider'
      ? 'It had no reason to move traffic.'
      : a.scope === 'agent'
        ? 'Nothing: this agent has no weights of its own.'
        : 'Nothing: this is not about a provider.';
  return [
    bar('What the router did', {
      actions: a.routing.length
        ? csvButton('the changes', () => ({
            name: `routing-${a.alert_id}`,
            lists: [a.routing],
          }))
        : null,
    }),
    a.routing.length
      ? changeList(a.routing.slice(0, 12), a.scope === 'agent')
      : h('p', { cls: 'pad soft', text: nothing }),
  ];
}

/** Values at firing, now (with its time) and at the peak, and the threshold. */
function measured(a) {
  const e = a.evidence;
  const v = values(a);
  const usual = e.baseline != null ? `usual ${amount(e.baseline, e.unit)}` : 'no usual value';
  const at = v.nowAt ? `at ${f.clock(v.nowAt)}` : v.over ? 'the last value' : 'time not known';
  return [
    fact(
      v.over ? 'Resolved at' : 'Now',
      v.now ?? 'Not known',
      v.now == null ? 'no newer value than at firing' : at,
    ),
    fact(
      'When it fired',
      v.firing ?? '–',
      a.fired_at ? `at ${f.clock(Date.parse(a.fired_at))}, ${usual}` : usual,
    ),
    fact('Peak', v.peak ?? 'Not known', v.peak == null ? 'not recorded' : 'while it lasted'),
    fact(
      'Limit',
      amount(e.threshold, e.unit),
      e.score != null ? `detector’s score ${e.score.toFixed(1)}` : 'of the rule',
    ),
  ];
}
const costFact = (c) => {
  const [figure, beside] = incidentCost(c);
  return [figure, `${beside.trim()}. ${extraCost(c)}`];
};
const fact = (dt, dd, sub) =>
  h('div', null, h('dt', { text: dt }), h('dd', null, dd, h('span', { text: sub })));
const subject = (a) =>
  a.scope === 'agent' || a.scope === 'provider'
    ? [
        'See ',
        h('a', {
          ...viewLink(a.scope, a.subject),
          text: a.scope === 'provider' ? f.providerName(a.subject) : a.subject,
        }),
        a.inhibited_by
          ? [
              ', or ',
              h('a', { ...viewLink('incident', a.inhibited_by), text: 'the alert that causes it' }),
            ]
          : null,
        '.',
      ]
    : null;

const changeOf = (x) => {
  const name = CHANGES[x.change] || x.change;
  return x.change === 'fires' ? `${name}, ${x.severity}` : name;
};

const happened = (a) =>
  panel(
    'What happened',
    null,
    h(
      'ol',
      { cls: 'line-list' },
      a.history.map((x) =>
        h(
          'li',
          { cls: ['fires', 'worsens', 'relapses'].includes(x.change) ? x.severity : '' },
          h('time', {
            datetime: x.at,
            title: f.moment(Date.parse(x.at)),
            text: f.clock(Date.parse(x.at)),
          }),
          h('span', { cls: 'node' }),
          h(
            'span',
            null,
            h('b', { text: changeOf(x) }),
            h('span', {
              cls: 'sub',
              text: x.by && x.change === 'acknowledged' ? `by ${x.by}` : x.description,
            }),
          ),
        ),
      ),
    ),
  );

const why = (a, rule) =>
  panel(
    'Why it fired',
    null,
    h(
      'dl',
      { cls: 'kv' },
      [
        ['Rule', `${a.rule_id}, version ${a.rule_version}`],
        rule && ['Test', rule.title],
        rule && ['Fires after', rule.for_seconds ? f.duration(rule.for_seconds * 1000) : 'at once'],
        rule && [
          'Closes',
          rule.keep_seconds ? `when over for ${f.duration(rule.keep_seconds * 1000)}` : 'when over',
        ],
        ...(rule ? Object.entries(rule.params).map(([k, v]) => [f.words(k), String(v)]) : []),
        ['Fingerprint', a.fingerprint],
        ['Time', a.basis === 'clock' ? 'wall-clock time' : 'event time'],
      ]
        .filter(Boolean)
        .map(([k, v]) => [
          h('dt', { text: k }),
          h('dd', { text: v, cls: k === 'Fingerprint' ? 'mono' : '' }),
        ]),
    ),
  );

const FIGURES = {
  agents: ['Agents', f.count],
  depth: ['Depth', f.count],
  usd_per_minute: ['Spend per minute', f.unit],
  tokens_per_call: ['Input per call, largest', f.compact],
};

/** The figures of a task tree beside its usual ones, and its most expensive tasks. */
const tree = (t) =>
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

const dollars = (usd) => (usd == null ? 'Not known' : f.unit(usd));

function figureRow(x) {
  const [name, fmt] = FIGURES[x.name] || [f.words(x.name), f.compact];
  const shown = (v) => (v == null ? 'Not known' : fmt(v));
  const mark = x.over ? 'over the limit: ' : x.unusual ? 'unusual: ' : '';
  return [
    [name],
    [[mark, h('b', { text: shown(x.value) })], 'n'],
    [shown(x.usual), 'n'],
    [fmt(x.limit), 'n'],
  ];
}

function treeWords(t) {
  const cost = t.usd == null ? 'Its cost is not known.' : `It has cost ${f.unit(t.usd)} so far`;
  const bound = t.usd != null && t.unpriced ? ', at least: some calls have no price.' : '.';
  const grown = t.growing_task
    ? ` The context of ${t.growing_task} began with ${f.compact(t.first_tokens)} tokens per call.`
    : '';
  const stop = t.enforced ? ' While the alert is critical, its sessions are stopped.' : '';
  const sum = t.usd == null ? cost : cost + bound;
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

const tasks = (e) =>
  panel(
    'Tasks to look at',
    null,
    h(
      'ul',
      { cls: 'pad' },
      e.task_ids.map((id) => h('li', { cls: 'mono' }, taskLink(id))),
    ),
  );
