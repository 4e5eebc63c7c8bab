// The calls of a task over time: start, duration, wait for the first token, tokens and cost.
import { h, icon, s, setKids } from '../dom.js';
import * as f from '../format.js';
import { csvButton, onePage } from '../csv.js';
import { empty, panel, scrollTable, skeleton } from '../parts.js';
import { state } from '../state.js';

const FIRST = 200;
const WIDTH = 1000;
const COLUMNS = [
  ['Call', ''],
  ['Start', 'n p2'],
  ['Timeline', ''],
  ['Time', 'n p2'],
  ['First token', 'n p3'],
  ['Input', 'n p2'],
  ['Cached', 'n p2'],
  ['Output', 'n p3'],
  ['Cost', 'n'],
];
const SHOWN = [
  ['All', () => true],
  ['Failed', (c) => c.error_type],
  ['Models', (c) => c.kind === 'model'],
  ['Tools', (c) => c.kind === 'tool'],
];

/** The panel with the calls. */
export function waterfall() {
  let data = null;
  let chosen = 0;
  let all = false;
  const body = h('tbody');
  const total = h('span');
  const chips = SHOWN.map(([name], i) =>
    h('button', { cls: 'chip', type: 'button', text: name, onclick: () => choose(i) }),
  );
  const more = h('button', { type: 'button', hidden: true, onclick: showAll });
  const note = h('span', { cls: 'muted' });
  const message = h('div', null, skeleton('list'));
  const rest = h('div', { cls: 'bar', hidden: true }, note, more);
  const table = scrollTable('Calls', COLUMNS, body, { hidden: true });
  const save = csvButton('the calls', () => ({
    name: `calls-${state.id}`,
    lists: onePage('task', { id: state.id }, 'call_list'),
  }));
  const el = panel(
    'Calls',
    { cls: 'waterfall', count: total, beside: [chips, legend(), save] },
    message,
    table,
    rest,
  );

  function choose(i) {
    chosen = i;
    draw();
  }
  function showAll() {
    all = true;
    draw();
  }

  function draw() {
    const calls = data.call_list || [];
    const list = calls.filter(SHOWN[chosen][1]);
    const shown = all ? list : list.slice(0, FIRST);
    const axis = axisOf(data, calls);
    chips.forEach((chip, i) => chip.setAttribute('aria-pressed', i === chosen));
    total.textContent = f.count(data.calls + data.tool_calls);
    save.hidden = !data.call_list; // of older tasks, the calls were not kept
    more.hidden = shown.length === list.length;
    more.textContent = `Show all ${f.count(list.length)}`;
    note.textContent = leftOut(data);
    rest.hidden = more.hidden && !note.textContent;
    table.hidden = !list.length;
    message.hidden = !!list.length;
    if (!list.length) setKids(message, nothing(data, calls));
    setKids(
      body,
      shown.map((call) => row(call, axis)),
    );
  }

  return {
    el,
    update(answer) {
      data = answer;
      draw();
    },
  };
}

const legend = () =>
  h(
    'span',
    { cls: 'waterfall-legend soft small' },
    key('wait', 'time to first token'),
    key('answer', 'answer'),
    key('tool', 'tool'),
    key('failed', 'failed'),
  );
const key = (kind, text) =>
  h(
    'span',
    null,
    s('svg', { viewBox: '0 0 16 12', 'aria-hidden': 'true' }, rect(kind, 0, 16, 16)),
    ` ${text}`,
  );

function nothing(t, calls) {
  if (calls.length)
    return empty({ title: 'No such call', text: 'Choose another kind of call above.' });
  return t.call_list
    ? empty({
        title: 'No calls were reported',
        text: 'The task reported only its end; send an llm_call event for each call to list them.',
      })
    : empty({
        title: 'The calls were not kept',
        text: 'This task ended before this version of the job was started.',
      });
}

function leftOut(t) {
  const texts = [];
  if (t.call_list && t.calls_left_out)
    texts.push(
      `${f.many(t.calls_left_out, 'model call')} left out: for a long task, only the first 100, ` +
        'the last 100 and the 300 most expensive are kept.',
    );
  if (t.call_list && t.tool_calls_left_out)
    texts.push(`${f.many(t.tool_calls_left_out, 'tool call')} left out.`);
  return texts.join(' ');
}

/** Time axis: from the start of the task, or of its first call, to the last end. */
function axisOf(t, calls) {
  const starts = calls.map((c) => Date.parse(c.started_at));
  const ends = calls.map((c, i) => starts[i] + (c.duration_ms || 0));
  if (t.started_at) starts.push(Date.parse(t.started_at));
  const from = starts.reduce((a, b) => Math.min(a, b), Infinity);
  const to = ends.reduce((a, b) => Math.max(a, b), from + 1);
  return { from, length: to - from };
}

function row(call, axis) {
  const at = Date.parse(call.started_at) - axis.from;
  return h(
    'tr',
    { cls: call.error_type ? 'critical' : '' },
    h('td', { cls: 'ident' }, nameOf(call)),
    h('td', {
      cls: 'n p2',
      title: f.moment(Date.parse(call.started_at)),
      text: `+${f.duration(at)}`,
    }),
    h('td', { cls: 'bar-cell' }, bar(call, at, axis.length)),
    h('td', { cls: 'n p2', text: f.duration(call.duration_ms) }),
    h('td', { cls: 'n p3', text: f.duration(call.time_to_first_token_ms) }),
    h('td', { cls: 'n p2', text: tokens(call, call.input_tokens) }),
    h('td', { cls: 'n p2', text: cached(call) }),
    h('td', { cls: 'n p3', text: tokens(call, call.output_tokens) }),
    h('td', { cls: 'n', text: call.kind === 'tool' ? '–' : f.unit(call.cost_usd) }),
  );
}

const tokens = (call, n) => f.orDash(f.compact)(call.kind === 'tool' ? null : n);
const cached = (call) =>
  call.input_tokens && call.cached_input_tokens != null
    ? f.percent(call.cached_input_tokens / call.input_tokens, 0)
    : '–';

function nameOf(call) {
  const name = call.kind === 'tool' ? call.tool_name || 'tool' : call.model || call.provider;
  const repeated = call.attempt > 1 ? `attempt ${call.attempt}` : '';
  const error = call.error_type
    ? [f.words(call.error_type), call.error_message].filter(Boolean).join(': ')
    : '';
  return h(
    'span',
    { cls: 'two-line' },
    h(
      'span',
      { title: call.call_id },
      call.error_type ? icon('critical', 's crit') : null,
      name || 'model not reported',
      call.kind === 'tool' ? h('span', { cls: 'sub', text: ' tool' }) : null,
      repeated ? h('span', { cls: 'sub', text: ` ${repeated}` }) : null,
    ),
    error ? h('span', { cls: 'sub cut', title: error, text: error }) : null,
  );
}

function bar(call, at, length) {
  const scale = WIDTH / length;
  const x = at * scale;
  const width = Math.max(3, (call.duration_ms || 0) * scale);
  const wait = Math.min(width, (call.time_to_first_token_ms || 0) * scale);
  const kind = call.error_type ? 'failed' : call.kind === 'tool' ? 'tool' : 'answer';
  return s(
    'svg',
    { viewBox: `0 0 ${WIDTH} 12`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    wait > 0 ? rect('wait', x, wait, WIDTH) : null,
    rect(kind, x + wait, width - wait, WIDTH),
  );
}

const rect = (kind, x, width, most) =>
  s('rect', {
    class: `wf-${kind}`,
    x: Math.min(x, most - 1).toFixed(1),
    y: kind === 'tool' ? 4 : 2,
    width: Math.max(0, width).toFixed(1),
    height: kind === 'tool' ? 4 : 8,
  });
