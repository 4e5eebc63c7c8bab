// Encodes one task event as a line of JSON. The limits are those of the server: an event that it
// would refuse later is refused here, where the message still reaches the author of the agent.

import { Buffer } from 'node:buffer';

export const MAX_DURATION_MS = 7 * 24 * 3_600_000;
const MAX_COUNT = 1_000_000_000;
const ID_CHARS = 128;
const ID_BYTES = 256;
const MESSAGE_CHARS = 1024;
const COST = 'an amount of dollars from 0 to 10000, as a number or a decimal text such as 0.0342';

/** An input that cannot become an event. Its message names field and remedy, never the value. */
export class Invalid extends Error {
  constructor(field, wrong, remedy) {
    super(`${field} ${wrong}; ${remedy}`);
    this.field = field;
  }
}

function kind(value) {
  if (Array.isArray(value)) {
    return 'is a list';
  }
  const type = typeof value;
  if (type === 'number') {
    return Number.isNaN(value) ? 'is NaN' : value < 0 ? 'is negative' : 'is a number';
  }
  return type === 'string' ? 'is a text' : type === 'object' ? 'is an object' : `is a ${type}`;
}

/** Returns the fields of an object; an absent one has none. */
export function record(field, value) {
  if (value === undefined || value === null) {
    return {};
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new Invalid(field, kind(value), 'write an object of fields');
  }
  return value;
}

function limited(field, text, max) {
  if (text.length > max) {
    throw new Invalid(field, `has ${text.length} characters`, `write at most ${max}`);
  }
  return text;
}

function text(field, value) {
  if (typeof value !== 'string') {
    throw new Invalid(field, kind(value), 'write a text');
  }
  return value;
}

// Ids that look alike but differ would be counted as two agents.
function id(field, value) {
  const name = limited(field, text(field, value).normalize('NFC'), ID_CHARS);
  if (/[\p{Cc}\p{Cs}\p{Cf}]/u.test(name)) {
    const wrong = 'holds a control character, an invisible one or half a surrogate pair';
    throw new Invalid(field, wrong, 'write visible characters');
  }
  if (Buffer.byteLength(name) > ID_BYTES) {
    throw new Invalid(field, `is longer than ${ID_BYTES} bytes`, 'write a shorter text');
  }
  return name.trim() === '' ? undefined : name;
}

// HTTP libraries give the status as a number.
function errorType(field, value) {
  return id(field, Number.isInteger(value) ? String(value) : value);
}

// A failure must not get lost because of the text that describes it: such texts come from
// anywhere, with colours of a terminal, half characters and in any length.
function message(field, value) {
  const raw = text(field, value instanceof Error ? value.message : value);
  const clean = raw
    .slice(0, MESSAGE_CHARS + 1)
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\p{Cs}/gu, '\ufffd');
  if (clean.length <= MESSAGE_CHARS) {
    return clean || undefined;
  }
  return clean.slice(0, MESSAGE_CHARS - 1).replace(/\p{Cs}$/u, '') + '…';
}

function whole(max) {
  return (field, value) => {
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw new Invalid(field, kind(value), `write a whole number from 0 to ${max}`);
    }
    return value;
  };
}

function bool(field, value) {
  if (typeof value !== 'boolean') {
    throw new Invalid(field, kind(value), 'write true or false');
  }
  return value;
}

function moment(field, value) {
  const known = value instanceof Date || typeof value === 'number' || typeof value === 'string';
  const date = new Date(known ? value : NaN);
  // Also false for NaN. Seconds since 1970 would be a day of that year.
  if (!(date.getUTCFullYear() >= 2000 && date.getUTCFullYear() <= 9999)) {
    const remedy = 'write a Date, milliseconds since 1970 or a text such as 2026-11-22T14:02:10Z';
    throw new Invalid(field, 'is not a time between 2000 and 9999', remedy);
  }
  return date.toISOString();
}

// A sum of binary fractions such as 0.1 + 0.2 is not an amount of money: of a number, the
// nano-dollars count, which is what the server keeps. A text stays as exact as it is.
function dollars(field, value) {
  const ranged = typeof value === 'number' && value >= 0 && value <= 10_000;
  const given = ranged ? Math.abs(value).toFixed(9) : value;
  const parts =
    typeof given === 'string' && given.length <= 64
      ? /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,2}))?$/i.exec(given.trim())
      : null;
  if (!parts) {
    const wrong = typeof value === 'string' ? 'is not an amount' : kind(value);
    throw new Invalid(field, wrong, `write ${COST}`);
  }
  const amount = plain(parts[1], parts[2] ?? '', Number(parts[3] ?? 0));
  const [units, fraction] = amount.split('.');
  if (units.length > 5 || Number(units) > 10_000 || (units === '10000' && fraction)) {
    throw new Invalid(field, 'is more than 10000', `write ${COST}`);
  }
  return amount;
}

/** Moves the point by the exponent; leaves out zeros that mean nothing, as JSON forbids some. */
function plain(units, fraction, exponent) {
  const zeros = '0'.repeat(Math.abs(exponent));
  const digits = exponent < 0 ? zeros + units + fraction : units + fraction + zeros;
  const point = exponent < 0 ? units.length : units.length + exponent;
  const whole = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  const rest = digits.slice(point).replace(/0+$/, '');
  return rest === '' ? whole : `${whole}.${rest}`;
}

function tags(field, value) {
  const entries = Object.entries(record(field, value)).filter(([, tag]) => tag != null);
  if (entries.length > 16) {
    throw new Invalid(field, `has ${entries.length} entries`, 'write at most 16');
  }
  for (const [key, tag] of entries) {
    limited('a key of tags', key, 64);
    limited('a value of tags', text('a value of tags', tag), 256);
    if (/[\p{Cc}\p{Cs}]/u.test(key + ' ' + tag)) {
      const wrong = 'holds a control character or half a surrogate pair';
      throw new Invalid(field, wrong, 'write visible characters');
    }
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

const tokens = whole(MAX_COUNT);
const files = whole(MAX_COUNT);
const millis = whole(MAX_DURATION_MS);

/** Fields of an ended call or task: name, name on the wire, check. */
const REPORTED = [
  ['callId', 'call_id', id],
  ['durationMs', 'duration_ms', millis],
  ['timeToFirstTokenMs', 'time_to_first_token_ms', millis],
  ['inputTokens', 'input_tokens', tokens],
  ['cachedInputTokens', 'cached_input_tokens', tokens],
  ['cacheWriteTokens', 'cache_write_tokens', tokens],
  ['cacheWrite1hTokens', 'cache_write_1h_tokens', tokens],
  ['outputTokens', 'output_tokens', tokens],
  ['reasoningTokens', 'reasoning_tokens', tokens],
  ['costUsd', 'cost_usd', dollars],
  ['serviceTier', 'service_tier', id],
  ['errorType', 'error_type', errorType],
  ['message', 'error_message', message],
  ['retryAt', 'retry_at', moment],
  ['filesCreated', 'files_created', files],
  ['filesModified', 'files_modified', files],
];

const FIELDS = [
  ['taskId', 'task_id', id],
  ['agentId', 'agent_id', id],
  ['agentType', 'agent_type', id],
  ['parentTaskId', 'parent_task_id', id],
  ['rootTaskId', 'root_task_id', id],
  ['provider', 'provider', id],
  ['model', 'model', id],
  ...REPORTED,
  ['success', 'success', bool],
  ['tags', 'tags', tags],
];

export const REPORTED_NAMES = REPORTED.map(([name]) => name);

/**
 * Returns the event as JSON without line breaks.
 *
 * @param {string} type type on the wire, such as llm_call
 * @param {string} eventId id that a repetition keeps
 * @param {object} fields values by name; null and undefined are absent
 * @param {string[]} required names of fields that must be there, besides task and agent
 * @throws {Invalid} naming the field and the remedy
 */
export function encode(type, eventId, fields, required) {
  const event = {
    schema_version: 1,
    event_id: eventId,
    type,
    time: new Date().toISOString(),
  };
  for (const [name, wireName, read] of FIELDS) {
    const value = fields[name];
    const given = value === undefined || value === null ? undefined : read(name, value);
    if (given !== undefined) {
      event[wireName] = given;
    } else if (name === 'taskId' || name === 'agentId' || required.includes(name)) {
      throw new Invalid(name, 'is missing or blank', `give ${name}; every ${type} has it`);
    }
  }
  // A decimal as a JSON number: a number of JavaScript would lose digits or write an exponent.
  const { cost_usd: cost, ...others } = event;
  const line = JSON.stringify(others);
  return cost === undefined ? line : `${line.slice(0, -1)},"cost_usd":${cost}}`;
}
