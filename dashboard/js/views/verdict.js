// A sentence first, then the proof.
import { h, icon } from '../dom.js';
import { acknowledgeButton, alertRow, number } from './alerts.js';
import * as f from '../format.js';
import { isLive, viewLink } from '../state.js';
import * as series from '../series.js';

const ROWS = 3;
/** The first box: what is wrong, where, what it costs; or one quiet line. */
export function verdict(data, found) {
  const o = data.overview, u = data.usual.overview, wrong = found.filter((x) => x.no);
  if (!o.tasks && !o.requests) return quiet('info', data.data_through ? 'No events in this range.' : 'No event has arrived yet.', data.data_through ? `The newest is of ${f.moment(Date.parse(data.data_through))}.` : 'Start a fleet with scripts/run, or replay a recording with scripts/replay FILE.');
  const when = isLive() ? '' : 'In this range: ';
  const cost = u.requests ? `${f.usd(o.cost_usd)} in the range, usual ${f.usd(u.cost_usd)}.` : `${f.usd(o.cost_usd)} in the range; nothing before it to compare.`;
  const many = (n, what) => `${f.count(n)} ${what}${n === 1 ? '' : 's'}`;
  if (!wrong.length) return quiet('ok', `${when}${u.tasks ? 'All as usual.' : 'Nothing stands out.'} ${many(data.total_agents, 'agent')}, ${many(data.providers.length, 'provider')}.`, cost);
  return loud(data, wrong, cost, found.filter((x) => x.level === 'folded').length);
}

const quiet = (name, text, right) => h('section', { cls: 'panel verdict calm', 'aria-label': 'State of the fleet' }, h('div', { cls: 'lead' }, icon(name), h('h1', { text }), h('span', { cls: 'soft', text: right })));

function loud(data, wrong, cost, folded) {
  const first = wrong[0], more = wrong.slice(1, 1 + ROWS), rest = wrong.length - 1 - more.length;
  return h('section', { cls: `panel verdict ${first.level}`, 'aria-label': 'State of the fleet' },
    h('div', { cls: 'lead' }, h('span', { cls: 'sev' }, icon(first.level, 's'), first.level === 'critical' ? 'Critical' : 'Warning'), number(first), h('h1', { text: `${first.title}.${holds(data)}` }), h('div', { cls: 'actions' }, h('a', { cls: 'btn primary', ...viewLink('incident', first.alert.alert_id), text: 'Open incident' }), acknowledgeButton(first.alert))),
    h('dl', null, part('What is wrong', first.value, `, ${first.versus}`, `${first.note}.`), part('Where', ...where(data, first, folded)), part('What it costs', ...costs(data, cost))),
    more.length ? h('div', { cls: 'also' }, more.map(alertRow), rest > 0 ? h('a', { cls: 'arow muted', ...viewLink('alerts') }, h('span'), h('span'), h('span', { text: `and ${rest} more` })) : null) : null);
}
const part = (name, strong, plain, sub) => h('div', null, h('dt', { text: name }), h('dd', null, h('b', { text: strong }), plain, h('span', { cls: 'sub', text: sub })));

function holds(data) {
  if (data.range.step > 300) return ''; // steps too long to say how it is now
  const last = series.recent(data.overview.series, 5), ended = last.reduce((n, p) => n + p.succeeded + p.failed, 0);
  return ended ? ` The fleet is at ${f.percent(last.reduce((n, p) => n + p.succeeded, 0) / ended, 0)} success.` : '';
}

function where(data, first, folded) {
  const since = `since ${f.tick(Date.parse(first.alert.starts_at), 864e5 * 2)}`;
  if (first.scope !== 'agent' && first.scope !== 'provider') return [first.scope === 'fleet' ? 'The whole fleet' : `Tasks of ${first.id}`, `, ${since}`, `${f.count(folded)} alerts of agents are folded into those of providers.`];
  if (first.scope === 'agent') {
    const a = data.agents.find((x) => x.agent_id === first.id);
    if (!a) return [first.id, `, ${since}`, 'It has done nothing in this range.'];
    return [a.agent_type, a.tags.team ? `, team ${a.tags.team}` : '', a.mostly_on ? `Mostly on ${f.providerName(a.mostly_on)}; ${f.count(a.failed)} of ${f.count(a.tasks)} tasks failed.` : `${f.count(a.failed)} of ${f.count(a.tasks)} tasks failed.`];
  }
  const p = data.providers.find((x) => x.provider === first.id);
  if (!p) return [first.id, `, ${since}`, 'It was not called in this range.'];
  const users = data.agents.filter((a) => a.mostly_on === first.id).length;
  return [p.models.slice(0, 2).map((m) => m.model).join(' and '), p.models.length > 2 ? ` and ${p.models.length - 2} more` : '', `${since.charAt(0).toUpperCase() + since.slice(1)}; ${f.percent(p.share, 0)} of all calls; ${f.count(users)} agents are mostly on it${folded ? `, ${f.count(folded)} alerts folded in` : ''}.`];
}

function costs(data, cost) {
  const points = series.recent(data.overview.series, 5), minutes = (points.length * data.range.step) / 60, now = series.sum(points.map((p) => p.cost_usd));
  const before = data.usual.overview, span = (Date.parse(data.range.to) - Date.parse(data.range.from)) / 6e4;
  const lost = series.sum(data.overview.series.map((p) => p.failed));
  const rate = minutes && now != null ? `${f.usd(now / minutes)} a minute` : f.usd(data.overview.cost_usd);
  return [rate, before.requests && before.cost_usd != null ? `, usual ${f.usd(before.cost_usd / span)}` : '', `${f.count(lost)} tasks failed in the range. ${cost}`];
}
