// Settings that connect a client, one tab per client, and the arrival of the first record.
import { h, icon, say, setKids, setText } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { copyButton, failed, panel, skeleton, snippet } from '../parts.js';
import { go, state, viewLink } from '../state.js';
import { findings } from '../alerts.js';

const TABS = [
  ['claude-code', 'Claude Code'],
  ['codex', 'Codex'],
  ['gemini', 'Gemini'],
  ['qwen', 'Qwen'],
  ['copilot', 'Copilot'],
  ['opencode', 'opencode'],
  ['ai-sdk', 'AI SDK'],
  ['litellm', 'LiteLLM'],
  ['otel', 'OpenTelemetry'],
];
const INTAKE_PORT = 4318;
const RECENT_MS = 15 * 60e3;
/** Clients with a fixed name, which their user cannot choose. */
const NAMED = /^(claude-code|codex.*|gemini-cli|qwen-code|github-copilot|opencode|litellm)$/;
const chosen = () => (TABS.some(([id]) => id === state.id) ? state.id : TABS[0][0]);
const setup = { token: false, budgets: false };

export const title = () => 'Connect';
export const ofNow = true;
/** Polling shows the first record without delay. */
export const polls = true;

/** The address of the intake for a client on the machine that shows this page. */
const endpoint = () =>
  ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)
    ? `http://127.0.0.1:${INTAKE_PORT}`
    : `${location.protocol}//${location.hostname}:${INTAKE_PORT}`;

/** The guide and the known clients; without Kafka, only the guide. */
export async function load() {
  const [guide, seen] = await Promise.all([
    api.guide(chosen(), { endpoint: endpoint(), ...setup }),
    api.clients().catch((e) => {
      if (e.status !== 503) throw e;
      return { unknown: e.message };
    }),
  ]);
  return { guide, seen, generated_at: seen.generated_at };
}

function choice(name, text, act) {
  const box = h('input', { type: 'checkbox' });
  box.checked = setup[name];
  box.addEventListener('change', () => {
    setup[name] = box.checked;
    act.now();
  });
  return h('label', { cls: 'check' }, box, text);
}

const where = (step) =>
  step.file
    ? h('code', { cls: 'mono', text: step.file })
    : h('span', { cls: 'soft', text: 'in the shell that starts the client' });

const stepPanel = (step, i) =>
  panel(
    `${i + 1}. ${step.title}`,
    {
      beside: where(step),
      actions: copyButton(step.title, () => step.text),
    },
    h(
      'div',
      { cls: 'pad' },
      h('p', { cls: 'soft', text: step.gives }),
      snippet(`Text of ${step.title}`, step.text),
    ),
  );

const notReported = (guide) =>
  panel(
    `Data that ${guide.title} does not report`,
    { label: 'Data that it does not report' },
    h(
      'ul',
      { cls: 'pad plain-list' },
      guide.not_reported.map((text) => h('li', { text })),
    ),
  );

const isOf = (guide) => (c) =>
  guide.services.some((name) =>
    name.endsWith('*') ? c.client.startsWith(name.slice(0, -1)) : c.client === name,
  );

/** State of the arrival: {text, done}. Applications choose their own name. */
function arrival(guide, seen) {
  if (seen.unknown) return { text: seen.unknown, done: false };
  const now = Date.parse(seen.generated_at);
  const recent = seen.clients.filter(
    (c) =>
      now - Date.parse(c.last) < RECENT_MS &&
      (guide.services.length ? isOf(guide)(c) : !NAMED.test(c.client)),
  );
  if (!recent.length) return { text: 'Waiting for the first event …', done: false };
  const [c] = recent;
  const total = recent.reduce((n, x) => n + x.received, 0);
  const who = `${c.client} ${c.version}`.trim();
  const age = f.age(now - Date.parse(c.last));
  const text = `Received: ${f.many(total, 'record')}, last from ${who}, ${age} ago.`;
  return recent.some((x) => x.counted)
    ? { text, done: true }
    : { text: `${text} None of them is counted; the Clients view shows why.`, done: false };
}

export function mount(main, act) {
  const tabs = TABS.map(([id, name]) =>
    h('button', {
      cls: 'chip',
      type: 'button',
      id: `tab-${id}`,
      text: name,
      'aria-pressed': String(id === chosen()),
      onclick: () => go({ view: 'connect', id }),
    }),
  );
  const line = h('span', { text: 'Loading …' });
  const live = h('p', { cls: 'panel arrival' }, icon('info'), line);
  const body = h('div', { cls: 'stack' }, h('section', { cls: 'panel' }, skeleton('list')));
  main.replaceChildren(
    h(
      'div',
      { cls: 'head' },
      h(
        'div',
        null,
        h('h1', { text: 'Connect an agent' }),
        h(
          'p',
          { cls: 'soft' },
          'Add these settings, start the agent, and give it a task. ',
          h('a', { ...viewLink('clients'), text: 'Clients' }),
          ' shows the records of each client.',
        ),
      ),
    ),
    h('div', { cls: 'actions', role: 'group', 'aria-label': 'Client' }, tabs),
    choice('token', 'The intake requires a token', act),
    ...(chosen() === 'claude-code' ? [choice('budgets', 'Budgets may stop the agent', act)] : []),
    live,
    body,
  );
  let announced = '';
  return {
    update(data) {
      const { text, done } = arrival(data.guide, data.seen);
      setText(line, text);
      live.classList.toggle('done', done);
      live.querySelector('use').setAttribute('href', done ? '#i-ok' : '#i-info');
      if (done && announced !== data.guide.client) say(text);
      announced = done ? data.guide.client : '';
      setKids(body, data.guide.steps.map(stepPanel), notReported(data.guide));
      return findings(data.open);
    },
    fail(error) {
      setKids(body, h('section', { cls: 'panel' }, failed(error, act)));
    },
  };
}
