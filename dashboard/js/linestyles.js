// Colours, dashes and textures of series
import { css, s } from './dom.js';

/** Dashes of lines, by class. */
export const DASH = { ca: [], cb: [7, 4], cc: [2, 3], ci: [], cd: [7, 4], ck: [2, 3] };
const HATCH = ['cb', 'cd'];
const DOTS = ['cc', 'ck'];
const COLOR = { ca: '--a', cb: '--b', cc: '--c', ci: '--ink', cd: '--ink2', ck: '--ink3' };

export const color = (cls) => css(COLOR[cls]);

/** Stacked parts differ by texture as well as by colour. */
export function fill(cls) {
  const base =
    cls === 'ci' ? css('--ink2') : cls === 'cd' || cls === 'ck' ? css('--bar') : color(cls);
  if (!HATCH.includes(cls) && !DOTS.includes(cls)) return base;
  const tile = document.createElement('canvas');
  const g = tile.getContext('2d');
  tile.width = tile.height = 6;
  g.fillStyle = base;
  g.fillRect(0, 0, 6, 6);
  g.strokeStyle = g.fillStyle = css('--panel');
  if (HATCH.includes(cls)) {
    g.lineWidth = 1.4;
    g.beginPath();
    g.moveTo(-1, 7);
    g.lineTo(7, -1);
    g.moveTo(-1, 1);
    g.lineTo(1, -1);
    g.moveTo(5, 7);
    g.lineTo(7, 5);
    g.stroke();
  } else {
    g.fillRect(1, 1, 2, 2);
    g.fillRect(4, 4, 2, 2);
  }
  return g.createPattern(tile, 'repeat');
}

export const swatch = (cls) =>
  s(
    'svg',
    { class: 'swatch', viewBox: '0 0 22 10', 'aria-hidden': 'true' },
    s('line', { class: cls, x1: 0, x2: 22, y1: 5, y2: 5 }),
    cls === 'ca'
      ? s('circle', { class: cls, cx: 11, cy: 5, r: 2.2 })
      : cls === 'cb'
        ? s('rect', { class: 'cb', x: 8.6, y: 2.6, width: 4.8, height: 4.8 })
        : cls === 'cc'
          ? s('path', { class: 'cc', d: 'M11 1.2 14.4 5 11 8.8 7.6 5z' })
          : null,
  );

export const boxSwatch = (cls) =>
  s(
    'svg',
    { class: 'swatch box', viewBox: '0 0 12 12', 'aria-hidden': 'true' },
    s('rect', { class: `f${cls}`, width: 12, height: 12, rx: 1.5 }),
    HATCH.includes(cls)
      ? s('path', { class: 'cutout', d: 'M0 5 5 0M0 12 12 0M7 12l5-5' })
      : DOTS.includes(cls)
        ? [
            [2, 2],
            [7, 2],
            [4.5, 6],
            [9, 6],
            [2, 9.5],
            [7, 9.5],
          ].map(([x, y]) => s('rect', { class: 'hole', x, y, width: 2, height: 2 }))
        : null,
  );
