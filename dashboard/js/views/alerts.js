// What needs a person? The order of causes, what is open, what is over.
import { h, icon, s, setKids, toast } from '../dom.js';
import * as f from '../format.js';
import { ApiError, acknowledge, alerts, silence, unsilence } from '../api.js';
import { failed, skeleton } from '../parts.js';
import { go, rangeQuery, state, viewLink } from '../state.js';
import { findings, name, titleOf, word } from '../alerts.js';
import { askToken, hasToken } from '../token.js';

export const title = () => 'Alerts';
export const load = () => alerts(rangeQuery(), { limit: 500 });

export const number = (x) => h('span', { cls: `no ${x.no ? x.level : 'none'}`, text: x.no || '' });
const LEVEL_ICON = { critical: ['critical', 'crit'], warning: ['warning', 'warn'], info: ['info', ''], folded: ['folded', ''] };

/** One alert: number, shape, sentence, evidence against usual, note, state, age. */
export function alertRow(x) {
  const a = x.alert, over = a.state === 'resolved', [shape, tone] = over ? ['ok', ''] : LEVEL_ICON[x.level];
  const from = Date.parse(a.fired_at || a.starts_at), end = a.ends_at ? Date.parse(a.ends_at) : Date.now();
  return h('a', { cls: 'arow', ...viewLink('incident', a.alert_id) }, number(x), h('span', null, icon(shape, tone), h('span', { cls: 'sr', text: ` ${a.severity}: ` })), h('span', { cls: 'what' }, h('b', { text: x.title })),
    h('span', { cls: 'evid' }, x.value, h('span', { cls: 'muted', text: `, ${x.versus}` })), h('span', { cls: 'note', text: x.note }), h('span', { cls: 'st' }, h('span', { cls: `state ${a.state === 'firing' && word(a) === 'Firing' ? x.level : 'quiet'}`, text: word(a) })),
    h('time', { cls: 'num muted when', datetime: a.starts_at, title: f.moment(from), text: over ? `${f.clock(from, false)}–${f.clock(end, false)}` : f.age(end - from) }));
}

/** A panel of alerts; nothing where there are none. */
export const alertList = (list, name) => { const found = findings(list); return found.length ? h('section', { cls: 'panel', 'aria-label': name }, h('div', { cls: 'bar' }, h('h2', null, `${name} `, h('span', { cls: 'muted', text: f.count(found.length) }))), found.map(alertRow)) : null; };

/** Does what a person asks; asks for a token where one is needed. */
async function act(done, run) {
  try {
    await run();
    toast(done);
    setTimeout(() => go({}, { replace: true }), 700);
  } catch (e) {
    if (!(e instanceof ApiError)) throw e;
    if (e.status === 401 || e.code === 'insufficient_scope') { await askToken(hasToken(), 'write'); await act(done, run); return; }
    toast(e.message);
  }
}

export const acknowledgeButton = (a) => h('button', { type: 'button', disabled: !!a.acknowledged_by || a.state === 'resolved', text: a.acknowledged_by ? `Acknowledged by ${a.acknowledged_by}` : 'Acknowledge', onclick: () => act('Acknowledged.', () => acknowledge(a.alert_id)) });
const matchOf = (a) => ({ rule_id: a.rule_id, ...(a.scope === 'agent' ? { agent_id: a.subject } : a.scope === 'provider' ? { provider: a.subject } : {}) });
export const silenceButton = (a) => (a.silenced_by ? h('button', { type: 'button', text: 'End silence', onclick: () => act('The silence has ended.', () => unsilence(a.silenced_by)) }) : h('button', { type: 'button', text: 'Silence 1 h', disabled: a.state === 'resolved', onclick: () => act('Silenced for an hour.', () => silence(matchOf(a), 3600)) }));

const SHOWN = [['', 'All', (x) => x.level !== 'folded'], ['critical', 'Critical', (x) => x.alert.severity === 'critical'], ['firing', 'Firing', (x) => word(x.alert) === 'Firing'], ['quiet', 'Silenced or folded', (x) => x.alert.silenced_by || x.alert.inhibited_by]];

export function mount(main, retry) {
  const head = h('div', { cls: 'head' }), strip = h('div'), open = h('section', { cls: 'panel', 'aria-label': 'Open' }, skeleton('list')), closed = h('div');
  main.replaceChildren(head, strip, open, closed);
  return {
    update(data) {
      const found = findings(data.open), needy = found.filter((x) => x.no && word(x.alert) === 'Firing').length, folded = found.filter((x) => x.level === 'folded').length;
      const sentence = found.length ? `${needy ? `${needy} alert${needy === 1 ? ' needs' : 's need'} a person` : 'No alert needs a person'}, ${found.length - needy} ${found.length - needy === 1 ? 'does' : 'do'} not` : 'No alert is open';
      setKids(head, h('div', null, h('h1', { text: sentence }), h('p', { cls: 'soft', text: folded ? `${folded} alert${folded === 1 ? '' : 's'} of agents folded into those of providers, which cause them.` : 'Alerts of agents that only follow from a provider’s are folded into it.' })), h('div', { cls: 'actions' }, h('a', { cls: 'btn', ...viewLink('rules'), text: 'Rules' })));
      setKids(strip, timeline(data, found));
      const chips = SHOWN.map(([key, text]) => h('button', { cls: 'chip', type: 'button', 'aria-pressed': String(state.show === key), text }));
      const rows = found.filter((SHOWN.find(([key]) => key === state.show) || SHOWN[0])[2]);
      setKids(open, h('div', { cls: 'bar' }, h('h2', null, 'Open ', h('span', { cls: 'muted', text: f.count(found.length) })), chips), rows.length ? rows.map(alertRow) : h('p', { cls: 'arow static muted' }, h('span'), h('span'), h('span', { text: found.length ? 'None like this.' : 'All is calm.' })));
      open.querySelectorAll('.chip').forEach((chip, i) => { chip.onclick = () => { go({ show: SHOWN[i][0] }, { replace: true }); this.update(data); }; });
      setKids(closed, alertList(data.alerts.filter((a) => a.state === 'resolved'), 'Closed in this range'));
      return found;
    },
    fail(error) { setKids(open, failed(error, retry)); },
  };
}

const LANES = 12;
/** One lane an alert, in the order of their beginning: what came first may be the cause. */
function timeline(data, found) {
  const from = Date.parse(data.range.from), to = Date.parse(data.range.to), seen = new Set();
  const list = [...found, ...findings(data.alerts)].filter((x) => x.level !== 'folded' && !seen.has(x.alert.alert_id) && seen.add(x.alert.alert_id)).map((x) => ({ x, a: Date.parse(x.alert.fired_at), b: x.alert.ends_at ? Date.parse(x.alert.ends_at) : to })).filter((l) => l.b > from && l.a < to).sort((p, q) => p.a - q.a).slice(-LANES);
  if (!list.length) return null;
  const at = (t) => (1000 * (Math.min(to, Math.max(from, t)) - from)) / (to - from);
  const tone = (x) => (x.alert.state !== 'firing' ? 'quiet' : x.level);
  return h('section', { cls: 'panel lanes', 'aria-label': 'Alerts over the range' }, h('div', { cls: 'bar' }, h('h2', { text: 'Alerts over the range' })),
    list.map(({ x, a, b }) => h('div', { cls: 'lane' }, number(x), h('span', { cls: 'who', title: name(x.alert), text: name(x.alert) }), s('svg', { viewBox: '0 0 1000 14', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${titleOf(x.alert)}, ${f.clock(a)} to ${x.alert.ends_at ? f.clock(b) : 'now'}` }, s('rect', { class: `lane-bar ${tone(x)}`, x: at(a), y: 4, width: Math.max(3, at(b) - at(a)), height: 6 })))),
    h('div', { cls: 'lane axis' }, h('span'), h('span'), h('span', { cls: 'ends' }, h('span', { text: f.tick(from, to - from) }), h('span', { text: f.tick((from + to) / 2, to - from) }), h('span', { text: f.tick(to, to - from) }))));
}
