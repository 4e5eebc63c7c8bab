// Clients of the intake: counted, dropped and missing records.
import { h, icon, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { csvButton, onePage } from '../csv.js';
import { CONNECT } from '../nothing.js';
import { empty, failed, scrollTable, skeleton } from '../parts.js';
import { viewLink } from '../state.js';
import { findings } from '../alerts.js';

export const title = () => 'Clients';
export const ofNow = true;
export const polls = true;

/** Without Kafka, the page reports it and shows everything else. */
export const load = () =>
  api.clients().catch((e) => {
    if (e.code !== 'no_kafka') throw e;
    return { unknown: e.message, clients: [], complete: true };
  });

const ABOUT =
  'Records since the intake started, by client and version. Do not compare failures of attempts ' +
  'with failures of calls: a client that reports calls hides the attempts that it retried.';
const COLUMNS = [
  ['Client', ''],
  ['Last record', 'n'],
  ['Signals', 'p2'],
  ['Counted', 'n p2'],
  ['Dropped', 'p2'],
  ['Failures', 'p3'],
  ['Missing', ''],
];

const counts = (outcomes) =>
  Object.entries(outcomes)
    .map(([name, n]) => `${f.count(n)} ${f.words(name)}`)
    .join(', ');
const lines = (texts) => texts.map((text) => h('div', { text }));

const missing = (c) =>
  c.missing.map((m) =>
    h('div', null, `${m.what}. Set `, h('code', { cls: 'mono', text: m.setting })),
  );

const row = (now) => (c) =>
  h(
    'tr',
    { cls: c.missing.length || c.hint || !c.counted ? 'warning' : '' },
    h(
      'td',
      { cls: 'ident' },
      h(
        'span',
        { cls: 'two-line' },
        h('b', { cls: 'mono', text: c.client }),
        h('span', { cls: 'sub', text: [c.version, ...c.tokens].filter(Boolean).join(', ') }),
      ),
    ),
    h('td', {
      cls: 'n',
      title: f.moment(Date.parse(c.last)),
      text: `${f.age(now - Date.parse(c.last))} ago`,
    }),
    h('td', { cls: 'p2' }, lines(Object.keys(c.signals))),
    h('td', { cls: 'n p2', text: f.count(c.counted) }),
    h('td', { cls: 'p2 soft', text: counts(c.dropped) || 'none' }),
    h('td', { cls: 'p3', text: c.failures ? `of ${c.failures}` : 'no call yet' }),
    h('td', { cls: 'wrap' }, missing(c), c.hint && h('div', { text: c.hint }), whole(c)),
  );
const whole = (c) =>
  c.missing.length || c.hint ? null : h('span', { cls: 'muted', text: 'nothing' });

const noClients = (data) =>
  empty({
    title: data.unknown || 'No client has sent records to the intake yet',
    text: 'Connect a client with a few lines of settings to see the cost of each agent.',
    action: CONNECT,
  });

const INCOMPLETE =
  'Kafka does not answer: newer records may be missing here. agent-analytics doctor shows why.';
const incomplete = () =>
  h('p', { cls: 'panel unsure pad', role: 'status' }, icon('warning', 's warn'), ` ${INCOMPLETE}`);

export function mount(main, act) {
  const note = h('div');
  const panel = h('section', { cls: 'panel', 'aria-label': 'Clients' }, skeleton('list'));
  main.replaceChildren(
    h(
      'div',
      { cls: 'head' },
      h('div', null, h('h1', { text: 'Clients' }), h('p', { cls: 'soft', text: ABOUT })),
      h(
        'div',
        { cls: 'actions' },
        csvButton('the clients', () => ({
          name: 'clients',
          lists: onePage('clients', {}, 'clients'),
        })),
        h('a', { ...viewLink('connect'), text: 'Connect an agent' }),
      ),
    ),
    note,
    panel,
  );
  return {
    update(data) {
      const now = Date.parse(data.generated_at);
      note.hidden = data.complete;
      setKids(note, data.complete ? null : incomplete());
      setKids(
        panel,
        data.clients.length
          ? scrollTable('Clients', COLUMNS, h('tbody', null, data.clients.map(row(now))))
          : noClients(data),
      );
      return findings(data.open);
    },
    fail(error) {
      setKids(panel, failed(error, act));
    },
  };
}
