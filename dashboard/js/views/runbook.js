// Meaning and next steps of each alert type.
import { h, setKids } from '../dom.js';
import * as f from '../format.js';
import { state, viewLink } from '../state.js';
import { findings } from '../alerts.js';
import * as api from '../api.js';
import { crumbs, failed, panel, skeleton } from '../parts.js';

export const title = () => 'Runbook';
let known = null;
/** Loads the runbooks once: they change only with the version of the server. */
export async function load() {
  known ||= await api.runbooks();
  return known;
}

function entry({ type, title: means, steps }) {
  return panel(
    f.words(type),
    { id: type },
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

function content(all) {
  const one = all.filter((r) => r.type === state.id);
  const alerts = ['Alerts', 'alerts'];
  return [
    one.length
      ? crumbs([alerts, ['Runbook', 'runbook']], f.words(state.id))
      : crumbs([alerts], 'Runbook'),
    h(
      'div',
      { cls: 'head' },
      h(
        'div',
        null,
        h('h1', { text: one.length ? f.words(state.id) : WHAT_TO_DO }),
        h(
          'p',
          { cls: 'soft' },
          state.id && !one.length ? `There is no runbook for “${f.words(state.id)}”. ` : null,
          'Acknowledge an alert to show that you are working on it; ' +
            'silence it when it is known and needs no action. ',
          one.length ? h('a', { ...viewLink('runbook'), text: 'All types' }) : null,
        ),
      ),
    ),
    (one.length ? one : all).map(entry),
  ];
}

const WHAT_TO_DO = 'What to do about alerts';

export function mount(main, act) {
  const show = (content) =>
    setKids(
      main,
      h('div', { cls: 'head' }, h('h1', { text: WHAT_TO_DO })),
      h('section', { cls: 'panel' }, content),
    );
  main.replaceChildren();
  show(skeleton('list'));
  return {
    update(data) {
      setKids(main, content(data.runbooks));
      return findings(data.open);
    },
    fail(error) {
      show(failed(error, act));
    },
  };
}
