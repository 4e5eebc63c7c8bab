// Groupings of spend: format in the address and the API, and names.
import * as f from './format.js';
import { viewLink } from './state.js';

const WORDS = {
  agent_type: 'agent type',
  agent_id: 'agent',
  provider: 'provider',
  model: 'model',
};
/** Names that every task has, in the order of the page, where they follow the tags. */
const FIXED = Object.keys(WORDS);

export const word = (name) => (Object.hasOwn(WORDS, name) ? WORDS[name] : name);
/** A grouping in words, such as "team and model". */
export const words = (by) => by.split(',').map(word).join(' and ');

/** Equality condition in the format of the API. */
export const equal = (name, value) => `${name}=${(value ?? '').replaceAll(',', '\\,')}`;
/** Conditions of a `where`, as [name, value]. */
export const conditions = (where) =>
  where
    .split(/(?<!\\),/)
    .filter(Boolean)
    .map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1).replaceAll('\\,', ',')];
    });

/** A value as it is shown: the name of a provider instead of its id. */
export const shownValue = (name, value) => (name === 'provider' ? f.providerName(value) : value);
/** The labels that a rule or a silence matches, such as "agent id x, provider OpenAI". */
export const labelsOf = (match) =>
  Object.entries(match)
    .map(([name, value]) => `${f.words(name)} ${shownValue(name, value)}`)
    .join(', ');
/** Values of a group in words, such as "search, gpt-5". */
export const valuesOf = (group) =>
  Object.entries(group)
    .map(([name, value]) =>
      value === '__overflow__'
        ? 'values beyond the limit'
        : value == null
          ? `no ${word(name)}`
          : shownValue(name, value),
    )
    .join(', ');

/** A group without the values that a `where` selects. */
export function others(group, where) {
  const selected = conditions(where).map(([name]) => name);
  return Object.fromEntries(Object.entries(group).filter(([name]) => !selected.includes(name)));
}

/** Groupings that the page offers: tags first, combinations last. */
export function offered(names) {
  const tags = names.filter((name) => !FIXED.includes(name));
  const single = tags.filter((name) => !name.includes('+'));
  const crossed = tags.filter((name) => name.includes('+')).map((name) => name.replace('+', ','));
  return [...single, ...FIXED, ...crossed];
}

const isSingle = (name) => !name.includes('+');
const isTag = (name) => isSingle(name) && !FIXED.includes(name);
/** Names that every other name is crossed with. */
const OF_EVERY_CALL = ['provider', 'model'];

/** Names that the job counts crossed with this one. */
const crossed = (name, names) =>
  names
    .filter((n) => !isSingle(n) && n.split('+').includes(name))
    .map((n) => n.split('+').find((part) => part !== name));

/** Names by which a selected group can be divided. */
export function within(name, names) {
  const others = OF_EVERY_CALL.includes(name)
    ? [...names.filter(isTag), 'agent_type', 'agent_id']
    : crossed(name, names);
  return [...others, ...OF_EVERY_CALL].filter((other) => other !== name);
}

/**
 * Tags by which a selected group cannot be divided, in words, and the option of the job that counts
 * the first of them crossed; null if there are none.
 */
export function howToCross(name, names) {
  if (OF_EVERY_CALL.includes(name) || name === 'agent_id') return null;
  const known = crossed(name, names);
  const missing = names.filter((n) => isTag(n) && n !== name && !known.includes(n));
  const tags = names.filter((n) => !isSingle(n) || isTag(n));
  if (!missing.length) return null;
  return {
    words: missing.join(' or '),
    pronoun: missing.length > 1 ? 'them' : 'it',
    option: [...tags, `${name}+${missing[0]}`].join(','),
  };
}

/** Link to the tasks of a group, most expensive first; null if they cannot be searched. */
export function tasksLink(group) {
  const own = { order: '-cost_usd' };
  const where = [];
  let agent = '';
  for (const [name, value] of Object.entries(group)) {
    if (value == null || value === '__overflow__') return null;
    if (name === 'agent_id') agent = value;
    else if (FIXED.includes(name)) where.push(equal(name, value));
    else if (own.tag) return null;
    else own.tag = f.tag(name, value);
  }
  return viewLink('tasks', agent, { ...own, where: where.join(',') });
}
