// Header of the page: brand, navigation, freshness, range, pause, theme, keys.
import { $, h, icon, setKids, setText, toast } from './dom.js';
import * as f from './format.js';
import { savedViews } from './saved.js';
import { go, isLive, link, presetName, presets, state, viewLink } from './state.js';
import { repaintAll } from './charts.js';

/** Code of the error that the page cannot show an answer. */
export const DEFECT = 'defect';
const STALE_MS = 15000;
const QUIET_MS = 150000;

/** Cause of an error, and what the page does about it. */
function causeOf({ status, retry }) {
  if (status >= 500) return ['database', 'retrying'];
  if (status === 429) return ['busy', 'retrying'];
  return status || !retry ? ['refused', 'refused'] : ['api', 'retrying'];
}

/**
 * Freshness of the page, measured by the server's event time and not by the last request. If the
 * page is not live, `cause` is the reason. A busy server is polled less often: `patience` is the
 * maximum time between two answers.
 */
export function freshness(data, { askedAt, receivedAt }, error, now, patience) {
  if (!data && !error) return { state: 'loading', text: 'Loading', age: '' };
  if (!data && error.status === 404) return { state: 'quiet', text: 'Not found', age: '' };
  if (!data && causeOf(error)[0] === 'refused')
    return { state: 'quiet', text: 'Refused', age: '' };
  if (!data)
    return {
      state: 'stale',
      text: error.code === DEFECT ? 'Not shown, retrying' : 'No answer yet, retrying',
      age: '',
      cause: 'api',
      at: 'no time',
    };
  const through = data.data_through ? Date.parse(data.data_through) : null;
  const at = through ? f.recently(through) : 'no time';
  const made = Date.parse(data.generated_at) + (now - receivedAt);
  const late = data.stale ? data.stale.age_seconds * 1000 : 0;
  const age = through ? `${f.age(made - through + late)} old` : '';
  const stale = (cause, why) => ({
    state: 'stale',
    text: through ? `As of ${at}, ${why}` : f.capital(why),
    age,
    cause,
    at,
  });
  if (data.stale)
    return ['slow_answer', 'overloaded'].includes(data.stale.reason)
      ? stale('slow', 'database is slow')
      : stale('database', 'database is down');
  if (state.paused && !error)
    return { state: 'paused', text: `Paused, data to ${at}`, age, cause: 'paused', at };
  if (error?.code === DEFECT) return stale('page', 'not shown completely');
  if (error) return stale(...causeOf(error));
  // A page that was hidden, or a computer that slept, has not asked for so long.
  if (now - receivedAt > patience)
    return askedAt > receivedAt && now - askedAt > STALE_MS
      ? stale('api', 'retrying')
      : stale('loading', 'loading newer data');
  if (data.sampled_at && Date.parse(data.generated_at) - Date.parse(data.sampled_at) > STALE_MS)
    return stale('job', 'the job is silent');
  if (!data.health) return { state: 'quiet', text: `Data to ${at}`, age, cause: 'unknown', at };
  if (!through) return { state: 'quiet', text: 'No events yet', age: '' };
  if (!isLive())
    return {
      state: 'quiet',
      text: `Fixed range, data to ${at}`,
      age: '',
      cause:
        data.range && through < Math.min(Date.parse(data.range.to), made - QUIET_MS)
          ? 'filling'
          : null,
      at,
    };
  const last = data.health.last_event_at ? Date.parse(data.health.last_event_at) : through;
  if (made - last > QUIET_MS)
    return {
      state: 'quiet',
      text: `Quiet, last event ${f.recently(last)}`,
      age: `${f.age(made - last)} ago`,
      cause: 'quiet',
      at: f.recently(last),
    };
  return { state: 'live', text: `Live, data to ${at}`, age };
}

const iconButton = (name, label, key, onclick, cls = '') =>
  h(
    'button',
    {
      cls: `ghost icon-only ${cls}`.trim(),
      type: 'button',
      'aria-label': label,
      title: `${label} (${key})`,
      onclick,
    },
    icon(name),
  );
/** Navigation entry of views that have no entry of their own. */
const PARENT = {
  provider: 'fleet',
  agent: 'fleet',
  task: 'tasks',
  incident: 'alerts',
  rules: 'alerts',
  runbook: 'alerts',
  connect: 'clients',
  waste: 'insights',
  models: 'spend',
};

export function header(act) {
  const pulse = h('span', { cls: 'pulse' });
  const text = h('span');
  const age = h('span', { cls: 'age' });
  const fresh = h('div', { cls: 'fresh', 'data-state': 'loading' }, pulse, text, age);
  const pause = h('button', { cls: 'ghost icon-only', type: 'button', onclick: act.pause });
  const theme = iconButton('theme', 'Light or dark', 't', toggleTheme);
  const keys = iconButton('keys', 'Keys', '?', act.keys, 'keys');
  const range = rangePicker();
  const fleet = h('a', { ...viewLink('fleet'), text: 'Fleet' });
  const hot = h('span', { cls: 'count' });
  const alerts = h('a', { ...viewLink('alerts') }, 'Alerts ', hot);
  const insights = h('a', { ...viewLink('insights'), text: 'Insights' });
  const clients = h('a', { ...viewLink('clients'), text: 'Clients' });
  const spend = h('a', { ...viewLink('spend'), text: 'Spend' });
  const tasks = h('a', { ...viewLink('tasks'), text: 'Tasks' });
  const views = { fleet, spend, tasks, alerts, insights, clients };
  $('#top').replaceChildren(
    h(
      'a',
      { cls: 'brand', 'aria-label': 'Agent Analytics, fleet', ...viewLink('fleet') },
      icon('chart'),
      h('span', { text: 'Agent Analytics' }),
    ),
    h('nav', { cls: 'main', 'aria-label': 'Views' }, Object.values(views)),
    h('span', { cls: 'spacer' }),
    fresh,
    savedViews().el,
    range.el,
    h('div', { cls: 'tools' }, pause, theme, keys),
  );
  return {
    range,
    toggleTheme,
    update(now, data) {
      fresh.dataset.state = now.state;
      setText(text, now.text);
      setText(age, now.age);
      pause.setAttribute('aria-label', state.paused ? 'Resume' : 'Pause');
      pause.title = state.paused ? 'Resume (p)' : 'Pause (p)';
      setKids(pause, icon(state.paused ? 'play' : 'pause'));
      for (const [name, el] of Object.entries(views)) {
        if ((PARENT[state.view] || state.view) === name) el.setAttribute('aria-current', 'page');
        else el.removeAttribute('aria-current');
        el.href = viewLink(name).href;
      }
      const open = (data?.open || []).filter(
        (a) => a.number && a.state === 'firing' && !a.acknowledged_by && !a.silenced_by,
      );
      setText(hot, open.length || '');
      hot.hidden = !open.length;
      hot.className = `count ${open.some((a) => a.severity === 'critical') ? 'hot' : ''}`;
      range.update(data);
    },
  };
}

const DARK = matchMedia('(prefers-color-scheme: dark)');
DARK.addEventListener('change', repaintAll);

/** Theme of the page outside of print, which is light. */
let onScreen;
addEventListener('beforeprint', () => {
  onScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = 'light';
  repaintAll();
});
addEventListener('afterprint', () => {
  if (onScreen) document.documentElement.dataset.theme = onScreen;
  else delete document.documentElement.dataset.theme;
  repaintAll();
});

function toggleTheme() {
  const dark =
    document.documentElement.dataset.theme === 'dark' ||
    (!document.documentElement.dataset.theme && DARK.matches);
  const theme = dark ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('theme', theme);
  if (state.theme) go({ theme }, { replace: true });
  repaintAll();
}

/** From and to as times of day, with the date if the span is longer than a day. */
function spanText(range) {
  const from = Date.parse(range.from);
  const to = Date.parse(range.to);
  const at = (time) => `${to - from > 864e5 ? `${f.day(time)} ` : ''}${f.clock(time, false)}`;
  return ` ${at(from)}–${at(to)} ${f.zone() === 'UTC' ? 'UTC' : ''}`;
}

/** A fixed range with its days: the range of the address or, if there is none, of the answer. */
function daysText(answered) {
  const from = Date.parse(state.from) || Date.parse(answered?.from);
  const to = Date.parse(state.to) || Date.parse(answered?.to) || Date.now();
  return from ? `${f.span(from, to)}${f.zone() === 'UTC' ? ' UTC' : ''}` : 'From, to';
}

/** A time in the format of the input fields, in the selected time zone. */
const written = (iso) => `${f.dateOf(Date.parse(iso))} ${f.clock(Date.parse(iso), false)}`;

/** Parses typed text as a time; null if it is not a time, such as one of 31 February. */
function parsed(text) {
  const m = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?$/.exec(text.trim());
  const t = m && Date.parse(`${m[1]}T${m[2]}${m[3] || ':00'}${state.local ? '' : 'Z'}`);
  return t && f.dateOf(t) === m[1] ? new Date(t).toISOString() : null;
}

/** Problem of a typed range, given as times or null; empty if there is none. */
function problemOf(a, b) {
  if (!a || !b) return 'Enter times like 2026-11-22 13:00.';
  if (a < f.FIRST_DAY) return `From must not be before ${f.FIRST_DAY}.`;
  if (Date.parse(a) > Date.now()) return 'From must not be in the future.';
  return a < b ? '' : 'From must be earlier than To.';
}

function rangePicker() {
  const label = h('span');
  const absolute = h('span', { cls: 'abs' });
  const error = h('p', { cls: 'error', role: 'alert' });
  const from = h('input', { name: 'from', placeholder: '2026-11-22 13:00', autocomplete: 'off' });
  const to = h('input', { name: 'to', placeholder: '2026-11-22 14:00', autocomplete: 'off' });
  const buttons = presets.map((p) =>
    h('button', {
      type: 'button',
      text: presetName[p],
      onclick: () => {
        close();
        go({ range: p, from: '', to: '' });
      },
    }),
  );
  const local = h('button', {
    cls: 'chip',
    type: 'button',
    text: 'Local time',
    onclick: () => {
      const typed = [from, to].map((input) => [input, parsed(input.value)]);
      go({ local: !state.local }, { replace: true });
      for (const [input, time] of typed) if (time) input.value = written(time);
    },
  });
  const menu = h(
    'div',
    { cls: 'menu', hidden: true, id: 'range-menu' },
    h('div', { cls: 'presets' }, buttons),
    h(
      'form',
      { onsubmit: apply },
      h('label', null, 'From', from),
      h('label', null, 'To', to),
      error,
      h(
        'div',
        { cls: 'row' },
        h('button', { type: 'submit', cls: 'primary', text: 'Show' }),
        local,
        h('button', { type: 'button', onclick: copy }, icon('copy', 's'), 'Copy link'),
      ),
    ),
  );
  const button = h(
    'button',
    {
      type: 'button',
      'aria-expanded': 'false',
      'aria-controls': 'range-menu',
      onclick: () => (menu.hidden ? open() : close()),
    },
    label,
    absolute,
    icon('down', 's'),
  );
  const el = h('div', { cls: 'range' }, button, menu);
  let shown = null;

  function open() {
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    if (shown) {
      from.value = written(shown.from);
      to.value = written(shown.to);
    }
    (buttons.find((_, i) => isLive() && presets[i] === state.range) || from).focus();
  }
  function close() {
    if (menu.hidden) return;
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    error.textContent = '';
    button.focus();
  }
  function apply(e) {
    e.preventDefault();
    const a = parsed(from.value);
    const b = parsed(to.value);
    error.textContent = problemOf(a, b);
    if (error.textContent) return;
    close();
    go({ from: a, to: b });
  }
  async function copy() {
    const absoluteLink = shown
      ? new URL(link({ from: shown.from, to: shown.to }), location.href).href
      : location.href;
    try {
      await navigator.clipboard.writeText(absoluteLink);
      toast('Link copied. It shows exactly this range.');
    } catch {
      toast(absoluteLink);
    }
    close();
  }
  document.addEventListener('pointerdown', (e) => {
    if (!menu.hidden && !el.contains(e.target)) close();
  });
  el.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') {
      e.stopPropagation();
      close();
    }
  });

  return {
    el,
    open,
    update(data) {
      shown = data?.range || null;
      setText(label, isLive() ? `Last ${presetName[state.range]}` : daysText(shown));
      setText(absolute, isLive() && shown ? spanText(shown) : '');
      local.setAttribute('aria-pressed', state.local);
      buttons.forEach((b, i) =>
        isLive() && presets[i] === state.range
          ? b.setAttribute('aria-current', 'true')
          : b.removeAttribute('aria-current'),
      );
    },
  };
}
