// State of the page. The address contains it, so that a link shows the same page to other users.
const PRESETS = { '15m': 900, '1h': 3600, '6h': 21600, '24h': 86400, '7d': 604800, '30d': 2592000 };
export const presets = Object.keys(PRESETS);
export const secondsOf = (preset) => PRESETS[preset];
export const presetName = {
  '15m': '15 min',
  '1h': '1 h',
  '6h': '6 h',
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
};

/** Views, each with the parts of the address that only some views have. */
const VIEWS = {
  fleet: [],
  provider: [],
  agent: ['outcome'],
  task: [],
  spend: ['where', 'against', 'order', 'show'],
  models: ['where', 'order'],
  tasks: ['outcome', 'error', 'tag', 'where', 'order'],
  alerts: ['show'],
  incident: [],
  rules: [],
  insights: [],
  waste: [],
  runbook: [],
  clients: [],
  connect: [],
};
export const OWN = [...new Set(Object.values(VIEWS).flat())];
const listeners = new Set();
export const state = {};

/** A part of the address if it is one of the known values; else the default, and a remark. */
function oneOf(known, name, value, otherwise, remarks) {
  if (!value || Object.hasOwn(known, value)) return value || otherwise;
  remarks.push(`There is no ${name} “${value}”.`);
  return otherwise;
}

function read() {
  const q = new URLSearchParams(location.search);
  const remarks = [];
  Object.assign(state, Object.fromEntries(OWN.map((name) => [name, q.get(name) || ''])), {
    view: oneOf(VIEWS, 'view', q.get('view'), 'fleet', remarks),
    id: q.get('id') || '',
    range: oneOf(PRESETS, 'range', q.get('from') ? '' : q.get('range'), '1h', remarks),
    from: q.get('from') || '',
    to: q.get('to') || '',
    filter: q.get('filter') || '',
    sort: q.get('sort') || '-attention',
    all: q.get('all') === '1',
    attention: q.get('attention') === '1',
    local: q.get('tz') === 'local',
    theme: q.get('theme') || '',
    paused: false,
    /** Remark about parts of the address that are unknown and were replaced. */
    remark: remarks.join(' '),
  });
}
read();

const DEFAULTS = { view: 'fleet', range: '1h', sort: '-attention' };
/** Address of the page with changes to its state. */
export function link(changes) {
  const next = { ...state, ...changes };
  const q = new URLSearchParams();
  const put = (name, value) => {
    if (value && value !== DEFAULTS[name]) q.set(name, value);
  };
  put('view', next.view);
  if (next.view !== 'fleet') put('id', next.id);
  if (next.from) {
    put('from', next.from);
    put('to', next.to);
  } else put('range', next.range);
  if (next.view === 'fleet') {
    put('filter', next.filter);
    put('sort', next.sort);
    put('all', next.all && '1');
    put('attention', next.attention && '1');
  }
  VIEWS[next.view].forEach((name) => put(name, next[name]));
  put('tz', next.local && 'local');
  put('theme', next.theme);
  const text = q.toString();
  return text ? `?${text}` : location.pathname;
}

/** Empty values of the parts that only some views have. */
const fresh = () => Object.fromEntries(OWN.map((name) => [name, '']));

/** Opens another view without the parts of the current view. */
export const visit = (view) => go({ ...fresh(), view, id: '' });

/** View from which a task was opened, also through other tasks: {view, query}; null if unknown. */
export const cameFrom = () => history.state?.from || null;

/** Data of a step of the history: a mark, and the view in which the step was made. */
const step = () => ({
  moved: true,
  from: state.view === 'task' ? cameFrom() : { view: state.view, query: location.search.slice(1) },
});

/** Opens another view by its address. */
export function open(query) {
  history.pushState(step(), '', query ? `?${query}` : location.pathname);
  read();
  listeners.forEach((f) => f({ view: state.view, range: state.range }));
}

/** Opens the start view for an address without a query. */
export function openAtStart(query) {
  history.replaceState({ moved: true }, '', `?${query}`);
  read();
}

/** Changes the state; a move to another view or range is a step of the history. */
export function go(changes, { replace = false } = {}) {
  const address = link(changes);
  if (replace) history.replaceState({ moved: true, from: cameFrom() }, '', address);
  else history.pushState(step(), '', address);
  Object.assign(state, { remark: '' }, changes);
  listeners.forEach((f) => f(changes));
}
export const onChange = (listener) => listeners.add(listener);
addEventListener('popstate', () => {
  read();
  listeners.forEach((f) => f({ view: state.view, range: state.range }));
});

/** Links to views of this page change the state without a page reload. */
document.addEventListener('click', (e) => {
  const a = e.target.closest?.('a[data-view], a[data-query]');
  if (!a || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
  e.preventDefault();
  if (a.dataset.query != null) {
    open(a.dataset.query);
    return;
  }
  const own = JSON.parse(a.dataset.own || '{}');
  go({ ...fresh(), view: a.dataset.view, id: a.dataset.id || '', ...own });
});
/** Attributes of a link to a view; `own` contains parts of the address of this view. */
export const viewLink = (view, id = '', own = null) => ({
  href: link({ ...fresh(), view, id, ...own }),
  'data-view': view,
  'data-id': id,
  'data-own': own && JSON.stringify(own),
});

/** Attributes of a link to an address of this page. */
export const queryLink = (query) => ({
  href: query ? `?${query}` : location.pathname,
  'data-query': query,
});

export const isLive = () => !state.from;
/** The range as parameters of the API. */
export const rangeQuery = () =>
  state.from ? { from: state.from, to: state.to } : { from: `now-${PRESETS[state.range]}s` };
