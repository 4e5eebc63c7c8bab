// Token of an API that requires one: requested once, and kept while the tab is open.
import { ask, choices } from './dialogs.js';
import { h } from './dom.js';

const NAME = 'agent-analytics-token';
let asking = null;

export const authorization = () => {
  const token = sessionStorage.getItem(NAME);
  return token ? { Authorization: `Bearer ${token}` } : {};
};

/** Requests a token in a dialog; resolves to true if the user entered one. */
export function askToken(wrong, scope = 'read') {
  asking ||= ask(wrong ? 'This token was refused' : 'This API requires a token', (close) =>
    tokenForm(scope, close),
  ).finally(() => (asking = null));
  return asking;
}

function tokenForm(scope, close) {
  const input = h('input', { id: 'token', type: 'password', autocomplete: 'current-password' });
  const problem = h('p', { cls: 'error', role: 'alert' });
  const done = () => {
    if (!/^[\x21-\x7e]+$/.test(input.value.trim())) {
      problem.textContent = input.value.trim() ? 'A token has only ASCII characters.' : '';
      return;
    }
    sessionStorage.setItem(NAME, input.value.trim());
    close('given');
  };
  input.addEventListener('keydown', (e) => {
    if (e.key === 'Enter') {
      e.preventDefault();
      done();
    }
  });
  return [
    h('p', null, h('label', { for: 'token', text: `Token with the scope ${scope}` }), ' ', input),
    problem,
    h(
      'p',
      { cls: 'soft small' },
      h('code', { text: 'scripts/run' }),
      ' prints the path of its token file in the terminal. Otherwise, ask the administrator: ',
      'the tokens of the API are in the file ',
      h('code', { text: 'AGENT_ANALYTICS_TOKEN_FILE' }),
      '.',
    ),
    choices('Continue', done, close),
  ];
}
export const hasToken = () => !!sessionStorage.getItem(NAME);
