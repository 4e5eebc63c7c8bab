// SVG diagram of amounts that flow from the names on the left to the names on the right.
import { s } from './dom.js';

const FULL = 150; // height of all amounts together, in px
const SLOT = 52; // least height of a name, so that its lines do not overlap the next
const GAP = 8;
const LINE = 15;
const LONGEST = 18; // characters of a line of text

/** Text in at most two lines; longer text is cut. */
function lines(text) {
  const result = [''];
  for (const word of text.split(' ')) {
    const last = result[result.length - 1];
    if (last && `${last} ${word}`.length > LONGEST) result.push(word);
    else result[result.length - 1] = last ? `${last} ${word}` : word;
  }
  return result
    .slice(0, 2)
    .map((line) => (line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line));
}

/** Nodes of one side with their positions, greatest first. */
function side(links, key, total) {
  const sums = new Map();
  links.forEach((x) => sums.set(x[key], (sums.get(x[key]) || 0) + x.value));
  let top = 0;
  return [...sums]
    .sort((a, b) => b[1] - a[1])
    .map(([name, value]) => {
      const height = Math.max(1, (value / total) * FULL);
      const slot = Math.max(SLOT, height) + GAP;
      const node = { name, value, height, y: top + (slot - height) / 2, used: 0 };
      top += slot;
      return node;
    });
}

const bottom = (nodes) => nodes.reduce((y, n) => Math.max(y, n.y + Math.max(n.height, SLOT)), 0);

function label(node, x, anchor, format) {
  const texts = [...lines(node.name), format(node.value)];
  const middle = node.y + node.height / 2 - ((texts.length - 1) * LINE) / 2;
  return s(
    'text',
    { 'text-anchor': anchor },
    s('title', { text: `${node.name}, ${format(node.value)}` }),
    texts.map((text, i) =>
      s('tspan', {
        x,
        y: middle + i * LINE,
        dy: '0.35em',
        class: i === texts.length - 1 ? 'amount' : '',
        text,
      }),
    ),
  );
}

function ribbon(link, from, to, total) {
  const height = (link.value / total) * FULL;
  const y1 = from.y + from.used;
  const y2 = to.y + to.used;
  from.used += height;
  to.used += height;
  const d =
    `M2 ${y1}C50 ${y1} 50 ${y2} 98 ${y2}L98 ${y2 + height}` +
    `C50 ${y2 + height} 50 ${y1 + height} 2 ${y1 + height}Z`;
  return s('path', { d });
}

const bar = (x) => (node) => s('rect', { x, y: node.y, width: 2, height: node.height });

/**
 * Draws links {from, to, value}. A table next to the diagram has the same figures, so screen
 * readers get only the summary.
 */
export function flow(links, { summary, format }) {
  const total = links.reduce((sum, x) => sum + x.value, 0);
  const from = side(links, 'from', total);
  const to = side(links, 'to', total);
  const height = Math.ceil(Math.max(bottom(from), bottom(to)));
  const find = (nodes, name) => nodes.find((n) => n.name === name);
  const ordered = [...links].sort((a, b) => b.value - a.value);
  return s(
    'svg',
    { class: 'flow', role: 'img', 'aria-label': summary, height },
    from.map((node) => label(node, '28%', 'end', format)),
    s(
      'svg',
      { x: '30%', width: '26%', height, viewBox: `0 0 100 ${height}`, preserveAspectRatio: 'none' },
      ordered.map((x) => ribbon(x, find(from, x.from), find(to, x.to), total)),
      from.map(bar(0)),
      to.map(bar(98)),
    ),
    to.map((node) => label(node, '58%', 'start', format)),
  );
}
