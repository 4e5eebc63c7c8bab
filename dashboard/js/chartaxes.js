// Axes of a plot
import { css } from './dom.js';
import * as f from './format.js';

const MINUTE = 6e4;
const HOUR = 36e5;
const DAY = 864e5;
const TICKS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  5 * DAY,
];
function timeTicks(from, to, width) {
  const wanted = Math.max(2, Math.floor(width / 84));
  const size = TICKS.find((t) => (to - from) / t <= wanted) || 10 * DAY;
  // Multiples of the size in the zone of the labels; a change of its offset moves the later ones.
  const first = Math.ceil((from + f.offset(from)) / size) * size;
  const ticks = [];
  for (let t = first; t - f.offset(from) <= to + HOUR; t += size) {
    const value = t - f.offset(t - f.offset(from));
    // An hour is repeated when clocks are put back.
    const isNext = !ticks.length || value > ticks[ticks.length - 1].value;
    if (isNext && value >= from && value <= to) ticks.push({ value });
  }
  return ticks;
}

const axis = () => ({ color: css('--ink3'), font: { size: 11, family: 'Inter' } });
/** Labels of ticks contain the day if the ticks are at least a day apart. */
const tickSpan = (ticks) =>
  ticks.length > 1 && ticks[1].value - ticks[0].value >= DAY ? 5 * DAY : 0;

export const timeAxis = (bars, canvas) => ({
  type: 'linear',
  offset: false,
  stacked: bars,
  grid: { display: false, offset: false },
  border: { color: css('--ctrl') },
  afterBuildTicks(ax) {
    ax.ticks = timeTicks(ax.min, ax.max, canvas.clientWidth || 300);
  },
  ticks: {
    ...axis(),
    maxRotation: 0,
    autoSkip: false,
    callback: (v, _, ticks) => f.tick(v, tickSpan(ticks)),
  },
});

export const valueAxis = (o, bars) => ({
  type: o.log ? 'logarithmic' : 'linear',
  min: o.min,
  max: o.max,
  stacked: bars,
  border: { display: false },
  grid: { color: css('--line'), drawTicks: false },
  afterBuildTicks(ax) {
    if (!o.log) return;
    const shown = o.log.filter((v) => v >= ax.min && v <= ax.max);
    ax.ticks = shown.map((value) => ({ value }));
  },
  afterFit(ax) {
    ax.width = 46;
  },
  ticks: { ...axis(), padding: 6, maxTicksLimit: 5, callback: (v) => (o.tick || o.fmt)(v) },
});
