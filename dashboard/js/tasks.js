// Parts of a task that several views show: link, outcome, and error message.
import { h, icon } from './dom.js';
import * as f from './format.js';
import { viewLink } from './state.js';

const OUTCOME_NAMES = { unreported: 'outcome not reported' };

export const taskLink = (id, attrs) => h('a', { ...viewLink('task', id), text: id, ...attrs });

export function outcomeOf(t) {
  const bad = t.outcome === 'failed';
  return h(
    'span',
    { cls: `state ${bad ? 'critical' : 'quiet'}` },
    icon(bad ? 'critical' : t.outcome === 'succeeded' ? 'ok' : 'info', 's'),
    bad ? f.words(t.error_type || 'failed') : OUTCOME_NAMES[t.outcome] || t.outcome,
  );
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
