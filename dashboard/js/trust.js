// Trust in the figures: they prove that all is well only if they are fresh and complete.
import * as f from './format.js';
import { isLive } from './state.js';
import { status } from './parts.js';
import { recent } from './series.js';

const LATELY = 5;
const DOCTOR = 'agent-analytics doctor says what is wrong.';
const ASKING = 'the page keeps asking.';
const CAUSES = {
  api: (at) => [
    'The API does not answer.',
    'Check that its process runs and that this address reaches it. ' +
      `What is shown is of ${at}; ${ASKING}`,
  ],
  database: (at) => [
    'The database does not answer.',
    `Check Postgres: ${DOCTOR} What is shown is of ${at}; ${ASKING}`,
  ],
  slow: (at) => [
    'The database answers too slowly.',
    `Look at the load of Postgres: ${DOCTOR} ` +
      `What is shown is of ${at}; newer figures are being made.`,
  ],
  job: (at) => [
    'The job has written nothing for a while, so this may no longer hold.',
    `Check that the Flink job runs and reaches Postgres: ${DOCTOR} What is shown is of ${at}.`,
  ],
  paused: (at) => ['The page is paused.', `What is shown is of ${at}. Press p to go on.`],
  quiet: (at) => [
    `No event has come since ${at}.`,
    'Either no agent works, or their events do not arrive: ' +
      'check the senders and the topic task-events.',
  ],
  unknown: () => ['The API does not say whether data flows.', DOCTOR],
  filling: (at) => ['This range is not complete yet.', `Events have been counted up to ${at}.`],
};

/** Why what is shown says nothing about now: {title, text}; null if it does. */
export function doubt(data) {
  const explain = CAUSES[data.fresh?.cause];
  if (!explain) return null;
  const [title, text] = explain(data.fresh.at);
  return { title, text };
}

/** Gaps in fresh figures, in sentences. */
export function missing(data) {
  const pending = data.open.filter(
    (a) => a.state === 'pending' && !a.shadow && a.severity !== 'info',
  ).length;
  const unpriced = data.overview?.unpriced_requests || 0;
  return [
    isLive() && silence(data),
    pending && isLive() && `${f.many(pending, 'alert is', 'alerts are')} about to fire.`,
    data.openCut && `More than ${f.count(data.open.length)} alerts are open; not all are shown.`,
    data.weights?.expired &&
      isLive() &&
      'The provider weights are too old: routers no longer follow them.',
    unpriced &&
      `${f.many(unpriced, 'call has', 'calls have')} no price, so the cost is a lower bound.`,
    isLive() && refusals(data),
  ].filter(Boolean);
}

function silence(data) {
  const lately =
    data.overview && data.range.step <= 300 ? recent(data.overview.series, LATELY) : [];
  if (!lately.length || lately.some((p) => p.tasks || p.requests)) return null;
  const span = f.spanName(lately.length * data.range.step * 1000);
  return `No task and no call has ended in the last ${span}.`;
}

function refusals(data) {
  const refused = Object.entries(data.health?.dead_letters24h || {});
  const events = refused.reduce((sum, [, n]) => sum + n, 0);
  if (!events) return null;
  const were = f.many(events, 'event was', 'events were');
  const reasons = refused.map(([code, n]) => `${f.words(code)} ${f.count(n)}`).join(', ');
  return `${were} refused in the last 24 h (${reasons}): see the topic dead-letters.`;
}

/** The state of something that no alert is about: well only where there is evidence of it. */
export function unalarmed(data, active, idle, how) {
  if (doubt(data)) return status('none', 'Not known', how);
  return active ? status('ok', 'As usual', how) : status('none', idle, how);
}
