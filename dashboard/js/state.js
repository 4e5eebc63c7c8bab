// The state of the page is its address: what is shown can be sent to somebody else.
const PRESETS = { '15m': 900, '1h': 3600, '6h': 21600, '24h': 86400, '7d': 604800, '30d': 2592000 };
export const presets = Object.keys(PRESETS);
export const presetName = {
  '15m': '15 min',
  '1h': '1 h',
  '6h': '6 h',
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
};

const VIEWS = [
  'provider',
  'agent',
  'task',
  'alerts',
  'incident',
  'rules',
  'insights',
  'waste',
  'runbook',
  'clients',
  'connect',
];
const listeners = new Set();
export const state = {};

function read() {
  const q = new URLSearchParams(location.search);
  const view = q.get('view');
  Object.assign(state, {
    view: VIEWS.includes(view) ? view : 'fleet',
    id: q.get('id') || '',
    range: Object.hasOwn(PRESETS, q.get('range') || '') ? q.get('range') : '1h',
    from: q.get('from') || '',
    to: q.get('to') || '',
    filter: q.get('filter') || '',
    sort: q.get('sort') || '-attention',
    all: q.get('all') === '1',
    attention: q.get('attention') === '1',
    outcome: q.get('outcome') || '',
    show: q.get('show') || '',
    local: q.get('tz') === 'local',
    theme: q.get('theme') || '',
    paused: false,
  });
}
read();

const DEFAULTS = { view: 'fleet', range: '1h', sort: '-attention' };
/** The address of the page with some of its state changed. */
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
  if (next.view === 'agent') put('outcome', next.outcome);
  put('tz', next.local && 'local');
  if (next.view === 'alerts') put('show', next.show);
  put('theme', next.theme);
  const text = q.toString();
  return text ? `?${text}` : location.pathname;
}

/** Changes the state; a move to another view or range is a step of the history. */
export function go(changes, { replace = false } = {}) {
  const address = link(changes);
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  Object.assign(state, changes);
  listeners.forEach((f) => f(changes));
}
export const onChange = (listener) => listeners.add(listener);
addEventListener('popstate', () => {
  read();
  listeners.forEach((f) => f({ view: state.view, range: state.range }));
});

/** Lets links to our own views change the state without loading the page anew. */
document.addEventListener('click', (e) => {
  const a = e.target.closest?.('a[data-view]');
  if (!a || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
  e.preventDefault();
  go({ view: a.dataset.view, id: a.dataset.id || '', outcome: '' });
});
export const viewLink = (view, id = '') => ({
  href: link({ view, id, outcome: '' }),
  'data-view': view,
  'data-id': id,
});

export const isLive = () => !state.from;
/** The range as the API takes it. */
export const rangeQuery = () =>
  state.from ? { from: state.from, to: state.to } : { from: `now-${PRESETS[state.range]}s` };
