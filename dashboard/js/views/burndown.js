// Remaining amount of a budget over its period, and the forecast.
import * as f from '../format.js';

/** Time at which the forecast spend reaches a limit; null if it does not. */
function reachedAt(b, limit, now) {
  const end = Date.parse(b.period_end);
  const used = b.spent_usd + b.reserved_usd;
  if (b.forecast_usd == null || b.forecast_usd <= limit || b.forecast_usd <= used) return null;
  return now + ((end - now) * Math.max(0, limit - used)) / (b.forecast_usd - used);
}

export function outlook(b, now) {
  if (b.problem) return b.problem;
  if (b.spent_usd >= b.hard_usd)
    return b.enforce ? 'exhausted: work is stopped' : 'exhausted: work is not stopped';
  if (b.state === 'hard')
    return b.enforce ? 'new work is stopped' : 'tasks in flight will spend the rest';
  const hard = reachedAt(b, b.hard_usd, now);
  if (hard) return `will exceed on ${f.tick(hard, 864e5 * 2)}`;
  if (b.forecast_usd == null) return 'too little history for a forecast';
  if (b.forecast_high_usd > b.hard_usd) return 'may exceed';
  return b.unpriced_requests ? 'known cost will stay within' : 'will stay within';
}

/** Remaining amount: so far, as forecast, and at an even pace. */
export function burnDown(b, spend, now) {
  const start = Date.parse(b.period_start);
  const end = Date.parse(b.period_end);
  const step = Math.max(60, spend?.series.step || 0, Math.ceil((end - start) / 6e6)) * 1000;
  const times = [];
  for (let t = start; t <= end; t += step) times.push(t);
  const left = b.hard_usd - b.spent_usd;
  const points = (spend?.series.points || []).map((p) => [Date.parse(p.time), p.cost_usd || 0]);
  const later = (t) => points.reduce((sum, [at, usd]) => sum + (at >= t ? usd : 0), 0);
  const since = b.counted_since ? Date.parse(b.counted_since) : start;
  // Spend from before the budget was counted is not part of the budget.
  const counted = (t) => (t <= since ? b.hard_usd : Math.min(b.hard_usd, left + later(t)));
  // The open step ends with the amount that is left now.
  const soFar = (t) => (t - step >= now || !spend ? null : counted(t));
  const even = (t) => b.hard_usd * (1 - (t - start) / (end - start));
  const share = (t) => (t - now) / (end - now);
  const expected = (t) =>
    t + step <= now ? null : left - Math.max(0, share(t)) * (b.forecast_usd - b.spent_usd);
  return {
    times,
    step,
    unit: `$ of ${f.usd(b.hard_usd)}`,
    series: [
      { name: 'left', cls: 'ci', values: times.map(soFar), shown: left },
      ...(b.forecast_usd == null
        ? []
        : [{ name: 'forecast', cls: 'ck', values: times.map(expected) }]),
      { name: 'even pace', cls: 'cd', values: times.map(even), shown: even(now) },
    ],
    limit: 0,
    summary: caption(b, left, now),
  };
}

function caption(b, left, now) {
  const start = Date.parse(b.period_start);
  const rest = Math.max(0, left);
  const gone = (now - start) / (Date.parse(b.period_end) - start);
  const counted = Date.parse(b.counted_since);
  const since = counted > start ? ` Counted since ${f.moment(counted)}.` : '';
  const most = b.unpriced_requests ? 'at most ' : '';
  return (
    `${b.budget_id}: ${most}${f.usd(rest)} left (${f.percent(rest / b.hard_usd, 0)}), ` +
    `${f.percent(1 - gone, 0)} of the ${b.period} left; ${outlook(b, now)}.${since}`
  );
}
