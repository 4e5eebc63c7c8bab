// Freshness of the figures: only fresh and complete figures prove that there is no problem.
import * as f from './format.js';
import { isLive } from './state.js';
import { status } from './parts.js';
import { recent } from './series.js';

const LATELY = 5;
const UNREAD_LETTERS =
  'The API cannot read the topic dead-letters, so more events may have been refused.';
const DOCTOR = 'agent-analytics doctor shows what is wrong.';
const RETRYING = 'the page keeps trying.';
const CAUSES = {
  api: (at) => [
    'The API does not answer.',
    'Check that its process runs and that this address reaches it. ' +
      `The page shows data of ${at}; ${RETRYING}`,
  ],
  refused: (at) => [
    'The API has refused the last request.',
    `Choose another range or view, or reload the page. The page shows data of ${at}.`,
  ],
  busy: (at) => [
    'The API refuses requests for now, since there are too many.',
    `The page shows data of ${at}; ${RETRYING}`,
  ],
  loading: (at) => ['Newer data is being loaded.', `The page shows data of ${at}.`],
  page: (at) => [
    'The page cannot show the newest answer.',
    'Reload it; if that does not help, report the error that the console of the browser shows. ' +
      `The page shows data of ${at}; ${RETRYING}`,
  ],
  database: (at) => [
    'The database does not answer.',
    `Check Postgres: ${DOCTOR} The page shows data of ${at}; ${RETRYING}`,
  ],
  slow: (at) => [
    'The database is too slow.',
    `Check the load on Postgres: ${DOCTOR} ` +
      `The page shows data of ${at}; newer figures are being computed.`,
  ],
  job: (at) => [
    'The job has written nothing for a while, so these figures may be out of date.',
    `Check that the Flink job runs and reaches Postgres: ${DOCTOR} The page shows data of ${at}.`,
  ],
  paused: (at) => ['The page is paused.', `The page shows data of ${at}. Press p to resume.`],
  quiet: (at) => [
    `No events since ${at}.`,
    'Either no agent is working, or events are not arriving: ' +
      'check the senders and the topic task-events.',
  ],
  unknown: () => ['The API does not report whether data is flowing.', DOCTOR],
  filling: (at) => ['This range is not complete yet.', `Some events after ${at} may be missing.`],
};

/** Reason why the figures are not current: {title, text}; null if they are current. */
export function doubt(data) {
  const explain = CAUSES[data.fresh?.cause];
  if (!explain) return null;
  const [title, text] = explain(data.fresh.at);
  return { title, text };
}

/** Sentences about gaps in fresh figures. */
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
      'The provider weights have expired: routers no longer follow them.',
    unpriced &&
      `${f.many(unpriced, 'call has', 'calls have')} no price, so the cost is a lower bound.`,
    isLive() && refusals(data),
    isLive() && data.health?.dead_letters_complete === false && UNREAD_LETTERS,
  ].filter(Boolean);
}

function silence(data) {
  const lately =
    data.overview && data.range.step <= 300 ? recent(data.overview.series, LATELY) : [];
  if (!lately.length || lately.some((p) => p.tasks || p.requests)) return null;
  const span = f.spanName(lately.length * data.range.step * 1000);
  return `No task or call has ended in the last ${span}.`;
}

function refusals(data) {
  const refused = Object.entries(data.health?.dead_letters24h || {});
  const events = refused.reduce((sum, [, n]) => sum + n, 0);
  if (!events) return null;
  const were = f.many(events, 'event was', 'events were');
  const reasons = refused.map(([code, n]) => `${f.words(code)} ${f.count(n)}`).join(', ');
  return `${were} refused in the last 24 h (${reasons}): agent-analytics dead-letters shows them.`;
}

/** State of a subject without alerts: healthy only if there is evidence. */
export function unalarmed(data, active, idle, how) {
  if (doubt(data)) return status('none', 'Unknown', how);
  return active ? status('ok', 'As usual', how) : status('none', idle, how);
}
