// Holds events in a bounded queue and posts them in order, one batch at a time.

import { Buffer } from 'node:buffer';
import { clearTimeout, setTimeout } from 'node:timers';

/** Limit in addition to the number of events, which may be long. */
const QUEUE_BYTES = 32 * 1024 * 1024;

const BATCH_BYTES = 256 * 1024;
const MAX_RETRY_MS = 30_000;

/** A wrong Retry-After must not silence an agent for days. */
const MAX_RETRY_AFTER_MS = 300_000;

const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_REASON_CHARS = 500;

/** Statuses of a server that is busy, starting or behind a gateway that misses it. */
const AGAIN = new Set([408, 429, 500, 502, 503, 504]);

/** Starts a timer that does not keep the process alive. */
function later(ms, action) {
  const timer = setTimeout(action, ms);
  timer.unref();
  return timer;
}

function retryAfterMs(response) {
  const value = response.headers.get('retry-after') ?? '';
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Math.min(Math.max(0, ms || 0), MAX_RETRY_AFTER_MS);
}

/**
 * Reads an answer, so that its connection can be used again, but no endless one. Returns its text;
 * empty if it is too long.
 */
async function read(response) {
  const reader = response.body?.getReader();
  const chunks = [];
  for (let bytes = 0; reader && bytes < MAX_ANSWER_BYTES;) {
    const { done, value } = await reader.read();
    if (done) {
      return Buffer.concat(chunks).toString('utf8');
    }
    bytes += value.length;
    chunks.push(value);
  }
  await reader?.cancel();
  return '';
}

/** Returns what the intake rejected of a batch: how many events, and why, each at most once. */
function rejectedOf(text, count) {
  try {
    const { accepted, rejected } = JSON.parse(text);
    const isCount = Number.isInteger(accepted) && accepted >= 0 && accepted <= count;
    const reasons = Array.isArray(rejected) ? rejected.filter((r) => r?.code) : [];
    return { count: isCount ? count - accepted : 0, reasons };
  } catch {
    return { count: 0, reasons: [] }; // a gateway answers otherwise; the status has decided
  }
}

export class Sender {
  #settings;
  #problems;
  #headers;

  /** Waiting events, oldest first. Those of the request in progress stay until it is answered. */
  #queue = [];

  #bytes = 0;
  #sent = 0;
  #timer;
  #running = false;
  #retryMs = 0;
  #closing;
  #abandoned = false;
  #request;
  #wake = () => {};
  #idle = () => {};

  /**
   * Creates a sender.
   *
   * @param {object} settings url, token, unusable (why nothing can be sent), capacity, batchSize,
   *     lingerMs, requestTimeoutMs, retryMs
   */
  constructor(settings, problems) {
    this.#settings = settings;
    this.#problems = problems;
    this.#headers = { 'content-type': 'application/x-ndjson' };
    if (settings.token) {
      this.#headers.authorization = `Bearer ${settings.token}`;
    }
  }

  sent() {
    return this.#sent;
  }

  add(line) {
    const { unusable, capacity } = this.#settings;
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#closing) {
      this.#problems.drop('closed', 'an event came after close(); report it before');
    } else if (unusable) {
      this.#problems.drop('refused', unusable);
    } else if (this.#queue.length >= capacity || this.#bytes + bytes > QUEUE_BYTES) {
      const message = `the queue is full with ${this.#queue.length} events, new ones are dropped`;
      this.#problems.drop('queue_full', `${message}; see that the intake answers`);
    } else {
      this.#queue.push({ line, bytes });
      this.#bytes += bytes;
      this.#schedule();
    }
  }

  #schedule() {
    if (this.#running) {
      return;
    }
    if (this.#queue.length >= this.#settings.batchSize) {
      this.#run();
    } else {
      this.#timer ??= later(this.#settings.lingerMs, () => this.#run());
    }
  }

  async #run() {
    if (this.#running) {
      return;
    }
    this.#running = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // The agent continues first: a batch is encoded once the agent waits for something itself.
    await undefined;
    while (this.#queue.length > 0 && !this.#abandoned) {
      await this.#deliver(this.#batch());
    }
    this.#running = false;
    this.#idle();
  }

  #batch() {
    let count = 0;
    let bytes = 0;
    for (const event of this.#queue) {
      // The first event goes in any case; no single one is near the limit.
      if (count === this.#settings.batchSize || (count > 0 && bytes + event.bytes > BATCH_BYTES)) {
        break;
      }
      bytes += event.bytes;
      count++;
    }
    const lines = this.#queue.slice(0, count).map((event) => event.line + '\n');
    return { count, bytes, body: Buffer.from(lines.join('')) };
  }

  /** Posts a batch until it is kept, refused or abandoned. */
  async #deliver(batch) {
    this.#retryMs = this.#settings.retryMs;
    for (;;) {
      const answer = await this.#post(batch.body);
      if (this.#abandoned) {
        return;
      }
      if (!answer.again) {
        this.#done(batch, answer);
        return;
      }
      const message = `the intake takes no events (${answer.why}); they wait and are sent again`;
      const detail = answer.status ? { status: answer.status } : {};
      this.#problems.report('unreachable', message, detail);
      // Before the deadline of close(), an attempt that may fail is better than none.
      const afterMs = this.#closing ? 0 : answer.afterMs;
      // The jitter also spreads the retry time that the server sent to many agents at once.
      const ms = afterMs + this.#retryMs * (0.5 + Math.random() / 2);
      this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
      await this.#pause(ms);
      if (this.#abandoned) {
        return;
      }
    }
  }

  #done(batch, { status, text }) {
    this.#queue.splice(0, batch.count);
    this.#bytes -= batch.bytes;
    if (status >= 200 && status < 300) {
      const rejected = rejectedOf(text, batch.count);
      this.#sent += batch.count - rejected.count;
      this.#reject(rejected);
      return;
    }
    const remedy =
      status === 401 || status === 403
        ? 'give a token that may write events (option token or AGENT_ANALYTICS_TOKEN)'
        : 'see that endpoint is the address of the intake, and that client and server match';
    const message = `the intake refuses events with status ${status}; ${remedy}`;
    this.#problems.drop('refused', message, { status }, batch.count);
  }

  /** Counts the events that the intake rejected and reports each reason. */
  #reject({ count, reasons }) {
    if (count === 0) {
      return;
    }
    const [first, ...others] = (reasons.length > 0 ? reasons : [{}]).map(
      ({ code = 'unknown', detail = 'see its dead letters' }) => ({
        code: `${code}`.slice(0, MAX_REASON_CHARS),
        message: `the intake rejects events: ${detail}`.slice(0, MAX_REASON_CHARS),
      }),
    );
    this.#problems.drop('refused', first.message, { code: first.code }, count);
    for (const { code, message } of others) {
      this.#problems.report('refused', message, { code });
    }
  }

  /** Posts once; never throws. */
  async #post(body) {
    const request = new AbortController();
    this.#request = request;
    const timer = later(this.#settings.requestTimeoutMs, () => request.abort());
    try {
      const response = await fetch(this.#settings.url, {
        method: 'POST',
        headers: this.#headers,
        body,
        // Another address must not get the events just because this one says so.
        redirect: 'manual',
        signal: request.signal,
      });
      const { status } = response;
      // The status has decided; the text only says which events are rejected.
      const text = await read(response).catch(() => '');
      return AGAIN.has(status)
        ? { again: true, status, why: `status ${status}`, afterMs: retryAfterMs(response) }
        : { again: false, status, text };
    } catch (e) {
      const why = request.signal.aborted
        ? 'no answer in time'
        : (e?.cause?.code ?? 'no connection');
      return { again: true, why, afterMs: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = later(ms, resolve);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Sends what waits until the deadline and drops the rest; later calls wait for the first. */
  close(timeoutMs) {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs) {
    if (this.#queue.length > 0 || this.#running) {
      await new Promise((resolve) => {
        // The only timer that keeps the process alive: the caller of close() waits for it.
        const deadline = setTimeout(resolve, timeoutMs);
        this.#idle = () => {
          clearTimeout(deadline);
          resolve();
        };
        this.#run();
        // A pause that has grown long must not take all the time that is left.
        this.#retryMs = this.#settings.retryMs;
        this.#wake();
      });
    }
    this.#abandoned = true;
    this.#request?.abort();
    this.#wake();
    const left = this.#queue.length;
    this.#queue = [];
    this.#bytes = 0;
    if (left > 0) {
      const message = `${left} events were not taken before the deadline of close(), they are lost`;
      this.#problems.drop('closed', message, {}, left);
    }
  }
}
