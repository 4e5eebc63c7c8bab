// Meaning of each alert type, and the response to it.
import { h, icon } from '../dom.js';
import * as f from '../format.js';
import { state, viewLink } from '../state.js';
import { findings } from '../alerts.js';
import { RUNBOOK, runbookOf } from '../runbook.js';

export const title = () => 'Runbook';
export const load = async () => ({});

function entry(type) {
  const r = runbookOf(type);
  return h(
    'section',
    { cls: 'panel', 'aria-label': f.words(type), id: type },
    h('div', { cls: 'bar' }, h('h2', { text: f.words(type) })),
    h(
      'div',
      { cls: 'pad' },
      h('p', { text: r.means }),
      h(
        'ol',
        { cls: 'steps' },
        r.steps.map((text) => h('li', { text })),
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

export function mount(main) {
  const one = Object.hasOwn(RUNBOOK, state.id);
  main.replaceChildren(
    crumbs(one),
    h(
      'div',
      { cls: 'head' },
      h(
        'div',
        null,
        h('h1', { text: one ? f.words(state.id) : 'What to do about alerts' }),
        h(
          'p',
          { cls: 'soft' },
          'Acknowledge an alert to show that you are working on it; ' +
            'silence it when it is known and needs no action. ',
          one ? h('a', { ...viewLink('runbook'), text: 'All types' }) : null,
        ),
      ),
    ),
    ...(one ? [state.id] : Object.keys(RUNBOOK)).map(entry),
  );
  return {
    update: (data) => findings(data.open),
    fail() {
      /* this view needs no data */
    },
  };
}
