// Parts of a task that several views show: link, outcome, and error message.
import { h, icon } from './dom.js';
import * as f from './format.js';
import { equal } from './grouping.js';
import { viewLink } from './state.js';

const ICONS = { failed: 'critical', succeeded: 'ok', abandoned: 'warning' };
const OUTCOME_NAMES = { unreported: 'outcome not reported' };

export const taskLink = (id, attrs) => h('a', { ...viewLink('task', id), text: id, ...attrs });

export function outcomeOf(t) {
  const bad = t.outcome === 'failed';
  return h(
    'span',
    { cls: `state ${bad ? 'critical' : 'quiet'}` },
    icon(ICONS[t.outcome] || 'info', 's'),
    bad ? f.words(t.error_type || 'failed') : OUTCOME_NAMES[t.outcome] || t.outcome,
  );
}

/** Labels of the tasks in the cost of an alert, by the scope of the alert. */
const COSTED = {
  agent: (a) => ({ agent_id: a.subject }),
  agent_type: (a) => ({ agent_type: a.subject }),
  provider: (a) => ({ provider: a.subject }),
  fleet: ({ agent_id, agent_type, provider }) => ({ agent_id, agent_type, provider }),
};
const MINUTE_MS = 6e4;

/**
 * Link to the failed tasks in the cost of an alert; null if there are none. The API searches whole
 * minutes.
 */
export function failedTasks(a, cost) {
  const labels = COSTED[a.scope]?.(a);
  if (!labels || !cost.failed_tasks) return null;
  const minute = (time, round) =>
    new Date(round(Date.parse(time) / MINUTE_MS) * MINUTE_MS).toISOString();
  const where = ['agent_type', 'provider'].filter((name) => labels[name]);
  const own = {
    outcome: 'failed',
    where: where.map((name) => equal(name, labels[name])).join(','),
    from: minute(cost.from, Math.floor),
    to: minute(cost.to, Math.ceil),
  };
  return h('a', { ...viewLink('tasks', labels.agent_id || '', own), text: 'Show failed tasks.' });
}

/** The outcome with the error message below it. */
export const outcomeWithMessage = (t) =>
  h(
    'span',
    { cls: 'two-line' },
    outcomeOf(t),
    t.error_message
      ? h('span', { cls: 'sub cut', title: t.error_message, text: t.error_message })
      : null,
  );
