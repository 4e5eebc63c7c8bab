// Lists that grow by a button: the first page is refreshed, and the further pages are kept.
import { h } from './dom.js';
import { ApiError } from './api.js';

/**
 * Tasks in pages. `question()` is the query that the address asks for, as a text; `load(cursor)`
 * requests a further page of it; `draw()` shows `list()`.
 */
export function taskPages({ question, load, draw }) {
  const button = h('button', {
    type: 'button',
    text: 'Show more',
    hidden: true,
    onclick: showMore,
  });
  const problem = h('span', { cls: 'crit', role: 'alert' });
  let first = [];
  let further = [];
  let next = null;
  let asked = null;
  let turn = 0;

  async function showMore() {
    // The list is still that of the former question, and so is the cursor.
    if (question() !== asked) return;
    const mine = turn;
    button.disabled = true;
    problem.textContent = '';
    try {
      const answer = await load(next);
      if (mine !== turn) return;
      further.push(...answer.tasks);
      goOnAt(answer.next_cursor);
      draw();
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      if (mine === turn) problem.textContent = `The next page was not loaded: ${e.message}`;
    } finally {
      if (mine === turn) button.disabled = false;
    }
  }

  function goOnAt(cursor) {
    next = cursor;
    button.hidden = !next;
  }

  function begin() {
    turn++;
    further = [];
    button.disabled = false;
    problem.textContent = '';
  }

  /**
   * Keeps the rows that left the first page, except those that are before the range now. If all of
   * them left it, there may be others in between, and the list begins again.
   */
  function keepFurther({ tasks, range, next_cursor }) {
    const isFirst = new Set(tasks.map((t) => t.task_id));
    if (first.length && !first.some((t) => isFirst.has(t.task_id))) {
      begin();
      goOnAt(next_cursor);
      return;
    }
    const from = Date.parse(range.from);
    further = [...first, ...further].filter(
      (t) => !isFirst.has(t.task_id) && Date.parse(t.ended_at) >= from,
    );
  }

  return {
    button,
    problem,
    hasMore: () => !!next,
    list() {
      const seen = new Set();
      return [...first, ...further].filter((t) => !seen.has(t.task_id) && seen.add(t.task_id));
    },
    /** Takes a new first page. */
    update(answer) {
      if (question() !== asked) begin();
      asked = question();
      if (further.length || button.disabled) keepFurther(answer);
      else goOnAt(answer.next_cursor);
      first = answer.tasks;
    },
  };
}
