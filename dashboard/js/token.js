// Token of an API that requires one: requested once, and kept while the tab is open.
import { h } from './dom.js';

const NAME = 'agent-analytics-token';
let asking = null;

export const authorization = () => {
  const token = sessionStorage.getItem(NAME);
  return token ? { Authorization: `Bearer ${token}` } : {};
};

/** Requests a token in a dialog; resolves to true if the user entered one. */
export function askToken(wrong, scope = 'read') {
  asking ||= new Promise((resolve) => {
    const input = h('input', { id: 'token', type: 'password', autocomplete: 'current-password' });
    const dialog = h('dialog', { cls: 'panel', 'aria-labelledby': 'token-title' });
    const done = () => {
      if (!input.value.trim()) return;
      sessionStorage.setItem(NAME, input.value.trim());
      dialog.close('given');
    };
    input.addEventListener('keydown', (e) => {
      if (e.key === 'Enter') {
        e.preventDefault();
        done();
      }
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      asking = null;
      resolve(dialog.returnValue === 'given');
    });
    dialog.append(
      h('h2', {
        id: 'token-title',
        text: wrong ? 'This token was refused' : 'This API requires a token',
      }),
      h('p', null, h('label', { for: 'token', text: `Token with the scope ${scope}` }), ' ', input),
      h(
        'p',
        { cls: 'soft small' },
        h('code', { text: 'scripts/run' }),
        ' prints the path of its token file in the terminal. Otherwise, ask the administrator: ',
        'the tokens of the API are in the file ',
        h('code', { text: 'AGENT_ANALYTICS_TOKEN_FILE' }),
        '.',
      ),
      h(
        'div',
        { cls: 'actions' },
        h('button', { type: 'button', cls: 'primary', text: 'Continue', onclick: done }),
        h('button', { type: 'button', text: 'Cancel', onclick: () => dialog.close('cancelled') }),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}
export const hasToken = () => !!sessionStorage.getItem(NAME);
