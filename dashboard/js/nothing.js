// Reason why there is nothing to show, and the remedy: nothing has ever arrived, nothing matches
// what the reader has selected, or nothing is in the range.
import * as f from './format.js';
import { go, isLive, presetName, secondsOf, state } from './state.js';

/** Ranges that are offered instead of an empty one. */
const LONG = ['24h', '7d', '30d'];
const DAY_MS = 864e5;
const MINUTE_MS = 6e4;

/** True if no event has arrived since the installation. */
export const isUnused = (data) => data?.data_through === null;

export const CONNECT = {
  text: 'Connect an agent',
  run: () => go({ view: 'connect', id: '' }),
};

/** Time of the newest event; null if it is not known. */
const newestOf = (data) => Date.parse(data.health?.last_event_at ?? data.data_through) || null;

/**
 * Button for a range that has the newest event: the shortest one that is longer than the current
 * range or, if the event is older than all of them, the day up to the event. Null if no other range
 * helps.
 */
export function otherRange(data) {
  const newest = newestOf(data);
  const age = newest ? Date.now() - newest : 0;
  const shown = isLive() ? secondsOf(state.range) : 0;
  const longer = LONG.find((p) => secondsOf(p) > shown && secondsOf(p) * 1000 > age);
  if (longer)
    return {
      text: `Show the last ${presetName[longer]}`,
      run: () => go({ range: longer, from: '', to: '' }),
    };
  const isOut = isLive() ? age > shown * 1000 : newest > Date.parse(state.to);
  const at = (time) => new Date(time).toISOString();
  return newest && isOut
    ? {
        text: 'Show the day of the newest event',
        run: () => go({ from: at(newest - DAY_MS), to: at(newest + MINUTE_MS) }),
      }
    : null;
}

/** Sentence on the newest event if it is older than the range; else empty. */
export function newestBefore(data) {
  const newest = newestOf(data);
  return newest && data.range && newest < Date.parse(data.range.from)
    ? `The newest event is from ${f.moment(newest)}.`
    : '';
}

/**
 * Message in place of a list or a view. `soon` says what appears here once events arrive; `filter`
 * is what the reader has selected, as {title, text, action}; `title` and `text` are for a range
 * without anything.
 */
export function nothing(data, { soon, filter, title, text }) {
  if (isUnused(data)) return { title: 'No events have arrived yet', text: soon, action: CONNECT };
  if (filter) return filter;
  const action = otherRange(data);
  const other = isLive() ? 'Choose a longer range.' : 'Choose another range.';
  const advice = newestBefore(data) || (action ? other : '');
  return { title, text: [text, advice].filter(Boolean).join(' '), action };
}

/** The same for a subject that the API does not know in the range. */
export const notFound = ({ health }, messages) =>
  nothing({ health, data_through: health?.data_through }, messages);

/**
 * Message in place of a chart. If nothing has ever arrived, the first part of the view has the
 * remedy.
 */
export function noChart(data, what) {
  if (isUnused(data)) return { title: `No ${what} yet`, text: 'They appear as events arrive.' };
  const shown = (time) => f.tick(Date.parse(time), DAY_MS * 2);
  const title = `No ${what} between ${shown(data.range.from)} and ${shown(data.range.to)}`;
  return nothing(data, { title });
}
