// Open alerts, timeline, silences, and alerts that were closed in the range.
import { h, icon, s, setKids } from '../dom.js';
import * as f from '../format.js';
import { alerts, silences } from '../api.js';
import { endSilence } from '../actions.js';
import { csvButton, onePage, pages } from '../csv.js';
import { isUnused } from '../nothing.js';
import { bar, failed, panel, skeleton } from '../parts.js';
import { go, rangeQuery, state, viewLink } from '../state.js';
import { RANK, condition, findings, name, titleOf, word } from '../alerts.js';
import { labelsOf } from '../grouping.js';
import { doubt } from '../trust.js';

const LISTED = 500;

export const title = () => 'Alerts';
/** Alerts and silences are those of now in every range. */
export const ofNow = true;
export async function load() {
  const [listed, quiet] = await Promise.all([
    alerts(rangeQuery(), { limit: LISTED }),
    silences().catch((e) => ({ silences: [], problem: e.message })),
  ]);
  return { ...listed, silences: quiet.silences, silencesProblem: quiet.problem };
}

export const number = (x) => h('span', { cls: `no ${x.no ? x.level : 'none'}`, text: x.no || '' });
const LEVEL_ICON = {
  critical: ['critical', 'crit'],
  warning: ['warning', 'warn'],
  info: ['info', ''],
  folded: ['folded', ''],
};

/** Row of an alert: number, shape, sentence, evidence and usual value, note, state, age. */
export function alertRow(x) {
  const a = x.alert;
  const over = a.state === 'resolved';
  const [shape, tone] = over ? ['ok', ''] : LEVEL_ICON[x.level];
  const from = Date.parse(a.fired_at || a.starts_at);
  const end = a.ends_at ? Date.parse(a.ends_at) : Date.now();
  return h(
    'a',
    { cls: 'arow', ...viewLink('incident', a.alert_id) },
    number(x),
    h('span', null, icon(shape, tone), h('span', { cls: 'sr', text: ` ${a.severity}: ` })),
    h('span', { cls: 'what' }, h('b', { text: x.title })),
    h('span', { cls: 'evid' }, x.value, h('span', { cls: 'muted', text: `, ${x.versus}` })),
    h('span', { cls: 'note', text: x.note }),
    h(
      'span',
      { cls: 'st' },
      h('span', {
        cls: `state ${condition(a) === 'firing' ? x.level : 'quiet'}`,
        text: word(a),
      }),
    ),
    h('time', {
      cls: 'num muted when',
      datetime: a.starts_at,
      title: f.moment(from),
      text: over ? f.fromTo(from, end) : f.age(end - from),
    }),
  );
}

/** Panel of alerts; null if there are none. */
export const alertList = (list, name) => {
  const found = findings(list);
  return found.length ? panel(name, { count: f.count(found.length) }, found.map(alertRow)) : null;
};

const SHOWN = [
  ['', 'All', (x) => x.level !== 'folded'],
  ['critical', 'Critical', (x) => x.alert.severity === 'critical'],
  ['firing', 'Firing', (x) => condition(x.alert) === 'firing'],
  ['quiet', 'Silenced or folded', (x) => x.alert.silenced_by || x.alert.inhibited_by],
];

const OLDER = 'Older alerts are not shown; the CSV file contains all alerts of the range.';

export function mount(main, retry) {
  const head = h('div', { cls: 'head' }, h('h1', { text: 'Alerts' }));
  const strip = h('div');
  const open = h('section', { cls: 'panel', 'aria-label': 'Open' }, skeleton('list'));
  const closed = h('div');
  const quiet = h('div');
  main.replaceChildren(head, strip, open, quiet, closed);
  return {
    update(data) {
      const found = findings(data.open);
      setKids(quiet, silenceList(data));
      setKids(head, ...heading(data, found));
      setKids(strip, timeline(data, found));
      setKids(open, ...openAlerts(data, found));
      open.querySelectorAll('.chip').forEach((chip, i) => {
        chip.onclick = () => {
          go({ show: SHOWN[i][0] }, { replace: true });
          this.update(data);
        };
      });
      const over = data.alerts.filter((a) => a.state === 'resolved');
      const note = data.next_cursor ? h('p', { cls: 'soft small', text: OLDER }) : null;
      setKids(closed, alertList(over, 'Closed in this range'), note);
      return found;
    },
    fail(error) {
      setKids(open, failed(error, retry));
    },
  };
}

/** Number of alerts that need a person, or a note that it is unknown. */
function sentence(found, unsure) {
  if (unsure) return `The open alerts are unknown. ${unsure.title}`;
  if (!found.length) return 'No alert is open';
  const needy = found.filter((x) => x.no && condition(x.alert) === 'firing').length;
  const others = found.length - needy;
  const first = needy
    ? f.many(needy, 'alert needs attention', 'alerts need attention')
    : 'No alert needs attention';
  return others ? `${first}, ${f.many(others, 'other is', 'others are')} open` : first;
}

function aboutFolded(found) {
  const folded = found.filter((x) => x.level === 'folded').length;
  const alerts = f.many(folded, 'agent alert is', 'agent alerts are');
  return folded
    ? `${alerts} folded into the provider alerts that cause them.`
    : 'Agent alerts that a provider alert causes are folded into it.';
}

function heading(data, found) {
  const unsure = doubt(data);
  return [
    h(
      'div',
      null,
      h('h1', { text: sentence(found, unsure) }),
      h('p', { cls: 'soft', text: unsure ? unsure.text : aboutFolded(found) }),
    ),
    h(
      'div',
      { cls: 'actions' },
      csvButton('the alerts', () => ({
        name: 'alerts',
        range: data.range,
        lists: pages('alerts', rangeQuery(), 'alerts'),
      })),
      h('a', { cls: 'btn', ...viewLink('runbook'), text: 'Runbook' }),
      h('a', { cls: 'btn', ...viewLink('rules'), text: 'Rules' }),
    ),
  ];
}

/** The open alerts of the selected kind, and buttons for all kinds. */
function openAlerts(data, found) {
  const chips = SHOWN.map(([key, text]) =>
    h('button', { cls: 'chip', type: 'button', 'aria-pressed': String(state.show === key), text }),
  );
  const [, , pick] = SHOWN.find(([key]) => key === state.show) || SHOWN[0];
  const rows = found.filter(pick);
  return [
    bar('Open', { count: f.count(found.length), beside: chips }),
    rows.length ? rows.map(alertRow) : noneOpen(found, doubt(data), isUnused(data)),
  ];
}

function noneOpen(found, unsure, unused) {
  const none = unused ? 'No events have arrived yet, so no alert can fire.' : 'No alert is open.';
  const text = unsure ? unsure.title : none;
  return h(
    'p',
    { cls: 'arow static muted' },
    h('span'),
    h('span'),
    h('span', { text: found.length ? 'No open alert of this kind.' : text }),
  );
}

/** Silences in force, each with a button that ends it. */
function silenceList(data) {
  if (!data.silences.length)
    return data.silencesProblem
      ? h('p', { cls: 'soft small', text: `Silences cannot be shown: ${data.silencesProblem}` })
      : null;
  return panel(
    'Silences',
    {
      count: f.count(data.silences.length),
      actions: csvButton('the silences', () => ({
        name: 'silences',
        lists: onePage('silences', {}, 'silences'),
      })),
    },
    data.silences.map((x) =>
      h(
        'div',
        { cls: 'bar line' },
        h('b', { text: labelsOf(x.match) }),
        h('span', {
          cls: 'soft small',
          text: [`until ${f.moment(Date.parse(x.until))}, by ${x.by}`, x.comment]
            .filter(Boolean)
            .join(': '),
        }),
        h('span', { cls: 'spacer' }),
        endSilence(x.silence_id, labelsOf(x.match)),
      ),
    ),
  );
}

const LANES = 12;
/** Alerts of the timeline, by start. Prefers critical, then early ones, which may be the cause. */
export function lanes(list) {
  const kept = [...list]
    .sort((p, q) => RANK[q.x.alert.severity] - RANK[p.x.alert.severity] || p.a - q.a)
    .slice(0, LANES);
  return kept.sort((p, q) => p.a - q.a);
}

/** Alerts that were open at some time in the range, with start and end. */
function during(data, found) {
  const from = Date.parse(data.range.from);
  const to = Date.parse(data.range.to);
  const seen = new Set();
  const isNew = (x) => !seen.has(x.alert.alert_id) && seen.add(x.alert.alert_id);
  return [...found, ...findings(data.alerts)]
    .filter((x) => x.level !== 'folded' && isNew(x))
    .map((x) => ({
      x,
      a: Date.parse(x.alert.fired_at),
      b: x.alert.ends_at ? Date.parse(x.alert.ends_at) : to,
    }))
    .filter((l) => l.b > from && l.a < to);
}

/** Timeline with one lane per alert, in order of start. */
function timeline(data, found) {
  const from = Date.parse(data.range.from);
  const to = Date.parse(data.range.to);
  const all = during(data, found);
  const list = lanes(all);
  if (!list.length) return null;
  const more = all.length - list.length;
  const at = (t) => (1000 * (Math.min(to, Math.max(from, t)) - from)) / (to - from);
  const further = `${f.count(more)} more, later or less severe, are listed below`;
  return panel(
    'Alerts over the range',
    { cls: 'lanes', beside: more ? h('span', { cls: 'muted small', text: further }) : null },
    list.map((one) => lane(one, at)),
    h('div', { cls: 'lane axis' }, h('span'), h('span'), ends(from, to)),
  );
}

function lane({ x, a, b }, at) {
  const end = x.alert.ends_at ? f.recently(b) : 'now';
  const tone = x.alert.state !== 'firing' ? 'quiet' : x.level;
  return h(
    'div',
    { cls: 'lane' },
    number(x),
    h('span', { cls: 'who', title: name(x.alert), text: name(x.alert) }),
    s(
      'svg',
      {
        viewBox: '0 0 1000 14',
        preserveAspectRatio: 'none',
        role: 'img',
        'aria-label': `${titleOf(x.alert)}, ${f.recently(a)} to ${end}`,
      },
      s('rect', {
        class: `lane-bar ${tone}`,
        x: at(a),
        y: 4,
        width: Math.max(3, at(b) - at(a)),
        height: 6,
      }),
    ),
  );
}

const ends = (from, to) =>
  h(
    'span',
    { cls: 'ends' },
    [from, (from + to) / 2, to].map((time) => h('span', { text: f.tick(time, to - from) })),
  );
