// Actions on an alert from this page.
import { h, toast } from './dom.js';
import * as f from './format.js';
import { ApiError, acknowledge, changePolicy, policy, silence, unsilence } from './api.js';
import { confirm } from './dialogs.js';
import { panel } from './parts.js';
import { go, state, viewLink } from './state.js';
import { askToken, hasToken } from './token.js';

const SETTLES_MS = 700;

/** Runs an action; requests a token if one is needed. */
async function act(done, run) {
  try {
    await run();
    toast(done);
    setTimeout(() => go({ range: state.range }, { replace: true }), SETTLES_MS);
  } catch (e) {
    if (!(e instanceof ApiError)) throw e;
    if (e.status === 401 || e.code === 'insufficient_scope') {
      if (await askToken(hasToken(), 'write')) await act(done, run);
      else toast('Nothing was changed: changes need a token with the scope write.');
      return;
    }
    toast(e.message);
  }
}

const button = (text, run, attrs) => h('button', { type: 'button', text, onclick: run, ...attrs });

export function acknowledgeButton(a) {
  if (a.state === 'resolved') return null;
  if (a.acknowledged_by)
    return h('span', { cls: 'soft small', text: `Acknowledged by ${a.acknowledged_by}` });
  return button('Acknowledge', () => act('Acknowledged.', () => acknowledge(a.alert_id)));
}

const LABELS = { agent: 'agent_id', provider: 'provider' };
const matchOf = (a) => ({
  rule_id: a.rule_id,
  ...(LABELS[a.scope] ? { [LABELS[a.scope]]: a.subject } : {}),
});
const DURATIONS = [
  [900, '15 min'],
  [3600, '1 h'],
  [14400, '4 h'],
  [86400, '1 day'],
  [604800, '7 days'],
];

export const endSilence = (id) =>
  button('End silence', () => act('Silence ended.', () => unsilence(id)));

/** Control that silences this alert for a selected time, or ends its silence. */
export function silenceButton(a) {
  if (a.state === 'resolved') return null;
  if (a.silenced_by) return endSilence(a.silenced_by);
  const choose = (e) => {
    const chosen = DURATIONS.find(([seconds]) => String(seconds) === e.target.value);
    e.target.value = '';
    if (chosen) act(`Silenced for ${chosen[1]}.`, () => silence(matchOf(a), chosen[0]));
  };
  return h(
    'select',
    { 'aria-label': 'Silence for', onchange: choose },
    h('option', { value: '', text: 'Silence for …' }),
    DURATIONS.map(([seconds, text]) => h('option', { value: seconds, text })),
  );
}

const FROZEN = 'The weights are frozen. Resume them with agent-analytics weights resume.';
const freezeButton = () =>
  button('Freeze weights', () => act(FROZEN, () => changePolicy(() => ({ mode: 'freeze' }))), {
    title: 'Routers keep their current weights',
  });

/** Providers that the global routing policy excludes; none if it cannot be read. */
export const exclusions = () =>
  policy().then(
    (p) => p.excluded || [],
    () => [],
  );
/** Providers that are excluded according to the weights. */
export const excludedBy = (weights) =>
  (weights?.providers || []).filter((w) => w.state === 'excluded').map((w) => w.provider);

const NO_TRAFFIC =
  'Routers that follow the weights send no traffic to it until it is included again. ' +
  'The other providers get its share.';
function excludeButton(provider) {
  const name = f.providerName(provider);
  const without = (p) => ({ excluded: [...new Set([...(p.excluded || []), provider])] });
  const exclude = async () => {
    if (await confirm(`Exclude ${name}?`, NO_TRAFFIC, `Exclude ${name}`))
      await act(`${name} gets no traffic until it is included again.`, () => changePolicy(without));
  };
  return button(`Exclude ${name} …`, exclude, { title: NO_TRAFFIC });
}

/** Button that ends the exclusion of a provider. */
export function includeButton(provider) {
  const name = f.providerName(provider);
  const again = (p) => {
    if (!p.excluded?.includes(provider))
      throw new ApiError({
        detail:
          `The field excluded of the global routing policy does not contain ${provider}. ` +
          'Its field providers, which lists the only allowed ones, leaves it out.',
      });
    return { excluded: p.excluded.filter((x) => x !== provider) };
  };
  return button(
    `Include ${name} again`,
    () => act(`${name} gets traffic again within seconds.`, () => changePolicy(again)),
    { title: 'Ends its exclusion by the routing policy' },
  );
}

/** Buttons for alerts of this type, in addition to acknowledge and silence. */
function helping(a, excluded) {
  if (a.state === 'resolved') return [];
  const isExcluded = a.provider && excluded?.includes(a.provider);
  return [
    isExcluded ? includeButton(a.provider) : null,
    !isExcluded && a.action === 'exclude_provider' && a.provider ? excludeButton(a.provider) : null,
    a.action === 'freeze_weights' ? freezeButton() : null,
  ];
}

const guide = (a) =>
  h('a', {
    ...(/^https?:/.test(a.runbook || '') ? { href: a.runbook } : viewLink('runbook', a.type)),
    text: 'Runbook',
  });

/** Panel of all next steps, with their buttons; `excluded` are the excluded providers. */
export const whatToDo = (a, excluded) =>
  panel(
    'What to do',
    { cls: 'todo', beside: guide(a) },
    h(
      'div',
      { cls: 'pad' },
      h(
        'ol',
        { cls: 'steps' },
        a.next_steps.map((text) => h('li', { text })),
      ),
      h('div', { cls: 'actions' }, helping(a, excluded)),
    ),
  );

/** The first next step with its buttons on one line, for the verdict. */
export const nextStep = (a, excluded) =>
  h(
    'p',
    { cls: 'next' },
    h('b', { text: 'Next: ' }),
    `${a.next_step} `,
    guide(a),
    h('span', { cls: 'actions' }, helping(a, excluded)),
  );
