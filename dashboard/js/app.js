// Loads and updates one view at a time, in place.
import { $, h, say, setKids } from './dom.js';
import * as f from './format.js';
import { isHandled } from './alerts.js';
import { destroyAll } from './charts.js';
import { DEFECT, freshness, header } from './header.js';
import { listen, showKeys } from './keys.js';
import { isListening, listenToServer } from './live.js';
import { isUnused } from './nothing.js';
import { askToken, hasToken } from './token.js';
import { startView } from './saved.js';
import { go, isLive, onChange, openAtStart, OWN, presetName, state } from './state.js';
import * as fleet from './views/fleet.js';
import * as provider from './views/provider.js';
import * as agent from './views/agent.js';
import * as task from './views/task.js';
import * as spend from './views/spend.js';
import * as models from './views/models.js';
import * as tasks from './views/tasks.js';
import * as alerts from './views/alerts.js';
import * as incident from './views/incident.js';
import * as rules from './views/rules.js';
import * as runbook from './views/runbook.js';
import * as insights from './views/insights.js';
import * as waste from './views/waste.js';
import * as clients from './views/clients.js';
import * as connect from './views/connect.js';
import * as api from './api.js';

const VIEWS = {
  fleet,
  provider,
  agent,
  task,
  spend,
  models,
  tasks,
  alerts,
  incident,
  rules,
  insights,
  waste,
  runbook,
  clients,
  connect,
};
const INTERVAL_MS = 2000;
const SLOWEST_MS = 15000;
/** Interval of a hidden page, whose title counts alerts; also the longest wait. */
const REST_MS = 60000;
const LONG_MS = 3000;
/** Codes of temporary errors, after which the page continues to load. */
const NOT_YET = ['slow_answer', 'overloaded', 'warming_up'];

let shown = null;
let current = '';
let data = null;
let askedAt = 0;
let receivedAt = 0;
let error = null;
let wait = INTERVAL_MS;
let timer = 0;
let turn = 0;
let announced = '';
let drawnAs = '';
let isDrawn = false;
let mountedAt = 0;
/** True while the data are those of the former range or query. */
let isOutdated = false;
const LOADING = { state: 'stale', text: 'Loading the new range', age: '' };

const act = {
  now: () => refresh(),
  lastHour: () => go({ range: '1h', from: '', to: '' }),
  pause() {
    state.paused = !state.paused;
    if (state.paused && data && !isOutdated) {
      stop();
      error = null; // nothing is asked for again
    }
    showFreshness();
    if (!state.paused) refresh();
  },
  keys: showKeys,
};
const top = header(act);
/** True if the view has news: its range ends now, or what it shows is about now in any range. */
const goesOn = () => isLive() || !!VIEWS[state.view].ofNow;
listen({ pause: act.pause, theme: top.toggleTheme, range: () => top.range.open() });

/** Key of the current view; the view is mounted again when it changes. */
const place = () => `${state.view} ${state.view === 'tasks' ? '' : state.id}`;

function mount() {
  destroyAll();
  current = place();
  shown = VIEWS[state.view].mount($('#main'), act);
  showRemark();
  data = null;
  error = null;
  isOutdated = false;
  isDrawn = false;
  mountedAt = Date.now();
}

/** Shows the remark on the address, and the view and range that are shown instead. */
function showRemark() {
  $('#remark')?.remove();
  if (!state.remark) return;
  const range = isLive() ? `, last ${presetName[state.range]}` : '';
  const instead = ` The page shows ${VIEWS[state.view].title()}${range}.`;
  $('#main').prepend(
    h('p', { cls: 'panel unsure pad', id: 'remark', role: 'status', text: state.remark + instead }),
  );
}

/** Stops the timer, and ignores the answer that is still awaited. */
function stop() {
  clearTimeout(timer);
  turn++;
}

async function refresh() {
  stop();
  const mine = turn;
  let again = true;
  askedAt = Date.now();
  const health = api.health().catch(() => null);
  try {
    const answers = await Promise.all([VIEWS[state.view].load(), api.openAlerts(), health]);
    if (mine === turn) take(together(...answers));
  } catch (e) {
    // An unknown name may belong to events that have not arrived yet.
    if (isOther(e)) e.health = await health;
    if (mine === turn) again = refuse(e);
  } finally {
    if (mine === turn && again) schedule();
  }
}

function take(answer) {
  receivedAt = Date.now();
  data = answer;
  error = null;
  isOutdated = false;
  // A busy server is polled less often; an answer over a sleep of the computer says nothing of it.
  wait = Math.min(REST_MS, Math.max(INTERVAL_MS, 4 * (receivedAt - askedAt)));
  draw();
  showFreshness();
}

/** True if the API rejects the address of the page, or knows nothing of its subject. */
const isOther = (e) => e.status === 400 || e.status === 404;

/** Shows why there is no new data; returns false if the page waits for the user instead. */
function refuse(e) {
  if (e.status === 401 || e.code === 'insufficient_scope') {
    askToken(hasToken()).then((given) => (given ? refresh() : refused(e)));
    return false;
  }
  // After a rejected request or a 404, earlier data would be those of another address. A form
  // keeps what was typed into it.
  if (data && isOther(e) && !VIEWS[state.view].hasForm) mount();
  if (isOther(e)) data = null;
  error = e instanceof api.ApiError ? e : defect(e);
  const isAwaited = e.status === 404 || isUnused(e.health);
  if (isAwaited) error.retry = goesOn();
  wait = Math.min(SLOWEST_MS, wait * 2);
  if (!data && NOT_YET.includes(e.code)) error = null;
  else if (!data) shown.fail(error);
  showFreshness();
  return true;
}

/** Reports a defect of the page in the console; the page goes on, since new data may help. */
function defect(cause) {
  reportError(cause);
  return { message: 'The page cannot show this answer of the API', code: DEFECT, retry: true };
}

function schedule() {
  if (error ? !error.retry : state.paused && data) return;
  const isFixed = data && !error && !goesOn();
  // The stream reports progress of events, not of clients.
  const listening = isListening() && !error && data && !VIEWS[state.view].polls;
  timer = setTimeout(
    isFixed ? refreshAlerts : refresh,
    document.hidden ? REST_MS : isFixed || listening ? SLOWEST_MS : wait,
  );
}

/** Refreshes what a fixed range shows of now: the open alerts, and what was done about them. */
async function refreshAlerts() {
  stop();
  const mine = turn;
  const open = await api.openAlerts().catch(() => null);
  if (mine !== turn) return;
  if (open) {
    const newest = new Map(open.alerts.map((a) => [a.alert_id, a]));
    Object.assign(data, { open: open.alerts, openCut: open.alerts.length >= api.OPEN_ALERTS });
    data.alerts &&= data.alerts.map((a) => newest.get(a.alert_id) ?? a);
    draw();
    showFreshness();
  }
  schedule();
}

/** Combines data of a view, open alerts and health; the result is as old as the oldest of them. */
const together = (answer, open, health) => ({
  ...answer,
  open: open.alerts,
  openCut: open.alerts.length >= api.OPEN_ALERTS,
  health,
  stale: answer.stale ?? open.stale ?? health?.stale,
  sampled_at: answer.sampled_at ?? open.sampled_at,
  data_through: answer.data_through ?? open.data_through,
  generated_at: answer.generated_at ?? open.generated_at,
});

/** Handles a missing token: shows the error with a button to try again. */
function refused(e) {
  error = e;
  error.retry = true;
  if (!data) shown.fail(e);
  showFreshness();
}

/** Loads new data that the server reports, unless the last request was a moment ago. */
function news() {
  if (
    goesOn() &&
    !state.paused &&
    !document.hidden &&
    !error &&
    receivedAt >= askedAt &&
    Date.now() - askedAt >= wait - 500
  )
    refresh();
}

/** Maximum time between two answers. */
const patience = () => (goesOn() ? (document.hidden ? REST_MS : wait) + SLOWEST_MS : Infinity);
const fresh = () => freshness(data, { askedAt, receivedAt }, error, Date.now(), patience());

/** Explains "usual", or "before" in views with a choice of the earlier range. */
function whatIsCompared({ range, before }) {
  if (before) return ` “Before” is ${f.span(Date.parse(before.from), Date.parse(before.to))}.`;
  if (!range || before === null) return '';
  const span = f.spanName(Date.parse(range.to) - Date.parse(range.from));
  return ` “Usual” refers to the previous ${span}; in alerts, to the subject’s own baseline.`;
}

/** Draws the data. If a view fails, what it has not drawn is marked as old. */
function draw() {
  data.fresh = fresh();
  drawnAs = data.fresh.cause || '';
  try {
    frame(shown.update(data));
    isDrawn = true;
  } catch (e) {
    error = defect(e);
    wait = Math.min(SLOWEST_MS, wait * 2);
    if (!isDrawn) shown.fail(error);
  }
}

/** Shows the findings of a view in the frame of the page. */
function frame(found) {
  const needy = found.filter((x) => x.no && !isHandled(x.alert));
  const [worst] = needy;
  document.body.dataset.drawn = state.view;
  document.documentElement.classList.toggle('alarm', worst?.level === 'critical');
  const doubtful = drawnAs && !['paused', 'filling'].includes(drawnAs) ? '(?) ' : '';
  const counted = needy.length ? `(${needy.length}) ` : '';
  document.title = `${doubtful}${counted}${VIEWS[state.view].title()} · Agent Analytics`;
  const news = worst?.level === 'critical' ? `Critical: ${worst.title}` : '';
  if (news && news !== announced) say(news);
  announced = news;
  setKids(
    $('#foot'),
    h('span', { text: `Times in ${f.zone()}.${whatIsCompared(data)}` }),
    h('span', { text: 'Every event is counted once.' }),
  );
}

function showFreshness() {
  const now = data && isOutdated && !error ? LOADING : fresh();
  // The last known status may no longer be true.
  if (data && now !== LOADING && error?.code !== DEFECT && (now.cause || '') !== drawnAs) draw();
  if (!data && !error && Date.now() - mountedAt > LONG_MS) {
    now.text = 'Loading: the first answer takes longer';
    shown.waiting?.();
  }
  const note =
    data && now.state === 'stale' ? now.text.charAt(0).toLowerCase() + now.text.slice(1) : '';
  $('#main').classList.toggle('is-stale', !!note);
  $('#main').style.setProperty('--note', JSON.stringify(note));
  top.update(now, data);
}

onChange((changes) => {
  const moved = current !== place();
  if (moved) {
    mount();
    scrollTo(0, 0);
    $('#main').focus({ preventScroll: true });
  }
  if (!moved) showRemark();
  const asked = ['range', 'from', 'id', ...OWN].some((name) => name in changes);
  if (asked && !moved) isOutdated = true;
  if (moved || asked) refresh();
  else if (data && 'local' in changes) draw();
  showFreshness();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !state.paused) refresh();
});
mount();
showFreshness();
setInterval(showFreshness, 1000);
listenToServer(news);
start();

/** Loads the view of the address or, if it names none, the start view. */
async function start() {
  const isNamed = () => location.search || history.state;
  let view = null;
  try {
    view = isNamed() ? null : await startView();
  } catch (e) {
    refused(e);
    return;
  }
  if (view && !isNamed()) {
    openAtStart(view.query);
    mount();
  }
  refresh();
}
