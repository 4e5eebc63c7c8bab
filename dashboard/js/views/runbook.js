// Meaning of each alert type, and the response to it.
import { h, icon, setKids } from '../dom.js';
import * as f from '../format.js';
import { state, viewLink } from '../state.js';
import { findings } from '../alerts.js';
import * as api from '../api.js';
import { failed, skeleton } from '../parts.js';

export const title = () => 'Runbook';
let known = null;
/** The runbooks change with the version of the server alone. */
export async function load() {
  known ||= await api.runbooks();
  return known;
}

function entry({ type, title: means, steps }) {
  return h(
    'section',
    { cls: 'panel', 'aria-label': f.words(type), id: type },
    h('div', { cls: 'bar' }, h('h2', { text: f.words(type) })),
    h(
      'div',
      { cls: 'pad' },
      h('p', { text: `${means}.` }),
      h(
        'ol',
        { cls: 'steps' },
        steps.map((text) => h('li', { text })),
      ),
    ),
  );
}

const crumbs = (one) =>
  h(
    'nav',
    { cls: 'crumbs', 'aria-label': 'Breadcrumb' },
    h('a', { ...viewLink('alerts'), text: 'Alerts' }),
    icon('right', 's'),
    one
      ? [
          h('a', { ...viewLink('runbook'), text: 'Runbook' }),
          icon('right', 's'),
          h('span', { text: f.words(state.id) }),
        ]
      : h('span', { text: 'Runbook' }),
  );

function content(all) {
  const one = all.filter((r) => r.type === state.id);
  return [
    crumbs(one.length),
    h(
      'div',
      { cls: 'head' },
      h(
        'div',
        null,
        h('h1', { text: one.length ? f.words(state.id) : 'What to do about alerts' }),
        h(
          'p',
          { cls: 'soft' },
          'Acknowledge an alert to show that you are working on it; ' +
            'silence it when it is known and needs no action. ',
          one.length ? h('a', { ...viewLink('runbook'), text: 'All types' }) : null,
        ),
      ),
    ),
    (one.length ? one : all).map(entry),
  ];
}

export function mount(main, act) {
  main.replaceChildren(h('section', { cls: 'panel' }, skeleton('list')));
  return {
    update(data) {
      setKids(main, content(data.runbooks));
      return findings(data.open);
    },
    fail(error) {
      setKids(main, h('section', { cls: 'panel' }, failed(error, act)));
    },
  };
}
