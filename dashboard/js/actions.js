// Actions on an alert from this page.
import { h, toast } from './dom.js';
import * as f from './format.js';
import { ApiError, acknowledge, changePolicy, policy, silence, unsilence } from './api.js';
import { confirm } from './dialogs.js';
import { labelsOf } from './grouping.js';
import { panel } from './parts.js';
import { go, state, viewLink } from './state.js';
import { askToken, hasToken } from './token.js';

const SETTLES_MS = 700;
const SOON_MS = 1000;

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
  return button('Acknowledge', () => act('Acknowledged.', () => acknowledge(a.alert_id)), {
    'data-key': `acknowledge ${a.alert_id}`,
  });
}

const SUBJECTS = ['agent_id', 'agent_type', 'provider'];
/** Match of a silence: the rule, and the narrowest label of the alert, to leave others audible. */
function matchOf(a) {
  const label = SUBJECTS.find((name) => a[name]);
  return { rule_id: a.rule_id, ...(label && { [label]: a[label] }) };
}
const DURATIONS = [
  [900, '15 min'],
  [3600, '1 h'],
  [14400, '4 h'],
  [86400, '1 day'],
  [604800, '7 days'],
];

/** Button that ends a silence; `what` names it if there are several. */
export const endSilence = (id, what) =>
  button('End silence', () => act('Silence ended.', () => unsilence(id)), {
    'aria-label': what ? `End silence: ${what}` : null,
    'data-key': `silence ${id}`,
  });

/** Control that silences this alert for a selected time, or ends its silence. */
export function silenceButton(a) {
  if (a.state === 'resolved') return null;
  if (a.silenced_by) return endSilence(a.silenced_by);
  const match = matchOf(a);
  const run = (e) => {
    e.preventDefault();
    const chosen = e.currentTarget.querySelector('select').value;
    const [seconds, text] = DURATIONS.find(([seconds]) => String(seconds) === chosen);
    act(`Silenced for ${text}: ${labelsOf(match)}.`, () => silence(match, seconds));
  };
  // Arrow keys change a closed list at once, so that the choice needs a button.
  return h(
    'form',
    { cls: 'actions', 'data-key': `silence ${a.alert_id}`, onsubmit: run },
    h(
      'select',
      { 'aria-label': 'Silence for', required: true },
      h('option', { value: '', text: 'Silence for …' }),
      DURATIONS.map(([seconds, text]) => h('option', { value: seconds, text })),
    ),
    h('button', { type: 'submit', text: 'Silence', title: `Silences ${labelsOf(match)}` }),
  );
}

const FROZEN = 'The weights are frozen. Resume them with agent-analytics weights resume.';
const freezeButton = () =>
  button('Freeze weights', () => act(FROZEN, () => changePolicy(() => ({ mode: 'freeze' }))), {
    title: 'Routers keep their current weights',
  });

let known = null;
let hasPolicies = true;
/** Providers that the global routing policy excludes; null if it cannot be read. */
export async function exclusions() {
  try {
    known = hasPolicies ? (await policy()).excluded || [] : null;
  } catch (e) {
    hasPolicies = e.code !== 'no_kafka';
    known = null;
  }
  return known;
}
/** The same for figures that do not wait long: the policy is in Kafka, which may not answer. */
export const exclusionsSoon = () =>
  Promise.race([exclusions(), new Promise((done) => setTimeout(() => done(known), SOON_MS))]);
/** Line on an excluded provider that has no figures, with the button that ends its exclusion. */
export const excludedLine = (provider) =>
  h(
    'p',
    { cls: 'panel excluded' },
    `${f.providerName(provider)} is excluded by the routing policy. `,
    includeButton(provider),
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
