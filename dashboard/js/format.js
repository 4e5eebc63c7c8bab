// Formats of all numbers and times on the page.
import { state } from './state.js';

const two = (n) => String(n).padStart(2, '0');
const parts = (time) => {
  const d = new Date(time);
  return state.local
    ? [d.getFullYear(), d.getMonth(), d.getDate(), d.getHours(), d.getMinutes(), d.getSeconds()]
    : [
        d.getUTCFullYear(),
        d.getUTCMonth(),
        d.getUTCDate(),
        d.getUTCHours(),
        d.getUTCMinutes(),
        d.getUTCSeconds(),
      ];
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// A tag as the API filters by it.
export const tag = (key, value) => `${key.replaceAll(':', '\\:')}:${value}`;

export const zone = () =>
  state.local ? Intl.DateTimeFormat().resolvedOptions().timeZone || 'local time' : 'UTC';
/** Milliseconds by which the chosen zone is ahead of UTC at a time. */
export const offset = (time) => (state.local ? -new Date(time).getTimezoneOffset() * 60000 : 0);
export const clock = (time, seconds = true) => {
  const [, , , hh, mm, ss] = parts(time);
  return `${two(hh)}:${two(mm)}${seconds ? `:${two(ss)}` : ''}`;
};
export const day = (time) => {
  const [, m, d] = parts(time);
  return `${d} ${MONTHS[m]}`;
};
export const moment = (time) => {
  const [y] = parts(time);
  return `${day(time)} ${y}, ${clock(time)} ${zone()}`;
};
/** The day in UTC, as of calendar months of the API. */
export const utcDay = (time) => {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
};
/** A time of day, with the day if that is not today. */
export const recently = (time, seconds = true) =>
  day(time) === day(Date.now()) ? clock(time, seconds) : `${day(time)} ${clock(time, false)}`;
/** Start and end of something past; without the day if both are today. */
export const fromTo = (from, to) =>
  day(from) === day(to)
    ? `${recently(from, false)}–${clock(to, false)}`
    : `${day(from)} ${clock(from, false)}–${day(to)} ${clock(to, false)}`;
/** A day in the format of a date field, such as "2026-11-22". */
export const dateOf = (time) => {
  const [y, m, d] = parts(time);
  return `${String(y).padStart(4, '0')}-${two(m + 1)}-${two(d)}`;
};
/** First day that fields accept: an earlier year is one whose digits are not all typed yet. */
export const FIRST_DAY = '2000-01-01';
const isMidnight = (time) => parts(time).slice(3).join() === '0,0,0';
/** The day, with the year if it is not the current year. */
const dayOf = (time) =>
  parts(time)[0] === parts(Date.now())[0] ? day(time) : `${day(time)} ${parts(time)[0]}`;
/** True if a range starts with a day, and ends with or within this day. */
export const isOneDay = (from, to) => isMidnight(from) && dateOf(from) === dateOf(to - 1);
/** A fixed range in words: "22 Nov" for a whole day, "22 Nov 13:00–14:00" within a day. */
export const span = (from, to) => {
  if (isMidnight(from) && isMidnight(to))
    return isOneDay(from, to) ? dayOf(from) : `${dayOf(from)}–${dayOf(to - 1)}`;
  const isSame = dateOf(from) === dateOf(to - 1);
  const end = isSame && isMidnight(to) ? '24:00' : clock(to, false);
  return `${dayOf(from)} ${clock(from, false)}–${isSame ? '' : `${dayOf(to)} `}${end}`;
};
/** A time on an axis that spans the given number of milliseconds. */
export const tick = (time, span) =>
  span > 36e5 * 30
    ? span > 864e5 * 4
      ? day(time)
      : `${day(time)} ${clock(time, false)}`
    : clock(time, false);

const grouped = (n) =>
  Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
export const count = (n) => (n == null ? '–' : grouped(n));
/** A count with its noun, such as "1 agent" or "2 agents". */
export const many = (n, one, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;
/** Number of tasks without a reported outcome, which success rates leave out. */
export const unreported = (n) => (n > 0 ? `${many(n, 'outcome')} not reported; ` : '');

/**
 * A number with the given number of decimals. Rounds half up in decimal, as a reader of the exact
 * figure does: the double nearest to 0.01215 is below it, so toFixed makes it 0.0121.
 */
export const fixed = (n, digits) => {
  const [figures, exponent = 0] = String(Math.abs(n)).split('e');
  const whole = Math.round(+`${figures}e${+exponent + digits}`);
  if (!Number.isSafeInteger(whole)) return n.toFixed(digits);
  return `${n < 0 ? '-' : ''}${(+`${whole}e${-digits}`).toFixed(digits)}`;
};

const SCALES = [
  [1e3, 'k', 1, 1e5],
  [1e6, 'M', 2, 1e8],
  [1e9, 'B', 2, Infinity],
];
/** Compact number. The rounded number decides the unit: 999,999 is 1.00 M and not 1000 k. */
export const compact = (n) => {
  if (n == null) return 'unknown';
  if (n < 9999.5) return grouped(n);
  for (const [scale, name, digits, whole] of SCALES) {
    const text = fixed(n / scale, n < whole * (1 - 5e-4) ? digits : 0);
    if (+text < 1000 || name === 'B') return `${text} ${name}`;
  }
  return grouped(n);
};
const cents = (n) => {
  const [whole, decimals] = fixed(n, 2).split('.');
  return `${grouped(+whole)}.${decimals}`;
};
/** A total amount, with two decimals. */
export const usd = (n) =>
  n == null
    ? 'unknown'
    : n === 0
      ? '$0'
      : n >= 100000
        ? `$${grouped(n)}`
        : n >= 0.995
          ? `$${cents(n)}`
          : unit(n);
/** A count for an axis. */
export const compactTick = (n) =>
  n >= 999.5e6
    ? `${+(n / 1e9).toPrecision(3)} B`
    : n >= 999.5e3
      ? `${+(n / 1e6).toPrecision(3)} M`
      : n >= 9999.5
        ? `${+(n / 1e3).toPrecision(3)} k`
        : grouped(n);
/** An amount for an axis. */
export const usdTick = (n) => `$${n >= 1000 ? compactTick(n) : +n.toPrecision(3)}`;
/** An amount with three significant digits, but at least cents. */
const smallDigits = (n) => Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(n))));
/** A unit price, with three significant digits. */
export const unit = (n) => {
  if (n == null) return 'unknown';
  if (n === 0) return '$0';
  if (n >= 100) return `$${grouped(n)}`;
  return `$${fixed(n, n >= 0.9995 ? 2 : smallDigits(n))}`;
};
/** A sum of known costs: a lower bound if some calls have no price. */
export const atLeast = (amount, unpriced, format = usd) =>
  `${unpriced && amount != null ? '≥ ' : ''}${format(amount)}`;
/** Percentage. Only all is 100 % and only none is 0 %, so one failure in a million is visible. */
export const percent = (x, digits = 1) => {
  if (x == null) return '–';
  const least = 10 ** -digits;
  const rounded = 100 * +fixed(x, digits + 2);
  const shown = x < 1 && rounded >= 100 ? 100 - least : x > 0 && rounded <= 0 ? least : rounded;
  return `${shown.toFixed(digits)} %`;
};
export const duration = (ms) => {
  if (ms == null) return '–';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59950) return `${fixed(ms / 1000, 1)} s`;
  const secs = Math.round(ms / 1000);
  const m = Math.floor(secs / 60);
  return m < 60 ? `${m} m ${two(secs % 60)} s` : `${Math.floor(m / 60)} h ${two(m % 60)} m`;
};
export const shortDuration = (ms) =>
  ms < 1000
    ? `${ms} ms`
    : ms < 6e4
      ? `${ms / 1000} s`
      : ms < 36e5
        ? `${+(ms / 6e4).toFixed(1)} m`
        : `${+(ms / 36e5).toFixed(1)} h`;
export const age = (ms) => {
  const sec = Math.max(0, Math.round(ms / 1000));
  return sec < 60
    ? `${sec} s`
    : sec < 3600
      ? `${Math.floor(sec / 60)} min`
      : sec < 172800
        ? `${Math.floor(sec / 3600)} h ${two(Math.floor(sec / 60) % 60)} m`
        : `${Math.floor(sec / 86400)} d`;
};
export const signed = (n, digits = 1) => {
  const text = fixed(Math.abs(n), digits);
  return `${+text === 0 ? '±' : n < 0 ? '−' : '+'}${text}`;
};
export const change = (now, before) =>
  now == null || !before ? null : `${signed(100 * (now / before - 1), 0)} %`;
/** A step of a series as a unit, such as "per minute". */
export const perStep = (step) =>
  step === 60
    ? 'per minute'
    : step < 3600
      ? `per ${step / 60} min`
      : step === 3600
        ? 'per hour'
        : step < 86400
          ? `per ${step / 3600} h`
          : 'per day';
export const spanName = (ms) =>
  ms < 36e5
    ? `${Math.round(ms / 6e4)} min`
    : ms < 864e5 * 2
      ? `${Math.round(ms / 36e5)} h`
      : `${Math.round(ms / 864e5)} days`;

const NAMES = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  'gcp.gemini': 'Gemini',
  'gcp.vertex_ai': 'Vertex AI',
  'aws.bedrock': 'Bedrock',
  'azure.ai.openai': 'Azure OpenAI',
  mistral_ai: 'Mistral',
  deepseek: 'DeepSeek',
  cohere: 'Cohere',
  groq: 'Groq',
  x_ai: 'xAI',
};
export const providerName = (id) => (Object.hasOwn(NAMES, id) ? NAMES[id] : id);
/** Id of a provider that a user calls by its id or by its name. */
export const providerId = (name) =>
  Object.keys(NAMES).find((id) => NAMES[id].toLowerCase() === name.toLowerCase()) ?? name;
/** A sentence of the API or the job with the names of providers instead of their ids. */
export const named = (text, ids = Object.keys(NAMES)) =>
  ids.reduce((t, id) => t.replaceAll(standingAlone(id), providerName(id)), text);
/** Matches an id that is a word of its own, and not a part of a path, of a model or of a name. */
const standingAlone = (id) =>
  new RegExp(`(?<![\\w./-])${id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w/-]|\\.\\w)`, 'g');
export const words = (name) => name.replaceAll('_', ' ');
/** Wraps a format: unknown values become a dash. */
export const orDash = (format) => (v) => (v == null ? '–' : format(v));
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
