import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskEvents } from '../src/index.js';
import { deadEndpoint, hurried, startIntake } from '../testing/intake.js';

const NONE = { queue_full: 0, invalid: 0, refused: 0, closed: 0 };
const limits = { timeout: 30_000 };

test('events arrive as NDJSON with the token, in order', limits, async (t) => {
  const intake = await startIntake(t);
  const { options, problems } = hurried(intake.url, { token: 'secret-1\n', batchSize: 7 });
  const events = new TaskEvents(options);
  for (let i = 0; i < 50; i++) {
    events.task(`task-${i}`).started();
  }
  await events.close();
  const [first] = intake.requests;
  assert.equal(first.method, 'POST');
  assert.equal(first.url, '/events');
  assert.equal(first.headers.authorization, 'Bearer secret-1');
  assert.equal(first.headers['content-type'], 'application/x-ndjson');
  assert.ok(first.body.toString().endsWith('}\n'));
  assert.equal(intake.requests.length, 8);
  const expected = Array.from({ length: 50 }, (_, i) => `task-${i}`);
  assert.deepEqual(
    intake.events().map((event) => event.task_id),
    expected,
  );
  assert.equal(events.sent(), 50);
  assert.deepEqual(events.dropped(), NONE);
  assert.deepEqual(problems, []);
});

test('without a token, no header is sent; a path is kept', limits, async (t) => {
  const intake = await startIntake(t);
  const { options } = hurried(`${intake.url}/proxy/events?tenant=a`);
  const events = new TaskEvents(options);
  events.task('t').started();
  await events.close();
  assert.equal(intake.requests[0].headers.authorization, undefined);
  assert.equal(intake.requests[0].url, '/proxy/events?tenant=a');
});

test('endpoint and token come from the environment', limits, async (t) => {
  const intake = await startIntake(t);
  process.env.AGENT_ANALYTICS_ENDPOINT = intake.url;
  process.env.AGENT_ANALYTICS_TOKEN = 'secret-2';
  t.after(() => {
    delete process.env.AGENT_ANALYTICS_ENDPOINT;
    delete process.env.AGENT_ANALYTICS_TOKEN;
  });
  const events = new TaskEvents({ agentId: 'a' });
  events.task('t').started();
  await events.close();
  assert.equal(intake.requests[0].headers.authorization, 'Bearer secret-2');
});

test('a busy intake gets the same bytes again, before anything newer', limits, async (t) => {
  const busy = { status: 503, headers: { 'retry-after': '0' } };
  const intake = await startIntake(t, [busy, { status: 429 }, { status: 502 }]);
  const { options, problems } = hurried(intake.url, { batchSize: 2 });
  const events = new TaskEvents(options);
  const task = events.task('t').submitted().started();
  await intake.received(1);
  task.completed();
  await intake.received(5);
  await events.close();
  const [first, ...others] = intake.requests;
  for (const repeated of others.slice(0, 3)) {
    assert.deepEqual(repeated.body, first.body);
  }
  assert.deepEqual(
    intake.events().map((event) => event.type),
    ['task_submitted', 'task_started', 'task_completed'],
  );
  assert.equal(new Set(intake.events().map((event) => event.event_id)).size, 3);
  assert.equal(events.sent(), 3);
  assert.deepEqual(events.dropped(), NONE);
  assert.deepEqual(
    problems.map(({ reason, status }) => [reason, status]),
    [
      ['unreachable', 503],
      ['unreachable', 429],
      ['unreachable', 502],
    ],
  );
});

test('Retry-After is respected', limits, async (t) => {
  const busy = { status: 429, headers: { 'retry-after': '1' } };
  const intake = await startIntake(t, [busy]);
  const events = new TaskEvents(hurried(intake.url).options);
  events.task('t').started();
  await intake.received(1);
  const began = performance.now();
  await intake.received(2);
  assert.ok(performance.now() - began > 900);
  await events.close();
  assert.equal(events.sent(), 1);
});

test('a request without an answer is repeated', limits, async (t) => {
  const intake = await startIntake(t, [null]);
  const { options, problems } = hurried(intake.url, { requestTimeoutMs: 200 });
  const events = new TaskEvents(options);
  events.task('t').started();
  // The timers do not keep the test alive, its server does.
  await intake.received(2);
  await events.close();
  assert.deepEqual(intake.requests[1].body, intake.requests[0].body);
  assert.equal(events.sent(), 1);
  assert.match(problems[0].message, /no answer in time/);
});

for (const status of [400, 401, 403, 413, 307]) {
  test(`status ${status} drops the batch, is counted and reported once`, limits, async (t) => {
    const headers = status === 307 ? { location: 'http://127.0.0.1:9/' } : {};
    const answer = { status, headers, body: '{"detail": "no"}' };
    const intake = await startIntake(t, [answer, answer]);
    const { options, problems } = hurried(intake.url, { token: 'secret-3', batchSize: 2 });
    const events = new TaskEvents(options);
    for (let i = 0; i < 5; i++) {
      events.task(`task-${i}`).started();
    }
    await events.close();
    assert.deepEqual(events.dropped(), { ...NONE, refused: 4 });
    assert.equal(events.sent(), 1);
    assert.deepEqual(
      problems.map((problem) => [problem.reason, problem.status]),
      [['refused', status]],
    );
    assert.doesNotMatch(problems[0].message, /secret-3|task-/);
    if (status === 401) {
      assert.match(problems[0].message, /AGENT_ANALYTICS_TOKEN/);
    }
  });
}

test('events that the intake rejects count as refused, with the reason', limits, async (t) => {
  const rejected = [
    { index: 0, code: 'too_long', detail: 'task_id has more than 256 bytes.' },
    { index: 1, code: 'too_long', detail: 'agent_id has more than 256 bytes.' },
    { index: 3, code: 'bad_time', detail: 'time is not between the years 2000 and 9999.' },
  ];
  const body = JSON.stringify({ accepted: 1, rejected });
  const intake = await startIntake(t, [{ status: 200, body }]);
  const { options, problems } = hurried(intake.url, { batchSize: 4 });
  const events = new TaskEvents(options);
  for (let i = 0; i < 5; i++) {
    events.task(`task-${i}`).started();
  }
  await events.close();
  assert.equal(events.sent(), 2);
  assert.deepEqual(events.dropped(), { ...NONE, refused: 3 });
  assert.deepEqual(
    problems.map(({ reason, code }) => [reason, code]),
    [
      ['refused', 'too_long'],
      ['refused', 'bad_time'],
    ],
  );
  assert.match(problems[0].message, /task_id has more than 256 bytes/);
});

for (const body of ['', 'OK', '[]', 'null', '{"accepted":-1}', 'x'.repeat(100_000)]) {
  test(`an answer that says nothing rejects nothing: ${body.slice(0, 20)}`, limits, async (t) => {
    const intake = await startIntake(t, [{ status: 200, body }]);
    const { options, problems } = hurried(intake.url);
    const events = new TaskEvents(options);
    events.task('t').started();
    await events.close();
    assert.equal(events.sent(), 1);
    assert.deepEqual(events.dropped(), NONE);
    assert.deepEqual(problems, []);
  });
}

test('a full queue drops the newest, as the Java client does', limits, async (t) => {
  const intake = await startIntake(t);
  const { options, problems } = hurried(intake.url, { capacity: 10 });
  const events = new TaskEvents(options);
  for (let i = 0; i < 25; i++) {
    events.task(`task-${i}`).started();
  }
  assert.deepEqual(events.dropped(), { ...NONE, queue_full: 15 });
  await events.close();
  const expected = Array.from({ length: 10 }, (_, i) => `task-${i}`);
  assert.deepEqual(
    intake.events().map((event) => event.task_id),
    expected,
  );
  assert.equal(events.sent(), 10);
  assert.deepEqual(
    problems.map((problem) => problem.reason),
    ['queue_full'],
  );
});

test('the queue is also limited in bytes', limits, async () => {
  const { options } = hurried(await deadEndpoint(), { capacity: 1_000_000 });
  const tags = Object.fromEntries(
    Array.from({ length: 16 }, (_, i) => [`k${i}`, '日'.repeat(256)]),
  );
  const events = new TaskEvents({ ...options, tags });
  for (let i = 0; i < 3000; i++) {
    events.task('t').started();
  }
  const full = events.dropped().queue_full;
  // Each event has about 12.5 kB.
  assert.ok(full > 200 && full < 500, `${full} dropped`);
  await events.close({ timeoutMs: 0 });
});

test('a batch is limited in bytes', limits, async (t) => {
  const intake = await startIntake(t);
  const tags = Object.fromEntries(
    Array.from({ length: 16 }, (_, i) => [`k${i}`, '日'.repeat(256)]),
  );
  const events = new TaskEvents({ ...hurried(intake.url).options, tags });
  for (let i = 0; i < 60; i++) {
    events.task('t').started();
  }
  await events.close();
  assert.equal(events.sent(), 60);
  for (const { body } of intake.requests) {
    assert.ok(body.length <= 256 * 1024);
  }
});

test('an unavailable intake costs events, never the agent', limits, async () => {
  const { options, problems, reported } = hurried(await deadEndpoint(), { capacity: 100 });
  const events = new TaskEvents(options);
  for (let i = 0; i < 1000; i++) {
    events.task(`task-${i}`).started().completed();
  }
  assert.deepEqual(events.dropped(), { ...NONE, queue_full: 1900 });
  const ended = events.close({ timeoutMs: 1_000 });
  await reported('unreachable');
  await ended;
  assert.deepEqual(events.dropped(), { ...NONE, queue_full: 1900, closed: 100 });
  events.task('late').started();
  assert.deepEqual(events.dropped(), { ...NONE, queue_full: 1900, closed: 101 });
  assert.equal(events.sent(), 0);
  assert.deepEqual(problems.map((problem) => problem.reason).sort(), [
    'closed',
    'queue_full',
    'unreachable',
  ]);
});

test('close gives up at its deadline, even if the intake never answers', limits, async (t) => {
  const intake = await startIntake(t, [null]);
  const events = new TaskEvents(hurried(intake.url).options);
  events.task('t').started();
  await intake.received(1);
  const began = performance.now();
  const first = events.close({ timeoutMs: 200 });
  assert.equal(events.close({ timeoutMs: 60_000 }), first);
  await first;
  const took = performance.now() - began;
  assert.ok(took > 150 && took < 5_000, `${took} ms`);
  assert.deepEqual(events.dropped(), { ...NONE, closed: 1 });
});

test('close ends a long pause', limits, async (t) => {
  const intake = await startIntake(t, [{ status: 503, headers: { 'retry-after': '120' } }]);
  const { options, reported } = hurried(intake.url, { retryMs: 60_000 });
  const events = new TaskEvents(options);
  events.task('t').started();
  await reported('unreachable');
  await events.close({ timeoutMs: 20_000 });
  assert.equal(events.sent(), 1);
});

test('close does not begin a long pause', limits, async (t) => {
  const busy = { status: 503, headers: { 'retry-after': '120' } };
  const intake = await startIntake(t, [busy, busy, busy]);
  const events = new TaskEvents(hurried(intake.url).options);
  events.task('t').started();
  await intake.received(1);
  await events.close({ timeoutMs: 20_000 });
  assert.equal(events.sent(), 1);
});

test('close without events and with wrong options is harmless', limits, async () => {
  const { options } = hurried(await deadEndpoint());
  for (const wrong of [undefined, null, 'x', { timeoutMs: NaN }, { timeoutMs: '5' }]) {
    const events = new TaskEvents(options);
    await events.close(wrong);
    assert.deepEqual(events.dropped(), NONE);
  }
});
