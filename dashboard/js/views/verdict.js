// The verdict: one sentence on the state of the fleet, then its evidence.
import { h, icon } from '../dom.js';
import { acknowledgeButton, nextStep } from '../actions.js';
import { alertRow, number } from './alerts.js';
import * as f from '../format.js';
import { isUnused, newestBefore, otherRange } from '../nothing.js';
import { isLive, viewLink } from '../state.js';
import * as series from '../series.js';
import { failedTasks, taskLink } from '../tasks.js';
import { doubt, missing } from '../trust.js';

const ROWS = 3;
/**
 * First box of the fleet view: the problem, its place and its cost; or one quiet line. The line has
 * a tick only if the data are fresh and complete, and show no problem.
 */
export function verdict(data, found) {
  const o = data.overview;
  const u = series.before(data);
  const wrong = found.filter((x) => x.no);
  const unsure = doubt(data);
  const folded = found.filter((x) => x.level === 'folded').length;
  const spent = (x) => f.atLeast(x.cost_usd, x.unpriced_requests);
  const cost = u.requests
    ? `${spent(o)} in the range, usual ${spent(u)}.`
    : `${spent(o)} in the range; no earlier data to compare with.`;
  if (wrong.length) return loud(data, wrong, cost, folded, unsure);
  const isEmpty = !o.tasks && !o.requests;
  if (unsure) return uncertain(unsure, isEmpty ? rangeButton(data) : null);
  if (isEmpty) return noEvents(data);
  const gaps = missing(data);
  const when = isLive() ? '' : 'In this range: ';
  const agents = f.many(data.total_agents, 'agent');
  const providers = f.many(data.providers.length, 'provider');
  const usual = u.tasks ? 'All as usual.' : 'Nothing stands out.';
  const calm = `${when}${usual} ${agents}, ${providers}.`;
  return gaps.length
    ? quiet(
        'info',
        `${when}No alert is firing, but some data is missing.`,
        `${gaps.join(' ')} ${cost}`,
      )
    : quiet('ok', calm, cost);
}

/** Button that shows a range with events; null if there is none. */
function rangeButton(data) {
  const other = otherRange(data);
  return other && h('button', { type: 'button', text: other.text, onclick: other.run });
}

function noEvents(data) {
  if (isUnused(data))
    return quiet('info', 'No events have arrived yet.', [
      h('a', { ...viewLink('connect'), text: 'Connect an agent' }),
      ', start a fleet with scripts/run, or replay a recording with scripts/replay FILE.',
    ]);
  return quiet('info', 'No events in this range.', [`${newestBefore(data)} `, rangeButton(data)]);
}

const quiet = (name, text, right) =>
  h(
    'section',
    { cls: `panel verdict calm ${name}`, 'aria-label': 'State of the fleet' },
    h('div', { cls: 'lead' }, icon(name), h('h1', { text }), h('span', { cls: 'soft' }, right)),
  );
const uncertain = (x, button) =>
  h(
    'section',
    { cls: 'panel verdict calm unsure', 'aria-label': 'Freshness of this state' },
    h(
      'div',
      { cls: 'lead' },
      icon('warning'),
      h('h1', { text: `State unknown: ${x.title}` }),
      h('span', { cls: 'soft' }, `${x.text} `, button),
    ),
  );

function loud(data, wrong, cost, folded, unsure) {
  const first = wrong[0];
  const more = wrong.slice(1, 1 + ROWS);
  const rest = wrong.length - 1 - more.length;
  return h(
    'section',
    { cls: `panel verdict ${first.level}`, 'aria-label': 'State of the fleet' },
    unsure
      ? h(
          'p',
          { cls: 'doubt' },
          icon('warning', 's warn'),
          ' ',
          h('b', { text: `${unsure.title} ` }),
          unsure.text,
        )
      : null,
    lead(data, first),
    h(
      'dl',
      null,
      part(
        'What is wrong',
        first.value,
        `, ${first.versus}`,
        first.note && `${f.capital(first.note)}.`,
      ),
      part('Where', ...where(data, first, folded)),
      part('What it costs', ...costs(data, first, cost)),
    ),
    nextStep(first.alert, data.excluded),
    more.length
      ? h('div', { cls: 'also' }, more.map(alertRow), rest > 0 ? furtherAlerts(rest) : null)
      : null,
  );
}

const lead = (data, first) =>
  h(
    'div',
    { cls: 'lead' },
    h(
      'span',
      { cls: 'sev' },
      icon(first.level, 's'),
      first.level === 'critical' ? 'Critical' : 'Warning',
    ),
    number(first),
    h('h1', { text: `${first.title}.${holds(data)}` }),
    h(
      'div',
      { cls: 'actions' },
      h('a', {
        cls: 'btn primary',
        ...viewLink('incident', first.alert.alert_id),
        text: 'Open incident',
      }),
      acknowledgeButton(first.alert),
    ),
  );

const furtherAlerts = (n) =>
  h(
    'a',
    { cls: 'arow muted', ...viewLink('alerts') },
    h('span'),
    h('span'),
    h('span', { text: `and ${n} more` }),
  );

const shares = (a, b, digits = 0) => f.percent(series.ratio(a, b), digits);
const part = (name, strong, plain, sub) =>
  h(
    'div',
    null,
    h('dt', { text: name }),
    h('dd', null, h('b', null, strong), plain, h('span', { cls: 'sub' }, sub)),
  );

function holds(data) {
  if (data.range.step > 300) return ''; // steps are too long for the current state
  const last = series.recent(data.overview.series, 5);
  const ended = last.reduce((n, p) => n + p.succeeded + p.failed, 0);
  if (!ended) return '';
  const succeeded = last.reduce((n, p) => n + p.succeeded, 0);
  const tasks = f.many(ended, 'task');
  const span = f.spanName(last.length * data.range.step * 1000);
  return ` The fleet is at ${shares(succeeded, ended)} success over ${tasks} in ${span}.`;
}

/** Place of the problem: [subject, note beside it, further facts]. */
function where(data, first, folded) {
  const since = `since ${f.tick(Date.parse(first.alert.starts_at), 864e5 * 2)}`;
  if (first.scope === 'agent') return whereAgent(data, first.id, since);
  if (first.scope === 'provider') return whereProvider(data, first.id, since, folded);
  const alerts = f.many(folded, 'agent alert is', 'agent alerts are');
  const { tree } = first.alert.evidence;
  if (tree) return [taskLink(tree.root_task_id), `, ${since}`, whoseTree(first.alert)];
  return [
    first.id === 'fleet' && first.scope === 'fleet'
      ? 'The whole fleet'
      : `Tasks of ${f.named(first.id)}`,
    `, ${since}`,
    folded ? `${alerts} folded into provider alerts.` : '',
  ];
}

/** Agent and session of a task tree: what to stop. */
const whoseTree = (a) =>
  [
    a.agent_id && `Root task of ${a.agent_id}.`,
    a.evidence.tree.session && `Session ${a.evidence.tree.session}.`,
  ]
    .filter(Boolean)
    .join(' ');

/** True if the answer has only the most expensive agents. */
const isCut = (data) => data.total_agents > data.agents.length;

function whereAgent(data, id, since) {
  const a = data.agents.find((x) => x.agent_id === id);
  if (!a)
    return [
      id,
      `, ${since}`,
      isCut(data)
        ? 'Not among the most expensive agents; open it for its figures.'
        : 'No activity in this range.',
    ];
  const failed = `${f.count(a.failed)} of ${f.count(a.tasks)} tasks failed.`;
  const lost = f.unreported(a.unreported) + failed;
  return [
    a.agent_type,
    a.tags.team ? `, team ${a.tags.team}` : '',
    a.mostly_on ? `Mostly on ${f.providerName(a.mostly_on)}; ${lost}` : lost,
  ];
}

function whereProvider(data, id, since, folded) {
  const p = data.providers.find((x) => x.provider === id);
  if (!p) return [f.providerName(id), `, ${since}`, 'It was not called in this range.'];
  const n = data.agents.filter((a) => a.mostly_on === id).length;
  const listed = f.many(data.agents.length, 'most expensive agent');
  const users = isCut(data)
    ? `${f.count(n)} of the ${listed} ${n === 1 ? 'is' : 'are'} mostly on it`
    : `${f.many(n, 'agent is', 'agents are')} mostly on it`;
  const models = p.models.map((m) => m.model);
  const facts = [
    f.capital(since),
    `${f.percent(p.share, 0)} of all calls`,
    users,
  ].join('; ');
  return [
    models.slice(0, 2).join(' and '),
    models.length > 2 ? ` and ${models.length - 2} more` : '',
    folded ? `${facts}, ${f.many(folded, 'alert')} folded in.` : `${facts}.`,
  ];
}

/** Cost of the tasks of this incident, followed by the cost of the fleet. */
function costs(data, first, cost) {
  const { tree } = first.alert.evidence;
  if (tree) return [...treeCost(tree), `The fleet: ${cost}`];
  const mine = data.incident?.alert_id === first.alert.alert_id;
  const c = mine ? data.incident.cost : null;
  return c
    ? [...incidentCost(c), [extraCost(c), ' ', failedTasks(first.alert, c), ` The fleet: ${cost}`]]
    : ['Not known', '', `The fleet: ${cost}`];
}

/** Cost of a task tree so far, and its running tasks: [figure, text beside it]. */
function treeCost(t) {
  const running = `, ${f.many(t.running, 'task')} running`;
  if (t.usd == null) return ['Not known', `: no call of the tree has a price${running}`];
  return [`${f.atLeast(t.usd, t.unpriced)} so far`, running];
}

/**
 * Spend on failed tasks, and the number of failed tasks beyond the usual number: [figure, text
 * beside it].
 */
export function incidentCost(c) {
  if (!c.tasks) return ['$0', ', because no task has ended since it began'];
  const lost =
    c.usual_failed_tasks == null
      ? null
      : Math.max(0, Math.round(c.failed_tasks - c.usual_failed_tasks));
  const more = c.unpriced_tasks
    ? `, not counting ${f.many(c.unpriced_tasks, 'unpriced task')}`
    : '';
  const unknown = c.unreported_tasks
    ? `, ${f.many(c.unreported_tasks, 'outcome')} not reported`
    : '';
  if (!c.failed_tasks && c.extra_usd > 0)
    return [
      `${f.usd(c.extra_usd)} extra`,
      ` for ${f.many(c.tasks, 'task')} that cost more than usual${more}; none failed${unknown}`,
    ];
  const beyond = lost == null ? '' : `, ${lost ? f.many(lost, 'failure') : 'none'} more than usual`;
  return [
    `${f.usd(c.wasted_usd)} wasted`,
    ` on ${f.many(c.failed_tasks, 'failed task')} of ${f.count(c.tasks)}${beyond}${more}${unknown}`,
  ];
}

export const extraCost = (c) =>
  c.extra_usd == null || !c.tasks
    ? ''
    : c.extra_usd > 0
      ? `The cost is ${f.usd(c.extra_usd)} more than usual for this many tasks.`
      : 'The cost is no more than usual for this many tasks.';
