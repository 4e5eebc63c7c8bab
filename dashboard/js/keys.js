// Single-key shortcuts, a list of them, and a switch that turns them off.
import { $, h } from './dom.js';
import { go, visit } from './state.js';

const LIST = [
  ['g f', 'fleet'],
  ['g s', 'spend'],
  ['g t', 'tasks'],
  ['g a', 'alerts'],
  ['g i', 'insights'],
  ['g w', 'waste'],
  ['g c', 'clients'],
  ['/', 'filter agents, search tasks'],
  ['r', 'range'],
  ['p', 'pause or resume'],
  ['t', 'light or dark'],
  ['← → PgUp PgDn', 'read a chart, step by step'],
  ['?', 'this list'],
  ['Esc', 'close'],
];
let pending = '';

const keysOn = () => localStorage.getItem('keys') !== 'off';

export function showKeys() {
  if ($('dialog')) return;
  const box = h('input', {
    type: 'checkbox',
    id: 'keys-on',
    onchange: (e) => localStorage.setItem('keys', e.target.checked ? 'on' : 'off'),
  });
  box.checked = keysOn();
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title', text: 'Keys' }),
    h(
      'dl',
      null,
      LIST.map(([key, what]) => [h('dt', null, h('kbd', { text: key })), h('dd', { text: what })]),
    ),
    h(
      'p',
      { cls: 'small' },
      box,
      ' ',
      h('label', { for: 'keys-on', text: 'Single-key shortcuts' }),
    ),
    h('form', { method: 'dialog' }, h('button', { text: 'Close' })),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function listen({ pause, theme, range }) {
  document.addEventListener('keydown', (e) => {
    if (
      e.ctrlKey ||
      e.metaKey ||
      e.altKey ||
      !keysOn() ||
      e.target.closest?.('input, textarea, select, dialog')
    )
      return;
    const chord = pending + e.key;
    pending = e.key === 'g' ? 'g' : '';
    const act = {
      gf: () => go({ view: 'fleet', id: '' }),
      gs: () => visit('spend'),
      gt: () => visit('tasks'),
      ga: () => go({ view: 'alerts', id: '' }),
      gi: () => go({ view: 'insights', id: '' }),
      gw: () => go({ view: 'waste', id: '' }),
      gc: () => go({ view: 'clients', id: '' }),
      '/': () => $('#filter')?.focus(),
      r: range,
      p: pause,
      t: theme,
      '?': showKeys,
    }[chord];
    if (act) {
      e.preventDefault();
      act();
    }
  });
}
