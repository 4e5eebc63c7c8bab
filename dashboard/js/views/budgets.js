// Budgets by urgency, and the remaining amount of the selected one.
import { h, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import * as g from '../grouping.js';
import { csvButton, pages } from '../csv.js';
import { chartPanel } from '../charts.js';
import { burnDown, outlook } from './burndown.js';
import { copyButton, panel, scrollTable, skeleton, snippet, status } from '../parts.js';

const LEVEL = { hard: 'critical', soft: 'warning', ok: 'ok' };
const WORD = { hard: 'Limit reached', soft: 'Soft limit reached', ok: 'Within limit' };
const COLUMNS = [
  ['Budget', ''],
  ['State', ''],
  ['Spent', 'n p2'],
  ['Reserved', 'n p2'],
  ['Limit', 'n p2'],
  ['Forecast', 'n p2'],
  ['Outlook', 'p2'],
];
let chosen = '';

const ratio = (b) => Math.max(b.spent_usd + b.reserved_usd, b.forecast_usd ?? 0) / b.hard_usd;
const uncounted = (b) => (b.problem ? 1 : 0);
/** Sorts budgets by urgency; budgets that are not counted come first. */
const byNeed = (list) =>
  [...list].sort((a, b) => uncounted(b) - uncounted(a) || ratio(b) - ratio(a));

/**
 * Spend of a budget's labels in its period; null if the job does not count this group, or an object
 * with the reason if it was not loaded.
 */
async function loadSpend(budget) {
  const labels = Object.entries(budget.match || {});
  const by = labels.length ? labels.map(([name]) => name).join(',') : 'agent_type';
  const where = labels.map(([name, value]) => g.equal(name, value)).join(',');
  try {
    return await api.spend({ from: budget.period_start }, { by, where, limit: 1 });
  } catch (e) {
    if (!(e instanceof api.ApiError) || e.status === 401) throw e;
    return e.status === 400 ? null : { problem: e.message };
  }
}

export async function loadBudgets() {
  const { budgets, next_cursor } = await api.budgets();
  const list = byNeed(budgets);
  const budget =
    list.find((b) => b.budget_id === chosen) || list.find((b) => !b.problem) || list[0];
  const spend = budget && !budget.problem ? await loadSpend(budget) : null;
  return { list, cut: !!next_cursor, budget, spend };
}

const matched = (b) =>
  Object.entries(b.match || {})
    .map(([name, value]) => `${g.word(name)} ${g.shownValue(name, value)}`)
    .join(', ') || 'whole fleet';
const between = (b) => `${f.usd(b.forecast_low_usd)}–${f.usd(b.forecast_high_usd)}`;

const isForecast = (b) => b.forecast_usd != null && !b.problem;
/** State of a budget as [level, word]. */
function stateOf(b) {
  if (b.problem) return ['warning', 'Not counted'];
  return b.expired ? ['none', 'Outdated'] : [LEVEL[b.state], WORD[b.state]];
}

const part = (b) => f.percent(b.spent_usd / b.hard_usd, 0);
/** Time from which a budget counts, if it began to count within its period. */
function since(b) {
  const start = Date.parse(b.period_start);
  const counted = Date.parse(b.counted_since);
  const isShort = Date.parse(b.period_end) - start <= 864e5;
  return counted > start ? `counted since ${f.tick(counted, isShort ? 0 : 864e5 * 2)}` : null;
}
const spent = (b) => f.atLeast(b.spent_usd, b.unpriced_requests);
const used = (b) => `${spent(b)} (${part(b)}) of ${f.usd(b.hard_usd)}`;
/** Says that the spend is a lower bound, and why. */
const unpriced = (b) =>
  b.unpriced_requests ? `${f.count(b.unpriced_requests)} unpriced` : null;
const forecast = (b) => f.atLeast(b.forecast_usd, b.unpriced_requests);
/** The reservation: a lower bound, or unknown, while tasks in flight have no estimate. */
const reserved = (b) =>
  b.tasks_unestimated && !b.reserved_usd
    ? 'unknown'
    : f.atLeast(b.reserved_usd, b.tasks_unestimated);
const unestimated = (b) =>
  b.tasks_unestimated ? `${f.many(b.tasks_unestimated, 'task')} without estimate` : null;
/** An amount with lines below it, to save width for the outlook. */
const amount = (value, ...below) =>
  h(
    'span',
    { cls: 'two-line' },
    value,
    below.filter(Boolean).map((text) => h('span', { cls: 'sub', text })),
  );
const until = (b) => `until ${f.tick(Date.parse(b.period_end), 864e5 * 2)}`;
/** A line below the name that replaces columns on narrow screens. */
const narrow = (text) => h('span', { cls: 'sub narrow', text });

const row = (now, shown) => (b) =>
  h(
    'tr',
    { cls: b.problem || b.state === 'soft' ? 'warning' : b.state === 'hard' ? 'critical' : '' },
    h(
      'td',
      { cls: 'ident' },
      h(
        'span',
        { cls: 'two-line' },
        h('button', {
          type: 'button',
          cls: 'ghost link',
          'aria-pressed': b === shown ? 'true' : 'false',
          'aria-label': `Show budget ${b.budget_id}`,
          'data-budget': b.budget_id,
          text: b.budget_id,
        }),
        h('span', { cls: 'sub', text: `${matched(b)}, per ${b.period}` }),
        h('span', { cls: 'sub', text: until(b) }),
        since(b) ? h('span', { cls: 'sub', text: since(b) }) : null,
        narrow(b.problem ? `limit ${f.usd(b.hard_usd)}` : used(b)),
        unpriced(b) && !b.problem ? narrow(unpriced(b)) : null,
        b.tasks_unestimated ? narrow(`reserved ${reserved(b)}, ${unestimated(b)}`) : null,
        isForecast(b) ? narrow(`forecast ${forecast(b)} (${between(b)})`) : null,
        narrow(outlook(b, now)),
      ),
    ),
    h('td', null, status(...stateOf(b))),
    h('td', { cls: 'n p2' }, b.problem ? '–' : amount(spent(b), part(b), unpriced(b))),
    h('td', { cls: 'n p2' }, b.problem ? '–' : amount(reserved(b), unestimated(b))),
    h('td', { cls: 'n p2', text: f.usd(b.hard_usd) }),
    h('td', { cls: 'n p2' }, isForecast(b) ? amount(forecast(b), between(b)) : '–'),
    h('td', { cls: 'p2 wrap', text: outlook(b, now) }),
  );

export function budgetPanel(act) {
  const rows = h('div', null, skeleton('list'));
  const chart = chartPanel({
    title: 'Budget remaining',
    type: 'line',
    fmt: (v) => (v < 0 ? `−${f.usd(-v)}` : f.usd(v)),
    tick: (v) => (v < 0 ? `−${f.usdTick(-v)}` : f.usdTick(v)),
  });
  const save = csvButton('the budgets', () => ({
    name: 'budgets',
    lists: pages('budgets', {}, 'budgets'),
  }));
  const el = panel('Budgets', { actions: save, id: 'budgets', cls: 'budgets' }, rows);
  const box = h('div', { cls: 'two' }, el, chart.el);
  return {
    el: box,
    update({ list, cut, budget, spend }, { generated_at }) {
      const now = Date.parse(generated_at);
      chart.el.hidden = save.hidden = !list.length;
      box.className = list.length ? 'side wide reversed' : '';
      setKids(
        rows,
        list.length
          ? scrollTable('Budgets', COLUMNS, h('tbody', null, list.map(row(now, budget))))
          : none(),
        cut
          ? h('p', { cls: 'pad soft', text: 'The first 1,000 are shown; the CSV has all.' })
          : null,
      );
      rows.querySelectorAll('[data-budget]').forEach((button) => {
        button.onclick = () => {
          chosen = button.dataset.budget;
          act.now();
        };
      });
      if (budget) chart.update(burnDownOf(budget, spend, now));
    },
  };
}

function burnDownOf(budget, spend, now) {
  if (budget.problem) return notCounted(budget);
  if (spend?.problem)
    return { message: { title: 'The spend was not loaded', text: spend.problem } };
  return burnDown(budget, spend, now);
}

const notCounted = (b) => ({
  message: { title: `${b.budget_id} is not counted`, text: b.problem },
});

const EXAMPLE = `budgets:
  - budget_id: fleet
    period: day
    hard_usd: 500
  - budget_id: search
    match: {team: search}
    period: month
    hard_usd: 2000
`;

const none = () =>
  h(
    'div',
    { cls: 'pad' },
    h(
      'p',
      null,
      h('b', { text: 'No budgets. ' }),
      'Set limits for the fleet, a team or an agent with ',
      h('code', { text: 'agent-analytics budgets set FILE' }),
      '. A file with a limit of the fleet per day, and of one team per month:',
    ),
    snippet('Example of a file of budgets', EXAMPLE),
    copyButton('the example', () => EXAMPLE),
  );
