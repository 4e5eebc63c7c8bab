// Saves lists as CSV files, with the API query of the shown list.
import { h, icon, toast } from './dom.js';
import * as f from './format.js';
import * as api from './api.js';

const MAX_ROWS = 50000;
/** Maximum number of reads of a list whose rows move between the pages. */
const MAX_READS = 3;
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

const MOVED =
  'Rows moved while the list was read: a row may be missing or repeated. ' +
  'Save it again, or choose a range that ends in the past.';

/** All pages of a list of the API; each iteration starts with the first page. */
export const pages = (path, query, list) => ({
  /** True if rows moved between the pages of the last iteration. */
  moved: false,
  async *[Symbol.asyncIterator]() {
    this.moved = false;
    let cursor = null;
    do {
      const answer = await api.exact(path, { ...query, limit: 1000, cursor });
      this.moved ||= answer.rows_moved;
      yield answer[list];
      cursor = answer.next_cursor;
    } while (cursor);
  },
});

/** A list of the API that has one page. */
export async function* onePage(path, query, list) {
  yield (await api.exact(path, query))[list];
}

/** Fields of a row by name; names of nested fields are joined with underscores. */
function flat(row, prefix = '', into = {}) {
  for (const [name, value] of Object.entries(row)) {
    if (value && typeof value === 'object' && !Array.isArray(value))
      flat(value, `${prefix}${name}_`, into);
    else into[prefix + name] = value;
  }
  return into;
}

/** A cell, quoted so that a spreadsheet does not run text as a formula. */
function cell(value) {
  if (value == null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csv(rows) {
  const flattened = rows.map((row) => flat(row));
  const names = [...new Set(flattened.flatMap((row) => Object.keys(row)))];
  const lines = flattened.map((row) => names.map((name) => cell(row[name])).join(','));
  return [names.map(cell).join(','), ...lines, ''].join('\r\n');
}

function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  h('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

const plain = (iso) => iso.slice(0, 16).replaceAll(':', '');
const fileName = (name, range) =>
  `${[name.replace(/[^\w.-]+/g, '-'), range && plain(range.from), range && plain(range.to)]
    .filter(Boolean)
    .join('-')}.csv`;

async function read(lists) {
  const rows = [];
  for await (const list of lists) {
    rows.push(...list);
    if (rows.length > MAX_ROWS) break;
  }
  return rows;
}

async function download(name, range, lists) {
  let rows = await read(lists);
  for (let tries = 1; lists.moved && tries < MAX_READS; tries++) rows = await read(lists);
  save(fileName(name, range), csv(rows.slice(0, MAX_ROWS)));
  const limited = `The file has the first ${f.count(MAX_ROWS)} rows; choose a shorter range.`;
  const saved = rows.length > MAX_ROWS ? limited : `${f.many(rows.length, 'row')} saved.`;
  toast(lists.moved ? `${saved} ${MOVED}` : saved);
}

/** Button that saves a list. `source()` returns {name, range?, lists}. */
export function csvButton(what, source) {
  return h(
    'button',
    {
      type: 'button',
      cls: 'ghost',
      'aria-label': `Save ${what} as CSV`,
      onclick: async ({ currentTarget: button }) => {
        button.disabled = true;
        try {
          const { name, range, lists } = source();
          await download(name, range, lists);
        } catch (e) {
          if (!(e instanceof api.ApiError)) throw e;
          toast(`Nothing was saved: ${e.message}`);
        } finally {
          button.disabled = false;
        }
      },
    },
    icon('down', 's'),
    h('span', { text: 'CSV' }),
  );
}
