// Creation of elements. Text reaches the page only through textContent.
const SVG = 'http://www.w3.org/2000/svg';

/** Keeps a number and its unit on one line. */
const joined = (t) =>
  typeof t === 'string'
    ? t.replace(/(\d) (?=(%|min|ms|s|m|h|k|M|B|pts|d)(?![A-Za-z]))/g, '$1\u00a0')
    : t;

/** Handlers of an element by event: the newest ones, also if the element is kept by a refresh. */
const HANDLERS = Symbol('handlers');
function listen(el, type, run) {
  (el[HANDLERS] ??= {})[type] = run;
  el.addEventListener(type, (e) => el[HANDLERS][type](e));
}

function put(el, attrs, kids) {
  for (const [key, value] of Object.entries(attrs || {})) {
    if (value == null || value === false) continue;
    if (key === 'text') el.textContent = joined(String(value));
    else if (key.startsWith('on')) listen(el, key.slice(2), value);
    else el.setAttribute(key === 'cls' ? 'class' : key, value === true ? '' : value);
  }
  el.append(
    ...kids
      .flat(9)
      .filter((kid) => kid != null && kid !== false)
      .map(joined),
  );
  return el;
}

export const h = (tag, attrs, ...kids) => put(document.createElement(tag), attrs, kids);
export const s = (tag, attrs, ...kids) => put(document.createElementNS(SVG, tag), attrs, kids);
export const icon = (name, cls = '') =>
  s('svg', { class: `icon ${cls}`, 'aria-hidden': 'true' }, s('use', { href: `#i-${name}` }));
export const $ = (selector) => document.querySelector(selector);
export const css = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Sets text only if it changed, to avoid flashing and to keep selections. */
export function setText(el, text) {
  const value = joined(text);
  if (el.textContent !== value) el.textContent = value;
}

/**
 * Makes the children of an element look like these. Keeps the nodes that stand for the same thing,
 * so that a refresh does not take the focus, the selection, the scroll position, an open part or
 * half a click from the user.
 */
export function setKids(el, ...kids) {
  const focused = el.contains(document.activeElement) ? document.activeElement : null;
  const key = focused && keyOf(focused);
  renew(el, h('div', null, ...kids));
  if (focused && focused !== document.activeElement)
    [...el.querySelectorAll(focused.nodeName)]
      .find((x) => keyOf(x) === key)
      ?.focus({ preventScroll: true });
}

/** Sets the children of an element to nodes that the view keeps, unless they are its children. */
export function place(el, ...nodes) {
  const isSame = (node, i) => node === el.childNodes[i];
  if (nodes.length !== el.childNodes.length || !nodes.every(isSame)) el.replaceChildren(...nodes);
}

/**
 * Key of the thing that a node stands for. A node never gets another key, since a click that has
 * begun would then hit another thing.
 */
function keyOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeName;
  const name =
    node.dataset.key ??
    node.getAttribute('href') ??
    node.getAttribute('aria-label') ??
    (node.id || (node.nodeName === 'BUTTON' ? node.textContent : ''));
  return `${node.nodeName} ${Object.keys(node[HANDLERS] ?? {})} ${name}`;
}

function renew(el, next) {
  const wanted = new Set([...next.childNodes].map(keyOf));
  const rest = [];
  for (const old of [...el.childNodes]) {
    if (wanted.has(keyOf(old))) rest.push(old);
    else old.remove();
  }
  for (const node of [...next.childNodes]) {
    const key = keyOf(node);
    const at = rest.findIndex((old) => keyOf(old) === key);
    if (at < 0) el.insertBefore(node, rest[0] ?? null);
    else {
      const [old] = rest.splice(at, 1);
      if (at) el.insertBefore(old, rest[0]);
      renewNode(old, node);
    }
  }
  rest.forEach((old) => old.remove());
}

function renewNode(old, node) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== node.data) old.data = node.data;
    return;
  }
  if (node[HANDLERS]) old[HANDLERS] = node[HANDLERS];
  for (const name of new Set([...old.getAttributeNames(), ...node.getAttributeNames()]))
    setAttribute(old, node, name);
  renew(old, node);
}

/** Attributes that are only the initial state of a field, which the user may have changed. */
const FIELD = ['value', 'selected', 'checked'];

function setAttribute(old, node, name) {
  const value = node.getAttribute(name);
  // The user opens and closes the parts of the page.
  if (old.getAttribute(name) === value || (name === 'open' && old.nodeName === 'DETAILS')) return;
  if (value == null) old.removeAttribute(name);
  else old.setAttribute(name, value);
  if (FIELD.includes(name)) old[name] = node[name];
}

/** Announces a text to screen readers once, in the polite live region. */
export const say = (text) => {
  $('#say').textContent = text;
};

export function toast(text) {
  const box = h('div', { cls: 'toast', text });
  $('#toasts').replaceChildren(box);
  setTimeout(() => box.remove(), 8000);
}
