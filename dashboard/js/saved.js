// Saved views: named addresses of the page, one list per token.
import { h, icon, toast } from './dom.js';
import * as api from './api.js';
import { confirm } from './dialogs.js';
import { askToken, hasToken } from './token.js';
import { open as openView } from './state.js';

const NAMED = 60;

/** Query of the page's address without the theme, which each reader chooses. */
function query() {
  const q = new URLSearchParams(location.search);
  q.delete('theme');
  return q.toString() || 'view=fleet';
}

/**
 * Start view of the page; null if there is none, or if the API does not say. Throws if the API
 * requires a token and the user enters none.
 */
export async function startView() {
  try {
    const { views } = await api.views();
    return views.find((v) => v.start);
  } catch (e) {
    if (e.status !== 401) return null;
    if (!(await askToken(hasToken()))) throw e;
    return startView();
  }
}

/** Menu of saved views in the header. */
export function savedViews() {
  const list = h('ul', { cls: 'saved' });
  const problem = h('p', { cls: 'error', role: 'alert' });
  const name = h('input', { required: true, maxlength: NAMED, autocomplete: 'off' });
  const menu = h(
    'div',
    { cls: 'menu', hidden: true, id: 'views-menu' },
    list,
    h(
      'form',
      {
        onsubmit: (e) => {
          e.preventDefault();
          change(save, 'Saved.');
        },
      },
      h('label', null, 'Save this page as', name),
      h('div', { cls: 'row' }, h('button', { type: 'submit', cls: 'primary', text: 'Save' })),
    ),
    problem,
  );
  const button = h(
    'button',
    {
      type: 'button',
      'aria-expanded': 'false',
      'aria-controls': 'views-menu',
      onclick: () => (menu.hidden ? open() : close()),
    },
    h('span', { text: 'Views' }),
    icon('down', 's'),
  );
  const el = h('div', { cls: 'range views' }, button, menu);

  async function open() {
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    await fill();
    focusList();
  }
  /** Moves the focus to the list, unless the user has gone on in the menu. */
  function focusList() {
    if (!menu.contains(document.activeElement)) (list.querySelector('a') || name).focus();
  }
  function close() {
    if (menu.hidden) return;
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    button.focus();
  }
  async function fill() {
    try {
      const { views } = await api.views();
      list.replaceChildren(...views.map(item));
      if (!views.length) list.append(h('li', { cls: 'soft', text: 'No saved views yet.' }));
      problem.textContent = '';
    } catch (e) {
      complain(e);
    }
  }
  /** Runs a change of the list; `run` returns false if the user does not want it after all. */
  async function change(run, done) {
    try {
      if ((await run()) === false) return;
      toast(done);
      await fill();
      focusList();
    } catch (e) {
      complain(e);
    }
  }
  function complain(e) {
    if (!(e instanceof api.ApiError)) throw e;
    problem.textContent = e.message;
  }

  /** The view of this name as it is now: it may have changed since the list was read. */
  const newest = async (wanted) => (await api.views()).views.find((v) => v.name === wanted);
  async function save() {
    const wanted = name.value.trim();
    const now = query();
    const old = await newest(wanted);
    const text = 'The name is that of a saved view, which will open this page instead.';
    if (old && !(await confirm(`Replace “${wanted}”?`, text, 'Replace'))) return false;
    await api.saveView({ name: wanted, query: now, start: !!old?.start });
    name.value = '';
    return true;
  }

  const action = (text, label, run) =>
    h('button', { type: 'button', cls: 'ghost', text, 'aria-label': label, onclick: run });
  const put = (v, edit, done) =>
    change(async () => {
      const old = await newest(v.name);
      if (!old) throw new api.ApiError({ detail: `The view “${v.name}” has been deleted.` });
      await api.saveView({ name: v.name, query: old.query, start: old.start, ...edit });
    }, done);

  function item(v) {
    const link = h('a', {
      href: `?${v.query}`,
      text: v.name,
      onclick: (e) => {
        if (e.ctrlKey || e.metaKey || e.shiftKey) return;
        e.preventDefault();
        close();
        openView(v.query);
      },
    });
    const start = v.start
      ? action('Unset start', `Do not open ${v.name} at start`, () =>
          put(v, { start: false }, 'The page opens with the fleet.'),
        )
      : action('Set as start', `Open ${v.name} at start`, () =>
          put(v, { start: true }, `The page opens with ${v.name}.`),
        );
    return h(
      'li',
      null,
      h('span', null, link, v.start ? h('span', { cls: 'tag', text: 'start' }) : null),
      h(
        'span',
        { cls: 'acts' },
        start,
        action('Rename', `Rename ${v.name}`, (e) => rename(v, e.target.closest('li'))),
        action('Delete', `Delete ${v.name}`, () =>
          change(() => api.removeView(v.name), 'Deleted.'),
        ),
      ),
    );
  }

  function rename(v, row) {
    const field = h('input', { value: v.name, maxlength: NAMED, 'aria-label': 'New name' });
    row.replaceChildren(
      h(
        'form',
        {
          onsubmit: (e) => {
            e.preventDefault();
            put(v, { name: field.value.trim(), replaces: v.name }, 'Renamed.');
          },
        },
        field,
        h('button', { type: 'submit', text: 'Rename' }),
      ),
    );
    field.focus();
    field.select();
  }

  document.addEventListener('pointerdown', (e) => {
    if (!menu.hidden && !el.contains(e.target) && !e.target.closest('dialog')) close();
  });
  el.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') {
      e.stopPropagation();
      close();
    }
  });
  return { el };
}
