// Texts and marks of alerts for all views.
import * as f from './format.js';

/** Levels of findings by urgency; they include the severities of alerts. */
export const RANK = { critical: 3, warning: 2, info: 1, folded: 0 };
/** A value of an alert's evidence with its unit. */
export function amount(value, unit) {
  if (value == null) return '–';
  if (unit === 'share') return f.percent(value, 0);
  if (unit === 'usd') return f.unit(value);
  if (unit === 'seconds') return f.duration(value * 1000);
  return `${f.compact(value)} ${unit}`.trim();
}

/** The detector's own measure in words, by type; null if it adds nothing to value and limit. */
export function scoreOf(a) {
  const { score } = a.evidence;
  if (score == null) return null;
  if (a.scope === 'provider') return `at least ${f.percent(score, 0)}, with 95 % confidence`;
  switch (a.type) {
    case 'high_error_rate':
    case 'cost_spike':
      return `evidence of a change ${score.toFixed(1)}`;
    case 'high_response_time':
      return `slow above ${f.duration(score * 1000)}`;
    case 'queue_backlog':
      return `empty in ${f.duration(score * 1000)}`;
    default:
      return null;
  }
}

/** State of an alert and its handling as one key; alerts that need attention are `firing`. */
export function condition(a) {
  if (a.state === 'resolved') return a.fired_at ? 'resolved' : 'withdrawn';
  if (a.inhibited_by) return 'folded';
  if (a.silenced_by) return 'silenced';
  if (a.acknowledged_by) return 'acknowledged';
  if (a.flapping) return 'flapping';
  return a.state;
}

/** True for an open alert that somebody has acknowledged or silenced. */
export const isHandled = (a) => a.state !== 'resolved' && !!(a.acknowledged_by || a.silenced_by);

/** The condition as a word. */
export const word = (a) => f.capital(condition(a));

export const name = (a) => (a.scope === 'provider' ? f.providerName(a.subject) : a.subject);
export const titleOf = (a) =>
  a.title.startsWith(a.subject)
    ? name(a) + a.title.slice(a.subject.length)
    : a.scope === 'fleet'
      ? f.named(a.title)
      : a.title;

export const span = (seconds) => (seconds < 120 ? `${seconds} s` : f.spanName(seconds * 1000));

/**
 * Values of an alert: at firing, current (with its time) and peak; null if unknown. The value at
 * firing is never shown as the current value.
 */
export function values(a) {
  const u = a.evidence.unit;
  const over = a.state === 'resolved';
  const time = a.value_now_at ? Date.parse(a.value_now_at) : null;
  const known = (v) => (v == null ? null : amount(v, u));
  return {
    firing: known(a.value_at_firing ?? a.evidence.value),
    now: known(a.value_now),
    nowAt: time,
    peak: known(a.value_peak),
    over,
  };
}

/** The current value or, if it is unknown, an earlier value with its time in words. */
function shownValue(a) {
  const v = values(a);
  const firing = v.firing ? `${v.firing} when it fired` : '–';
  if (v.over) return v.now ? `resolved at ${v.now}` : firing;
  return v.now ?? firing;
}

const versus = (e) => {
  if (e.baseline != null) return `usual ${amount(e.baseline, e.unit)}`;
  return e.threshold != null ? `limit ${amount(e.threshold, e.unit)}` : 'no limit';
};

/**
 * Time of the evidence of an alert in words; empty if the shown value is that of the evidence. The
 * value changes with every call or task, its evidence only with the state of the alert.
 */
export function asOf(a) {
  const { value } = a.evidence;
  const fired = a.value_at_firing ?? value;
  if (value == null || (a.value_now ?? fired) === value) return '';
  return fired === value ? 'when it fired' : 'at its last change';
}

/** Number of calls or tasks of the evidence, and their time span. */
function basisOf(a) {
  const e = a.evidence;
  const within = e.window_seconds ? `in ${span(e.window_seconds)}` : '';
  if (e.n > 1) return `${f.many(e.n, a.scope === 'provider' ? 'call' : 'task')} ${within}`.trim();
  return a.scope === 'agent' ? 'one task' : within;
}

/** Person who acknowledged the alert, or its evidence with the value that it belongs to. */
function noteOf(a) {
  if (a.acknowledged_by) return `acknowledged by ${a.acknowledged_by}`;
  if (a.flapping) return 'fires repeatedly';
  const { value, unit } = a.evidence;
  const basis = basisOf(a);
  const when = asOf(a);
  return basis && when ? `${when}: ${amount(value, unit)}, ${basis}` : basis;
}

/** Converts an alert to a finding: level, text, evidence compared with the usual value. */
function finding(a, no) {
  return {
    alert: a,
    no,
    level: a.inhibited_by ? 'folded' : a.severity,
    scope: a.scope,
    id: a.subject,
    word: a.inhibited_by ? 'Provider errors' : a.word,
    title: titleOf(a),
    value: shownValue(a),
    versus: versus(a.evidence),
    note: noteOf(a),
    measure: a.severity === 'info' ? null : a.measure,
  };
}

const concerns = (a) =>
  !a.shadow &&
  (a.state === 'firing' || a.state === 'recovering' || a.state === 'resolved') &&
  a.fired_at;

/**
 * Alerts that concern users, each with its number: open alerts have the number that all views show;
 * those of a past range are numbered here.
 */
function numbered(list, past) {
  let counted = 0;
  const numberOf = (a) => {
    if (a.inhibited_by || a.severity === 'info') return null;
    if (past) return (counted += 1);
    return a.state === 'resolved' ? null : a.number;
  };
  return list.filter(concerns).map((a) => [a, numberOf(a)]);
}

/** Order of findings: handled alerts come after those that need attention. */
const urgency = (x) =>
  x.no && isHandled(x.alert) ? RANK.info + RANK[x.level] / 10 : RANK[x.level];

/** Converts alerts to findings, worst first. */
export function findings(list, past = false) {
  const found = numbered(list, past).map(([a, no]) => finding(a, no));
  return found.sort(
    (a, b) =>
      urgency(b) - urgency(a) ||
      (b.scope === 'provider') - (a.scope === 'provider') ||
      a.no - b.no,
  );
}

const MARKS = 8;
/** Order of marks: critical alerts first, then the earliest, which may be the cause. */
const byCause = ([a], [b]) =>
  RANK[b.severity] - RANK[a.severity] || Date.parse(a.fired_at) - Date.parse(b.fired_at);
/** Marks for the charts of a measure, with the numbers of the findings. */
export const marks = (list, pick, past = false) =>
  numbered(list, past)
    .filter(([a]) => !a.inhibited_by && a.severity !== 'info' && pick(a))
    .sort(byCause)
    .slice(0, MARKS)
    .map(([a, no]) => ({
      no,
      level: a.severity,
      from: Date.parse(a.fired_at),
      to: a.ends_at ? Date.parse(a.ends_at) : null,
    }));
export const measures = (what) => (a) =>
  a.measure === what || (what === 'success' && a.scope === 'provider');
