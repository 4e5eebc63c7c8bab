// Dialogs that ask the user.
import { h } from './dom.js';

/**
 * Opens a dialog; resolves to true if it was closed by `close('given')`. `content(close)` returns
 * its elements below the title.
 */
export const ask = (title, content) =>
  new Promise((resolve) => {
    const dialog = h('dialog', { cls: 'panel', 'aria-labelledby': 'dialog-title' });
    dialog.append(
      h('h2', { id: 'dialog-title', text: title }),
      ...content((result) => dialog.close(result)),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'given');
    });
    document.body.append(dialog);
    dialog.showModal();
  });

/** Buttons of a dialog: one that runs an action, and one that cancels. */
export const choices = (action, run, close) =>
  h(
    'div',
    { cls: 'actions' },
    h('button', { type: 'button', cls: 'primary', text: action, onclick: run }),
    h('button', { type: 'button', text: 'Cancel', onclick: () => close('cancelled') }),
  );

/** Asks whether to run an action; resolves to true if the user confirms it. */
export const confirm = (title, text, action) =>
  ask(title, (close) => [h('p', { text }), choices(action, () => close('given'), close)]);
