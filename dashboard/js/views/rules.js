// Alert rules with their activity. Rules are changed by command, API or topic.
import { h, setKids } from '../dom.js';
import * as f from '../format.js';
import * as api from '../api.js';
import { csvButton, onePage } from '../csv.js';
import { crumbs, failed, scrollTable, skeleton } from '../parts.js';
import { labelsOf } from '../grouping.js';
import { findings } from '../alerts.js';

export const title = () => 'Rules';
export const ofNow = true;
export const load = api.rules;

const standing = (r) =>
  !r.enabled ? 'Off' : r.shadow ? 'Shadow' : r.enforce ? 'On, stops work' : 'On';

/** All ways to change a rule, with their commands. */
const howToChange = () =>
  h(
    'details',
    { cls: 'panel pad how' },
    h('summary', { text: 'How to change a rule' }),
    h(
      'ol',
      { cls: 'steps' },
      h(
        'li',
        null,
        'Write the current rules to a file: ',
        h('code', { text: 'agent-analytics rules get > rules.yaml' }),
      ),
      h(
        'li',
        null,
        'Change parameters, severity, match, ',
        h('code', { text: 'enabled' }),
        ' or ',
        h('code', { text: 'shadow' }),
        ' there; test them on past data with ',
        h('code', { text: 'agent-analytics backtest' }),
        '.',
      ),
      h('li', null, 'Apply them: ', h('code', { text: 'agent-analytics rules set rules.yaml' })),
      h(
        'li',
        null,
        'Or send one rule, with a token that has the scope write: ',
        h('code', {
          text: [
            `curl -X PUT ${location.origin}/api/analytics/alert-rules`,
            "-H 'Authorization: Bearer TOKEN'",
            "-H 'Content-Type: application/json'",
            `-d '{"rule_id": "…", "type": "…", "params": {…}}'`,
          ].join(' '),
        }),
      ),
    ),
  );

const ABOUT =
  'A shadow rule is evaluated and counted here, but sends no notification. ' +
  'A change takes effect within two seconds.';

const COLUMNS = [
  ['Rule', ''],
  ['State', ''],
  ['Severity', 'p2'],
  ['Fired, 24 h', 'n'],
  ['Open', 'n'],
  ['Version', 'n p2'],
  ['Meaning', 'p2'],
  ['Limited to', 'p3'],
];
const row = (r) =>
  h(
    'tr',
    null,
    h('td', { cls: 'mono', text: r.rule_id }),
    h('td', { cls: r.shadow || !r.enabled ? 'muted' : '', text: standing(r) }),
    h('td', { cls: 'p2', text: r.severity }),
    h('td', { cls: 'n', text: f.count(r.fired_last_day) }),
    h('td', { cls: 'n', text: f.count(r.open) }),
    h('td', { cls: 'n p2', text: r.version || 'built-in' }),
    h('td', { cls: 'p2 soft', text: r.title }),
    h('td', { cls: 'p3 soft', text: labelsOf(r.match) || 'all' }),
  );

export function mount(main, act) {
  const panel = h('section', { cls: 'panel', 'aria-label': 'Rules' }, skeleton('list'));
  main.replaceChildren(
    crumbs([['Alerts', 'alerts']], 'Rules'),
    h(
      'div',
      { cls: 'head' },
      h('div', null, h('h1', { text: 'Rules' }), h('p', { cls: 'soft', text: ABOUT })),
      csvButton('the rules', () => ({
        name: 'rules',
        lists: onePage('alert-rules', {}, 'rules'),
      })),
    ),
    howToChange(),
    panel,
  );
  return {
    update(data) {
      setKids(panel, scrollTable('Rules', COLUMNS, h('tbody', null, data.rules.map(row))));
      return findings(data.open);
    },
    fail(error) {
      setKids(panel, failed(error, act));
    },
  };
}
