// One incident: evidence, history, cost, router actions and affected tasks.
import { h, icon, place, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { bar, crumbs, failed, panel, skeleton } from '../parts.js';
import { state, viewLink } from '../state.js';
import { amount, asOf, findings, scoreOf, span, titleOf, values, word } from '../alerts.js';
import { csvButton } from '../csv.js';
import { changeList } from '../weights.js';
import { acknowledgeButton, exclusions, silenceButton, whatToDo } from '../actions.js';
import { alertList, number } from './alerts.js';
import { incidentChart } from './incidentchart.js';
import { treePanel } from './incidenttree.js';
import { extraCost, incidentCost } from './verdict.js';
import { failedTasks, taskLink } from '../tasks.js';
import { doubt } from '../trust.js';

const BEFORE_MS = 40 * 6e4;
const AFTER_MS = 20 * 6e4;
export const title = () => 'Incident';
/** The alert, and not the range, decides what is shown. */
export const ofNow = true;

/** Loads the alert, and the series of its subject around it. */
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
  const [points, rules, tags, excluded] = await Promise.all([
    around ? around().catch(() => []) : [],
    api.rules().catch(() => ({ rules: [] })),
    tagsOf(alert.evidence.tree?.session),
    alert.provider && alert.state !== 'resolved' ? exclusions() : null,
  ]);
  const rule = rules.rules.find((r) => r.rule_id === alert.rule_id);
  return { alert, points, rule, tags, excluded };
}

/** Tags of the newest ended task of a session; null if there is none. */
async function tagsOf(session) {
  if (!session) return null;
  const query = { tag: f.tag('session', session), limit: 1 };
  const found = await api.search({ from: 'now-30d' }, query).catch(() => null);
  return found?.tasks[0]?.tags || null;
}

export function mount(main, act) {
  const head = h('div', null, h('h1', { text: 'Loading …' }));
  const acts = h('div', { cls: 'actions' });
  const say = h('div');
  const todo = h('div');
  const facts = h('dl', { cls: 'panel facts', hidden: true });
  const tree = h('div');
  const left = h('div', { cls: 'stack' });
  const right = h('div', { cls: 'stack' }, h('section', { cls: 'panel' }, skeleton('list')));
  const sides = h('div', { cls: 'side wide' }, left, right);
  main.replaceChildren(
    crumbs([['Alerts', 'alerts']], 'Incident'),
    say,
    h('div', { cls: 'head' }, head, acts),
    todo,
    tree,
    facts,
    sides,
  );
  const symptoms = h('div');
  const history = h('div', { cls: 'stack' });
  const rest = h('div', { cls: 'stack' });
  const router = h('section', { cls: 'panel', 'aria-label': 'Router actions' });
  const chart = incidentChart();

  return {
    update(data) {
      const a = data.alert;
      const [x] = findings([a]);
      facts.hidden = false;
      sides.hidden = false;
      const over = a.state === 'resolved';
      setKids(head, heading(data, x));
      setKids(say, over ? null : doubtOf(data));
      setKids(acts, acknowledgeButton(a), silenceButton(a));
      setKids(todo, over ? null : whatToDo(a, data.excluded));
      setKids(facts, factsOf(data));
      setKids(
        tree,
        a.evidence.tree ? treePanel(a.evidence.tree, a.agent_id, data.tags, over) : null,
      );
      chart.update(data);
      const isRouted = a.scope === 'provider' || a.routing.length;
      setKids(router, isRouted ? routed(a) : null);
      setKids(symptoms, alertList(a.symptoms, 'Folded into it'));
      setKids(history, happened(a));
      const first = [chart.el(), a.symptoms.length && symptoms, isRouted && router].filter(Boolean);
      // The history takes the wide side if that side would be empty.
      place(left, ...(first.length ? first : [history]));
      setKids(rest, tasksToSee(a.evidence), why(a, data.rule));
      place(right, ...(first.length ? [history, rest] : [rest]));
      return x && !over ? [x] : [];
    },
    fail(error) {
      facts.hidden = true;
      sides.hidden = true;
      setKids(head, h('h1', { text: 'Incident' }), failed(error, act));
    },
  };
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
    h('p', { cls: 'soft' }, description(a), seen, subject(a)),
  );
}

/**
 * Description of the alert, with the time of its figures if they are not the current ones; none for
 * a resolved tree, where it would name running tasks.
 */
function description(a) {
  if (a.state === 'resolved' && a.evidence.tree) return null;
  const text = f.named(a.description);
  const when = asOf(a);
  return when ? `${f.capital(when)}: ${text.charAt(0).toLowerCase()}${text.slice(1)} ` : `${text} `;
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
    e.tree ? null : evidenceFact(a),
    fact(
      'Since',
      f.recently(from),
      a.ends_at ? `to ${f.recently(end)}` : `${f.age(end - from)} ago`,
    ),
    a.cost ? fact('What it costs', ...costFact(a)) : null,
  ];
}

/** Changes of the weights of the alert's provider or agent. */
function routed(a) {
  const nothing = 'The router had no reason to move traffic.';
  return [
    bar('Router actions', {
      actions: a.routing.length
        ? csvButton('the changes', () => ({
            name: `routing-${a.alert_id}`,
            lists: [a.routing],
          }))
        : null,
    }),
    a.routing.length
      ? changeList(a.routing, a.scope === 'agent')
      : h('p', { cls: 'pad soft', text: nothing }),
  ];
}

function evidenceFact(a) {
  const e = a.evidence;
  const within = e.window_seconds ? `in ${span(e.window_seconds)}` : '';
  return fact(
    'Evidence',
    e.n > 1 ? f.many(e.n, 'observation') : '1 observation',
    [within, asOf(a)].filter(Boolean).join(', ') || 'the newest',
  );
}

/** Values at firing, now (with its time) and at the peak, and the threshold. */
function measured(a) {
  const e = a.evidence;
  const v = values(a);
  const usual = e.baseline != null ? `usual ${amount(e.baseline, e.unit)}` : 'no usual value';
  const at = v.nowAt ? `at ${f.recently(v.nowAt)}` : v.over ? 'the last value' : 'time unknown';
  return [
    fact(
      v.over ? 'Resolved at' : 'Now',
      v.now ?? 'Unknown',
      v.now == null ? 'no value since it fired' : at,
    ),
    fact(
      'When it fired',
      v.firing ?? '–',
      a.fired_at ? `at ${f.recently(Date.parse(a.fired_at))}, ${usual}` : usual,
    ),
    fact('Peak', v.peak ?? 'Unknown', v.peak == null ? 'not recorded' : 'while it lasted'),
    fact('Limit', amount(e.threshold, e.unit), scoreOf(a) ?? 'set by the rule'),
  ];
}
const costFact = (a) => {
  const [figure, beside] = incidentCost(a.cost);
  return [figure, [`${beside.replace(/^,? /, '')}. ${extraCost(a.cost)} `, failedTasks(a, a.cost)]];
};
const fact = (dt, dd, sub) =>
  h('div', null, h('dt', { text: dt }), h('dd', null, dd, h('span', null, sub)));
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
            text: f.recently(Date.parse(x.at)),
          }),
          h('span', { cls: 'node' }),
          h(
            'span',
            null,
            h('b', { text: x.text }),
            h('span', {
              cls: 'sub',
              text: x.by && x.change === 'acknowledged' ? `by ${x.by}` : f.named(x.description),
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
        rule && ['Condition', rule.title],
        rule && [
          'Fires after',
          rule.for_seconds ? f.duration(rule.for_seconds * 1000) : 'immediately',
        ],
        rule && [
          'Resolves',
          rule.keep_seconds
            ? `${f.duration(rule.keep_seconds * 1000)} after the condition ends`
            : 'when the condition ends',
        ],
        ['Fingerprint', a.fingerprint],
        ['Time', a.basis === 'clock' ? 'wall-clock time' : 'event time'],
      ]
        .filter(Boolean)
        .map(([k, v]) => [
          h('dt', { text: k }),
          h('dd', { text: v, cls: k === 'Fingerprint' ? 'mono' : '' }),
        ]),
    ),
    rule && Object.keys(rule.params).length ? parameters(rule) : null,
  );

const parameters = (rule) => [
  h('h3', { cls: 'pad', text: 'Parameters of the rule' }),
  h(
    'dl',
    { cls: 'kv' },
    Object.entries(rule.params).map(([name, value]) => [
      h('dt', { text: f.words(name) }),
      h('dd', { text: String(value) }),
    ]),
  ),
];

/** Tasks of the evidence, except those that the tree panel shows. */
function tasksToSee(e) {
  const shown = (e.tree?.tasks || []).map((x) => x.task_id).concat(e.tree?.root_task_id ?? []);
  const list = e.task_ids.filter((id) => !shown.includes(id));
  if (!list.length) return null;
  return panel(
    'Related tasks',
    null,
    h(
      'ul',
      { cls: 'pad' },
      list.map((id) => h('li', { cls: 'mono' }, taskLink(id))),
    ),
  );
}
