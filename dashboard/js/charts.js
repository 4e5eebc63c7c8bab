// Chart panels. No other module uses Chart.js.
/* global Chart */
import { css, h, icon, say, setKids, setText } from './dom.js';
import * as f from './format.js';
import { timeAxis, valueAxis } from './chartaxes.js';
import { figureOf, placeOf, rowsOf, twinTable } from './chartfigures.js';
import { mark, threshold } from './chartmarks.js';
import { csvButton } from './csv.js';
import { boxSwatch, color, DASH, fill, swatch } from './linestyles.js';
import { empty, skeleton } from './parts.js';
import { isAlone } from './series.js';

const all = new Set();
const cursor = {
  x: null,
  set(x) {
    if (x !== this.x) {
      this.x = x;
      all.forEach((c) => c.read(x));
    }
  },
};

/** Chart.js plugin: the band of usual values, the faded open step, and the common cursor. */
const overlay = {
  id: 'overlay',
  beforeDatasetsDraw({ ctx, chartArea: a, scales: { y } }, _, o) {
    if (!o.usual) return;
    const top = Math.max(a.top, y.getPixelForValue(o.usual[1]));
    const bottom = Math.min(a.bottom, y.getPixelForValue(o.usual[0]));
    ctx.save();
    ctx.fillStyle = css('--usual');
    ctx.fillRect(a.left, top, a.width, Math.max(1, bottom - top));
    ctx.restore();
  },
  afterDatasetsDraw({ ctx, chartArea: a, scales: { x, y } }, _, o) {
    ctx.save();
    if (o.openFrom != null) {
      const left = Math.max(a.left, x.getPixelForValue(o.openFrom));
      ctx.fillStyle = css('--panel');
      ctx.globalAlpha = 0.55;
      ctx.fillRect(left, a.top, Math.max(0, a.right - left), a.height);
      ctx.globalAlpha = 1;
    }
    if (cursor.x != null && cursor.x >= x.min && cursor.x <= x.max) {
      const p = Math.round(x.getPixelForValue(cursor.x)) + 0.5;
      ctx.strokeStyle = css('--ink2');
      ctx.beginPath();
      ctx.moveTo(p, a.top);
      ctx.lineTo(p, a.bottom);
      ctx.stroke();
    }
    ctx.restore();
    if (o.limit != null) threshold(ctx, a, y, o.limit);
    (o.marks || []).forEach((m) => mark(ctx, a, x, m));
  },
};

/** Converts a series to a dataset of Chart.js. Lines get a point where no line can be drawn. */
const dataset = (d, times, bars) => ({
  pointRadius: (context) => (context.raw?.isAlone ? POINT : 0),
  pointBorderWidth: 0,
  clip: bars ? undefined : POINT, // a point at the edge is drawn whole
  borderColor: color(d.cls),
  backgroundColor: bars ? fill(d.cls) : color(d.cls),
  borderWidth: bars ? 0 : 1.75,
  borderDash: bars ? [] : DASH[d.cls],
  barPercentage: 1,
  categoryPercentage: 0.86,
  spanGaps: false,
  data: d.values.map((v, i) => ({ x: times[i], y: v, isAlone: isAlone(d.values, i) })),
});

/** Radius of a point without a line, in pixels. */
const POINT = 2.5;

function options(o, canvas) {
  const bars = o.type === 'bar';
  return {
    parsing: false,
    normalized: true,
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    elements: { point: { radius: 0, hoverRadius: 0 }, line: { tension: 0 } },
    layout: { padding: { top: 12, right: 4 } },
    plugins: {
      legend: { display: false },
      tooltip: { enabled: false },
      decimation: { enabled: !bars, algorithm: 'lttb', samples: 500 },
      overlay: {},
    },
    scales: { x: timeAxis(bars, canvas), y: valueAxis(o, bars) },
  };
}

/**
 * Chart panel: title with unit, legend that also shows the selected values, plot, table, caption.
 * `given`: {title, type: 'line'|'bar', fmt, tick?, min?, max?, log?, usualText?, isSum?}; the
 * values of bars are amounts, and so are the values of a line if `isSum` is true.
 * update(d): {times, step, series: [{name, cls, values, shown?}], unit, summary, usual?, open,
 * marks?, limit?, message?}.
 */
export function chartPanel(given) {
  const o = { ...given, fmt: f.orDash(given.fmt) };
  const bars = o.type === 'bar';
  const isSum = bars || o.isSum;
  const canvas = h('canvas', { 'aria-hidden': 'true' });
  const plot = h('div', { cls: 'plot', tabindex: 0, role: 'img' }, canvas);
  const twin = h('div', {
    cls: 'twin',
    hidden: true,
    tabindex: 0,
    role: 'region',
    'aria-label': `${o.title} as a table`,
  });
  const stamp = h('span', { cls: 'unit' });
  const legend = h('div', { cls: 'legend' });
  const whole = h('span', { cls: 'muted' });
  const caption = h('figcaption');
  const state = h('div', { cls: 'panel-body' }, skeleton('chart'));
  const flip = h(
    'button',
    {
      cls: 'ghost',
      type: 'button',
      'aria-pressed': 'false',
      'aria-label': `Show ${o.title} as a table`,
      onclick: () => {
        table = !table;
        show();
        fillTwin();
      },
    },
    icon('table', 's'),
    h('span', { text: 'Table' }),
  );
  const save = csvButton(`${o.title} as a table`, () => ({
    name: o.title,
    lists: [rowsOf(data)],
  }));
  const el = h(
    'figure',
    { cls: 'panel' },
    h('div', { cls: 'fhead' }, h('h2', null, o.title, ' ', stamp), save, flip),
    legend,
    plot,
    twin,
    state,
    caption,
  );
  let chart = null;
  let data = null;
  let table = false;
  let isBroken = false;
  let values = [];

  const show = () => {
    const has = data && !data.message;
    plot.hidden = !has || table;
    twin.hidden = !has || !table;
    legend.hidden = !has;
    flip.hidden = !has || isBroken;
    save.hidden = !has || !table;
    state.hidden = !!has;
    flip.setAttribute('aria-pressed', table);
    setKids(
      flip,
      icon(table ? 'chart' : 'table', 's'),
      h('span', { text: table ? 'Chart' : 'Table' }),
    );
  };
  show();

  const names = () =>
    JSON.stringify(data.series.map((d) => [d.name, d.cls])) + (data.usual ? 1 : 0);
  let drawnNames = '';
  function drawLegend() {
    if (drawnNames === names()) return;
    drawnNames = names();
    values = data.series.map(() => h('b'));
    legend.replaceChildren(
      ...data.series.map((d, i) =>
        h('span', null, (bars ? boxSwatch : swatch)(d.cls), d.name, ' ', values[i]),
      ),
      whole,
      ...(data.usual ? [h('span', { cls: 'muted', text: o.usualText })] : []),
    );
  }

  function read(x) {
    if (!data || data.message) return '';
    const inside = x != null && x >= data.times[0];
    const i = placeOf(data, x);
    values.forEach((b, k) => {
      const d = data.series[k];
      setText(b, o.fmt(inside ? d.values[i] : figureOf(d, isSum)));
    });
    setText(whole, isSum && !inside ? 'in total' : '');
    const span = data.times.at(-1) - data.times[0];
    const at = f.tick(data.times[i], Math.min(span, 36e5 * 40));
    setText(stamp, inside ? `at ${at}` : data.unit);
    chart?.draw();
    const said = data.series.map((d) => `${d.name} ${o.fmt(d.values[i])}`);
    return `${at}: ${said.join(', ')}`;
  }

  function fillTwin() {
    if (table && data) setKids(twin, twinTable(o, data));
  }

  /** Draws the plot. If that fails, the panel shows its table, and the page goes on. */
  function draw() {
    if (!data || data.message || isBroken) return;
    try {
      plotData();
    } catch (e) {
      reportError(e);
      isBroken = table = true;
      chart?.destroy();
      chart = null;
      show();
    }
  }

  function plotData() {
    if (!chart)
      chart = new Chart(canvas, {
        type: bars ? 'bar' : 'line',
        data: { datasets: [] },
        options: options(o, canvas),
        plugins: [overlay],
      });
    const sets = chart.data.datasets;
    data.series.forEach((d, i) => {
      const drawn = dataset(d, data.times, bars);
      if (sets[i]) Object.assign(sets[i], drawn);
      else sets[i] = drawn;
    });
    sets.length = data.series.length;
    // A line of one point also needs a width.
    const half = bars || data.times.length === 1 ? data.step / 2 : 0;
    const last = data.times.at(-1);
    Object.assign(chart.options.scales.x, { min: data.times[0] - half, max: last + half });
    if (o.log) {
      const seen = data.series.flatMap((d) => d.values).filter((v) => v > 0);
      if (seen.length)
        Object.assign(chart.options.scales.y, {
          min: Math.max(1, Math.min(...seen) * 0.7),
          max: Math.max(...seen) * 1.4,
        });
    }
    chart.options.plugins.overlay = {
      usual: data.usual,
      openFrom: data.open ? last - half - (bars ? 0 : data.step) : null,
      marks: data.marks,
      limit: data.limit,
    };
    chart.update('none');
  }

  plot.addEventListener('pointermove', (e) => {
    if (!chart) return;
    const box = plot.getBoundingClientRect();
    const a = chart.chartArea;
    const share = (e.clientX - box.left - a.left) / a.width;
    const n = data.times.length;
    // A bar is as wide as its step; points of a line begin and end at the edges.
    const at = bars ? Math.min(n - 1, Math.floor(share * n)) : Math.round(share * (n - 1));
    cursor.set(share < 0 || share > 1 ? null : data.times[at]);
  });
  plot.addEventListener('pointerleave', () => cursor.set(null));
  plot.addEventListener('blur', () => cursor.set(null));
  plot.addEventListener('keydown', (e) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[e.key];
    if (!move || !data) return;
    e.preventDefault();
    const at =
      cursor.x == null ? data.times.length - 1 : Math.round((cursor.x - data.times[0]) / data.step);
    cursor.set(data.times[Math.max(0, Math.min(data.times.length - 1, at + move))]);
    say(read(cursor.x));
  });

  const self = {
    el,
    update(next) {
      data = next;
      show();
      if (next.message) {
        setKids(state, empty(next.message));
        setText(stamp, '');
        chart?.destroy();
        chart = null;
        setText(caption, '');
        return;
      }
      drawLegend();
      draw();
      fillTwin();
      read(cursor.x);
      setText(caption, next.summary);
      plot.setAttribute(
        'aria-label',
        `${o.title}. ${next.summary} Arrow keys read single steps; the button shows a table.`,
      );
    },
    read,
    repaint() {
      chart?.destroy();
      chart = null;
      drawnNames = '';
      if (data && !data.message) {
        drawLegend();
        draw();
        read(cursor.x);
      }
    },
    destroy() {
      chart?.destroy();
      all.delete(self);
    },
  };
  all.add(self);
  return self;
}

/** Redraws all charts after a change of theme. */
export const repaintAll = () => all.forEach((c) => c.repaint());
export const destroyAll = () => {
  [...all].forEach((c) => c.destroy());
  cursor.x = null;
};
