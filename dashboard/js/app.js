// Loads, shows, and keeps showing: one view at a time, in place.
import { $, h, say, setKids } from './dom.js';
import * as f from './format.js';
import { destroyAll } from './charts.js';
import { freshness, header } from './header.js';
import { listen, showKeys } from './keys.js';
import { isListening, listenToServer } from './live.js';
import { askToken, hasToken } from './token.js';
import { go, isLive, onChange, state } from './state.js';
import * as fleet from './views/fleet.js';
import * as provider from './views/provider.js';
import * as agent from './views/agent.js';
import * as alerts from './views/alerts.js';
import * as incident from './views/incident.js';
import * as rules from './views/rules.js';
import * as insights from './views/insights.js';
import * as api from './api.js';

const VIEWS = { fleet, provider, agent, alerts, incident, rules, insights };
const INTERVAL_MS = 2000;
const SLOWEST_MS = 15000;

let shown = null, current = '', data = null, askedAt = 0, receivedAt = 0, error = null, wait = INTERVAL_MS, timer = 0, turn = 0, announced = '';

const act = {
  now: () => refresh(),
  lastHour: () => go({ range: '1h', from: '', to: '' }),
  lastDay: () => go({ range: '24h', from: '', to: '' }),
  pause() { state.paused = !state.paused; tellFreshness(); if (!state.paused) refresh(); },
  keys: showKeys,
};
const top = header(act);
listen({ pause: act.pause, theme: top.toggleTheme, range: () => top.range.open() });

function mount() {
  destroyAll();
  current = `${state.view} ${state.id}`;
  shown = VIEWS[state.view].mount($('#main'), act);
  data = null; error = null;
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++turn, asked = Date.now();
  askedAt = asked;
  try {
    const [answer, open] = await Promise.all([VIEWS[state.view].load(), api.openAlerts()]);
    if (mine !== turn) return;
    data = { ...answer, open: open.alerts, sampled_at: answer.sampled_at ?? open.sampled_at, data_through: answer.data_through ?? open.data_through, generated_at: answer.generated_at ?? open.generated_at }; receivedAt = Date.now(); error = null;
    wait = Math.max(INTERVAL_MS, 4 * (receivedAt - asked)); // a busy server is asked less often
    if (!state.paused || !document.body.dataset.drawn) draw();
  } catch (e) {
    if (mine !== turn) return;
    if (!e.code && !('retry' in e)) throw e;
    if (e.status === 401 || e.code === 'insufficient_scope') { askToken(hasToken()).then(refresh); return; }
    error = e; wait = Math.min(SLOWEST_MS, wait * 2);
    if (!data) shown.fail(e);
  }
  tellFreshness();
  const again = !error || error.retry;
  if (again && !state.paused && (isLive() || error)) timer = setTimeout(() => (document.hidden ? (timer = 0) : refresh()), isListening() && !error ? SLOWEST_MS : wait);
}

/** The server says that there is more; asked for at once, unless that was a moment ago. */
function news() {
  if (isLive() && !state.paused && !document.hidden && !error && receivedAt >= askedAt && Date.now() - askedAt >= wait - 500) refresh();
}

function draw() {
  const found = shown.update(data), worst = found.find((x) => x.no && !x.alert.acknowledged_by);
  document.body.dataset.drawn = state.view;
  document.documentElement.classList.toggle('alarm', worst?.level === 'critical');
  const count = found.filter((x) => x.no).length;
  document.title = `${count ? `(${count}) ` : ''}${VIEWS[state.view].title()} · Agent Analytics`;
  const news = worst?.level === 'critical' ? `Critical: ${worst.title}` : '';
  if (news && news !== announced) say(news);
  announced = news;
  const usual = data.range ? ` “Usual” is the ${f.spanName(Date.parse(data.range.to) - Date.parse(data.range.from))} before, in alerts the subject’s own baseline.` : '';
  setKids($('#foot'), h('span', { text: `Times in ${f.zone()}.${usual}` }), h('span', { text: 'Every event is counted once.' }));
}

function tellFreshness() {
  const now = freshness(data, receivedAt, error, Date.now());
  const note = data && now.state === 'stale' ? now.text.charAt(0).toLowerCase() + now.text.slice(1) : '';
  $('#main').classList.toggle('is-stale', !!note);
  document.querySelectorAll('figcaption, .tile .delta').forEach((el) => { el.dataset.stale = note; });
  top.update(now, data);
}

onChange((changes) => {
  const moved = current !== `${state.view} ${state.id}`;
  if (moved) { mount(); scrollTo(0, 0); $('#main').focus({ preventScroll: true }); }
  if (moved || 'range' in changes || 'from' in changes || 'outcome' in changes) refresh();
  else if (data && 'local' in changes) draw();
  tellFreshness();
});
document.addEventListener('visibilitychange', () => { if (!document.hidden && !timer && !state.paused) refresh(); });
setInterval(tellFreshness, 1000);
listenToServer(news);
mount();
tellFreshness();
refresh();
