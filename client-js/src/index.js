// Reports tasks and LLM calls of agents without ever blocking or failing them.

import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { encode, Invalid, MAX_DURATION_MS, record, REPORTED_NAMES } from './event.js';
import { Problems } from './problems.js';
import { Sender } from './sender.js';

const ENDPOINT = 'http://127.0.0.1:4318/events';
const CLOSE_MS = 5_000;

/** The longest delay of a timer. */
const MAX_MS = 2 ** 31 - 1;

/** Options that are numbers: default, least, most. */
const NUMBERS = {
  capacity: [10_000, 1, 1_000_000],
  batchSize: [500, 1, 10_000],
  lingerMs: [100, 0, MAX_MS],
  requestTimeoutMs: [10_000, 1, MAX_MS],
  retryMs: [500, 1, MAX_MS],
};
const TASK_OPTIONS = ['agentId', 'agentType', 'parentTaskId', 'rootTaskId', 'tags'];
const CLIENT_OPTIONS = [
  ...['endpoint', 'token', 'agentId', 'agentType', 'tags', 'reportStart', 'onError'],
  ...Object.keys(NUMBERS),
];
const CALL_OPTIONS = ['provider', 'model', 'callId', 'serviceTier', 'reportStart'];

/** Publishes task events in the background. One instance serves all agents of a process. */
export class TaskEvents {
  #problems;
  #sender;
  #context;

  constructor(options) {
    const { given, wrong } = snapshot('options', options);
    this.#problems = new Problems(given.onError);
    if (wrong) {
      const message = wrong instanceof Invalid ? wrong.message : 'options cannot be read';
      this.#problems.report('ignored', message, { field: 'options' });
    }
    const ignore = (name, why) =>
      this.#problems.report('ignored', `${name} ${why}`, { field: name });
    const numbers = {};
    for (const [name, [otherwise, least, most]] of Object.entries(NUMBERS)) {
      const value = given[name] ?? otherwise;
      const good = Number.isInteger(value) && value >= least && value <= most;
      numbers[name] = good ? value : otherwise;
      if (!good) {
        ignore(name, `is not a whole number from ${least} to ${most}; ${otherwise} is used`);
      }
    }
    this.#sender = new Sender({ ...numbers, ...target(given) }, this.#problems);
    const { agentId, agentType, tags } = given;
    this.#context = {
      base: { agentId, agentType, tags: merged(undefined, tags) },
      reportStart: given.reportStart === true,
      send: this.#send,
      ignored: this.#ignored,
    };
    this.#ignored('options', given, CLIENT_OPTIONS);
  }

  // Methods are fields, so that they can be passed on without their object.

  /** Returns the handle that reports the events of a task. */
  task = (taskId, options) => newTask(this.#context, this.#context.base, taskId, options);

  /** Returns the number of events that the intake has kept. */
  sent = () => this.#sender.sent();

  /** Returns the number of lost events by reason. Final once closed. */
  dropped = () => this.#problems.dropped();

  /** Sends what waits until the deadline, drops and counts the rest; never rejects. */
  close = (options) => {
    const { timeoutMs } = snapshot('options of close()', options).given;
    const good = typeof timeoutMs === 'number' && timeoutMs >= 0;
    return this.#sender.close(good ? Math.min(timeoutMs, MAX_MS) : CLOSE_MS);
  };

  /** Encodes and queues an event; returns false if it is invalid. */
  #send = (type, eventId, required, fields) => {
    try {
      this.#sender.add(encode(type, eventId, fields(), required));
      return true;
    } catch (e) {
      const known = e instanceof Invalid;
      const message = known ? e.message : 'its fields cannot be read; give a plain object';
      this.#problems.drop('invalid', `${type} is dropped: ${message}`, {
        field: known ? e.field : 'fields',
      });
      return false;
    }
  };

  /** Reports fields that do not exist: a typing error would otherwise look like no value. */
  #ignored = (what, given, names) => {
    try {
      for (const name of Object.keys(record(what, given))) {
        if (!names.includes(name)) {
          const field = name.slice(0, 40);
          const message = `${what} has a field that is ignored; its fields are ${names.join(', ')}`;
          this.#problems.report('ignored', message, { field });
        }
      }
    } catch {
      // A value that cannot be read is reported when the event is encoded.
    }
  };
}

/** Returns where to send to and with which token, or why nothing can be sent. */
function target(given) {
  const endpoint = given.endpoint ?? environment('AGENT_ANALYTICS_ENDPOINT') ?? ENDPOINT;
  const token = given.token ?? environment('AGENT_ANALYTICS_TOKEN') ?? '';
  let url;
  try {
    url = new URL(endpoint);
  } catch {
    // Reported below.
  }
  // fetch refuses addresses with a password.
  if (!/^https?:$/.test(url?.protocol ?? '') || url.username || url.password) {
    const remedy = 'write an address such as ' + ENDPOINT + ', without a user name';
    return { unusable: `endpoint is not an http or https address; ${remedy}` };
  }
  if (url.pathname === '/') {
    url.pathname = '/events';
  }
  // A file's last line break is not part of the token.
  const bare = typeof token === 'string' ? token.trim() : '\n';
  if (!/^[\x21-\x7e]*$/.test(bare)) {
    return { unusable: 'token is not printable ASCII text; give it without spaces' };
  }
  return { url: url.href, token: bare };
}

/** Returns an environment variable; undefined if it is empty or may not be read. */
function environment(name) {
  try {
    return process.env[name] || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Copies tags, so that later changes have no effect. Those of a task replace those of the client.
 * Anything other than an object stays as it is, so that each event with it is counted as invalid.
 */
function merged(ours, others) {
  try {
    return { ...record('tags', ours), ...record('tags', others) };
  } catch {
    return others ?? ours;
  }
}

/** A duration beyond the limit would invalidate the event; an unknown one does not. */
function measured(ms) {
  return ms <= MAX_DURATION_MS ? Math.round(ms) : undefined;
}

/** Copies options; what is wrong with them is thrown, and counted, when an event is encoded. */
function snapshot(name, value) {
  try {
    return { given: { ...record(name, value) } };
  } catch (e) {
    return { given: {}, wrong: e };
  }
}

function newTask(context, base, taskId, options) {
  const { given, wrong: wrongTask } = snapshot('options of the task', options);
  context.ignored('options of the task', given, TASK_OPTIONS);
  const about = {
    taskId,
    agentId: given.agentId ?? base.agentId,
    agentType: given.agentType ?? base.agentType,
    parentTaskId: given.parentTaskId,
    rootTaskId: given.rootTaskId,
    tags: merged(base.tags, given.tags),
  };
  // A process that resumes a task must not repeat the event ids of the first.
  const run = randomUUID();
  let sequence = 0;
  let startedAt;

  /**
   * Reports an event. What the agent says (more) replaces what was measured (fields), but neither
   * what is fixed nor what the task is.
   */
  function report(type, required, fields, more, fixed, wrong = wrongTask) {
    context.ignored(type, more, REPORTED_NAMES);
    return context.send(type, `${run}/${++sequence}`, required, () => {
      if (wrong) {
        throw wrong;
      }
      const all = { ...fields };
      const said = record('fields', more);
      for (const name of REPORTED_NAMES) {
        all[name] = said[name] ?? all[name];
      }
      return { ...all, ...fixed, ...about };
    });
  }

  function ending(type, required, fields, more) {
    const durationMs =
      startedAt === undefined ? undefined : measured(performance.now() - startedAt);
    report(type, required, { durationMs, ...fields }, more);
  }

  const task = {
    submitted() {
      report('task_submitted', []);
      return task;
    },
    started() {
      startedAt ??= performance.now();
      report('task_started', []);
      return task;
    },
    completed(more) {
      ending('task_completed', [], {}, more);
    },
    failed(errorType, message, more) {
      ending('task_failed', ['errorType'], { errorType, message }, more);
    },
    cancelled(more) {
      ending('task_cancelled', [], {}, more);
    },
    verdict(success) {
      report('task_verdict', ['success'], { success });
    },
    call(options) {
      return newCall(context, report, options);
    },
    subtask(id, options) {
      const line = { parentTaskId: taskId, rootTaskId: about.rootTaskId ?? taskId };
      const other = snapshot('options of the task', options);
      const all = other.wrong ? options : { ...other.given, ...line };
      return newTask(context, about, id, all).started();
    },
  };
  return Object.freeze(task);
}

function newCall(context, reportForTask, options) {
  const { given, wrong } = snapshot('options of the call', options);
  context.ignored('options of the call', given, CALL_OPTIONS);
  const { provider, model, serviceTier } = given;
  const about = { provider, model, serviceTier, callId: given.callId ?? randomUUID() };
  const startedAt = performance.now();
  let firstAt;
  let ended = false;

  function report(type, required, fields, more, fixed) {
    return reportForTask(type, required, fields, more, fixed, wrong);
  }

  const startReported =
    (given.reportStart ?? context.reportStart) === true &&
    report('llm_call_started', ['provider', 'model'], about);

  function end(required, more) {
    const fields = {
      ...about,
      durationMs: measured(performance.now() - startedAt),
      timeToFirstTokenMs: firstAt === undefined ? undefined : measured(firstAt - startedAt),
    };
    // Counted as invalid: two ends would be two requests in the statistics.
    if (ended) {
      context.send('llm_call', '', [], () => {
        throw new Invalid('call', 'has ended already', 'report one end of each call');
      });
      return;
    }
    // An end under another id would leave the reported start open.
    const fixed = startReported ? { callId: about.callId } : {};
    ended = report('llm_call', ['provider', 'model', ...required], fields, more, fixed);
  }

  return Object.freeze({
    firstToken() {
      firstAt ??= performance.now();
    },
    completed(more) {
      end([], more);
    },
    failed(more) {
      end(['errorType'], more);
    },
  });
}
