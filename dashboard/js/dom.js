// Creation of elements. Text reaches the page only through textContent.
const SVG = 'http://www.w3.org/2000/svg';

/** Keeps a number and its unit on one line. */
const joined = (t) =>
  typeof t === 'string'
    ? t.replace(/(\d) (?=(%|min|ms|s|m|h|k|M|B|pts|d)(?![A-Za-z]))/g, '$1\u00a0')
    : t;

function put(el, attrs, kids) {
  for (const [key, value] of Object.entries(attrs || {})) {
    if (value == null || value === false) continue;
    if (key === 'text') el.textContent = joined(String(value));
    else if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
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

/** Replaces an element's children unless they would look the same. */
export function setKids(el, ...kids) {
  const next = h('div', null, ...kids);
  if (el.innerHTML !== next.innerHTML) el.replaceChildren(...next.childNodes);
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
