import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TaskEvents } from '../src/index.js';
import { hurried, startIntake } from '../testing/intake.js';

const limits = { timeout: 30_000 };
const SCHEMA = JSON.parse(
  readFileSync(
    new URL('../../contract/src/main/resources/task-event.schema.json', import.meta.url),
    'utf8',
  ),
);

/** Reports events and returns what arrives, with the bytes, the client and its problems. */
async function reported(t, report, more) {
  const intake = await startIntake(t);
  const { options, problems } = hurried(intake.url, more);
  const client = new TaskEvents(options);
  report(client);
  await client.close();
  const bytes = Buffer.concat(intake.requests.map((request) => request.body)).toString('utf8');
  return { events: intake.events(), bytes, client, problems };
}

/** The part of JSON Schema that the contract needs for single fields. */
function assertMatchesSchema(event) {
  for (const name of SCHEMA.required) {
    assert.ok(name in event, `${name} is missing`);
  }
  for (const [name, value] of Object.entries(event)) {
    const rule = SCHEMA.properties[name];
    assert.ok(rule, `${name} is not a field of the contract`);
    assert.ok(!rule.enum || rule.enum.includes(value), name);
    const type = Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
    assert.ok(!rule.type || type.some((one) => rule.type.includes(one)), `type of ${name}`);
    assert.ok(!(value > rule.maximum) && !(value < rule.minimum), `range of ${name}`);
  }
}

test('every event of the contract about tasks and models can be reported', limits, async (t) => {
  const retryAt = new Date('2026-11-22T14:03:00Z');
  const { events, client, problems } = await reported(
    t,
    (client) => {
      const task = client
        .task('task-7', { tags: { env: 'production' } })
        .submitted()
        .started();
      const call = task.call({ provider: 'openai', model: 'gpt-5.2', reportStart: true });
      call.firstToken();
      call.completed({
        inputTokens: 16000,
        cachedInputTokens: 9000,
        cacheWriteTokens: 500,
        cacheWrite1hTokens: 100,
        outputTokens: 700,
        reasoningTokens: 120,
        costUsd: '0.035475',
        serviceTier: 'batch',
      });
      task
        .call({ provider: 'openai', model: 'gpt-5.2' })
        .failed({ errorType: 429, message: new Error('slow down'), retryAt, callId: 'call-2' });
      task.completed({ filesCreated: 1, filesModified: 3, outputTokens: null });
      task.verdict(false);
      client.task('task-8').started().failed('unresolved', 'tests still fail');
      client.task('task-9').cancelled();
    },
    { agentType: 'support', tags: { team: 'care' } },
  );
  assert.deepEqual(problems, []);
  assert.equal(client.sent(), 10);
  events.forEach(assertMatchesSchema);
  // The job makes task_ended; tool calls are reported by telemetry only.
  const types = SCHEMA.properties.type.enum.filter((x) => !['task_ended', 'tool_call'].includes(x));
  assert.deepEqual([...new Set(events.map((event) => event.type))].sort(), types.sort());

  const [submitted, , started, call, refused, completed, verdict, , failed, cancelled] = events;
  assert.equal(submitted.agent_id, 'support-1');
  assert.equal(submitted.agent_type, 'support');
  assert.deepEqual(submitted.tags, { team: 'care', env: 'production' });
  assert.equal(submitted.schema_version, 1);
  assert.ok(Math.abs(Date.parse(submitted.time) - Date.now()) < 60_000);
  assert.equal(started.type, 'llm_call_started');
  assert.equal(call.call_id, started.call_id);
  assert.equal(call.cost_usd, 0.035475);
  assert.equal(call.cache_write_1h_tokens, 100);
  assert.ok(call.time_to_first_token_ms <= call.duration_ms);
  assert.equal(refused.error_type, '429');
  assert.equal(refused.error_message, 'slow down');
  assert.equal(refused.retry_at, '2026-11-22T14:03:00.000Z');
  assert.equal(refused.call_id, 'call-2');
  assert.ok(!('time_to_first_token_ms' in refused));
  assert.equal(completed.files_modified, 3);
  assert.ok(completed.duration_ms >= 0);
  assert.ok(!('output_tokens' in completed));
  assert.equal(verdict.success, false);
  assert.equal(failed.error_type, 'unresolved');
  assert.ok(!('duration_ms' in cancelled), 'the duration of a task begun elsewhere is unknown');
});

test('subtasks name their parent and the root of the line', limits, async (t) => {
  const { events } = await reported(t, (client) => {
    const root = client.task('root', { agentId: 'planner', tags: { team: 'a' } }).started();
    root.subtask('child').subtask('grandchild', { agentId: 'tester', tags: { env: 'b' } });
  });
  const line = events.map((e) => [e.task_id, e.agent_id, e.parent_task_id, e.root_task_id]);
  assert.deepEqual(line, [
    ['root', 'planner', undefined, undefined],
    ['child', 'planner', 'root', 'root'],
    ['grandchild', 'tester', 'child', 'root'],
  ]);
  assert.deepEqual(events[2].tags, { team: 'a', env: 'b' });
});

test('event ids are unique, also for a task that two processes work on', limits, async (t) => {
  const { events } = await reported(t, (client) => {
    client.task('t').started();
    client.task('t').started().completed();
  });
  assert.equal(new Set(events.map((event) => event.event_id)).size, 3);
});

test('a reported start keeps its call id; a call ends once', limits, async (t) => {
  const { events, client, problems } = await reported(
    t,
    (client) => {
      const call = client.task('t').call({ provider: 'p', model: 'm', callId: 'c-1' });
      call.completed({ callId: 'resp-1', outputTokens: -1 });
      call.completed({ callId: 'resp-1' });
      call.failed({ errorType: 'timeout' });
    },
    { reportStart: true },
  );
  assert.deepEqual(
    events.map((event) => [event.type, event.call_id]),
    [
      ['llm_call_started', 'c-1'],
      ['llm_call', 'c-1'],
    ],
  );
  // The first end was invalid, so it was none; the third is one too many.
  assert.equal(client.dropped().invalid, 2);
  assert.deepEqual(
    problems.map((problem) => problem.field),
    ['outputTokens', 'call'],
  );
});

const AMOUNTS = [
  ['0.035475', '0.035475'],
  ['0.000000000123', '0.000000000123'],
  ['12.3400', '12.34'],
  ['007', '7'],
  ['1e-7', '0.0000001'],
  ['1.25E+2', '125'],
  ['12.5e-3', '0.0125'],
  ['0', '0'],
  ['10000.0', '10000'],
  [0, '0'],
  [-0, '0'],
  [1e-7, '0.0000001'],
  [0.1 + 0.2, '0.3'],
  [10_000, '10000'],
  [1234.5, '1234.5'],
];
test('money is a decimal without an exponent, digit by digit', limits, async (t) => {
  const { bytes, problems } = await reported(t, (client) => {
    for (const [costUsd] of AMOUNTS) {
      client.task('t').completed({ costUsd });
    }
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [...bytes.matchAll(/"cost_usd":([^,}]*)}/g)].map(([, digits]) => digits),
    AMOUNTS.map(([, digits]) => digits),
  );
});

test('unicode arrives unchanged, composed', limits, async (t) => {
  const { events, bytes, problems } = await reported(t, (client) => {
    const task = client.task('задача-😀', { agentId: 'cafe\u0301', tags: { 名: '値\u2028' } });
    task.failed('tool_error', 'zeile 1\nzeile 2\u001b[31m \ud800 ' + '😀'.repeat(2000));
  });
  assert.deepEqual(problems, []);
  const [event] = events;
  assert.equal(event.task_id, 'задача-😀');
  assert.equal(event.agent_id, 'caf\u00e9');
  assert.deepEqual(event.tags, { 名: '値\u2028' });
  assert.ok(event.error_message.startsWith('zeile 1 zeile 2 [31m \ufffd 😀'));
  assert.ok(event.error_message.length <= 1024);
  assert.ok(event.error_message.endsWith('😀…'));
  assert.equal(bytes.trimEnd().split('\n').length, 1);
});

const call = { provider: 'openai', model: 'gpt-5.2' };
const broken = {
  get inputTokens() {
    throw new Error('unreadable');
  },
};
const INVALID = [
  ['taskId', (c) => c.task(undefined).started()],
  ['taskId', (c) => c.task(42).started()],
  ['taskId', (c) => c.task('  ').started()],
  ['taskId', (c) => c.task('x'.repeat(129)).started()],
  ['taskId', (c) => c.task('日'.repeat(100)).started()],
  ['taskId', (c) => c.task('a\u202eb').started()],
  ['taskId', (c) => c.task('a\tb').started()],
  ['taskId', (c) => c.task('a\ud800').started()],
  ['agentId', (c) => c.task('t', { agentId: '' }).started()],
  ['agentType', (c) => c.task('t', { agentType: Symbol('x') }).started()],
  ['options of the task', (c) => c.task('t', 'support-1').started()],
  ['tags', (c) => c.task('t', { tags: 'care' }).started()],
  ['a value of tags', (c) => c.task('t', { tags: { team: 1 } }).started()],
  ['a key of tags', (c) => c.task('t', { tags: { ['k'.repeat(65)]: 'v' } }).started()],
  ['tags', (c) => c.task('t', { tags: { a: '\u0000' } }).started()],
  [
    'tags',
    (c) =>
      c
        .task('t', { tags: Object.fromEntries([...'abcdefghijklmnopq'].map((k) => [k, k])) })
        .started(),
  ],
  ['provider', (c) => c.task('t').call({ model: 'm' }).completed()],
  ['model', (c) => c.task('t').call({ provider: 'p' }).completed()],
  ['options of the call', (c) => c.task('t').call('openai').completed()],
  ['provider', (c) => c.task('t').call(undefined).completed()],
  ['inputTokens', (c) => c.task('t').call(call).completed({ inputTokens: -1 })],
  ['inputTokens', (c) => c.task('t').call(call).completed({ inputTokens: NaN })],
  ['inputTokens', (c) => c.task('t').call(call).completed({ inputTokens: 1.5 })],
  ['outputTokens', (c) => c.task('t').call(call).completed({ outputTokens: '80' })],
  ['outputTokens', (c) => c.task('t').call(call).completed({ outputTokens: 80n })],
  ['outputTokens', (c) => c.task('t').call(call).completed({ outputTokens: 1e10 })],
  ['reasoningTokens', (c) => c.task('t').call(call).completed({ reasoningTokens: Infinity })],
  ['costUsd', (c) => c.task('t').call(call).completed({ costUsd: -1 })],
  ['costUsd', (c) => c.task('t').call(call).completed({ costUsd: NaN })],
  ['costUsd', (c) => c.task('t').call(call).completed({ costUsd: '$1' })],
  ['costUsd', (c) => c.task('t').call(call).completed({ costUsd: '10000.01' })],
  ['costUsd', (c) => c.task('t').call(call).completed({ costUsd: '1e99' })],
  ['costUsd', (c) => c.task('t').call(call).completed({ costUsd: '1e999' })],
  [
    'costUsd',
    (c) =>
      c
        .task('t')
        .call(call)
        .completed({ costUsd: '9'.repeat(100) }),
  ],
  ['errorType', (c) => c.task('t').call(call).failed()],
  ['errorType', (c) => c.task('t').failed()],
  ['message', (c) => c.task('t').failed('timeout', { text: 'x' })],
  ['retryAt', (c) => c.task('t').call(call).failed({ errorType: 'quota', retryAt: 1764000000 })],
  ['retryAt', (c) => c.task('t').call(call).failed({ errorType: 'quota', retryAt: 'soon' })],
  ['success', (c) => c.task('t').verdict('yes')],
  ['success', (c) => c.task('t').verdict()],
  ['fields', (c) => c.task('t').completed('done')],
  ['fields', (c) => c.task('t').completed([1])],
  ['fields', (c) => c.task('t').completed(broken)],
];
test('invalid input is dropped, counted and reported, and never throws', limits, async (t) => {
  const fields = [];
  for (const [field, report] of INVALID) {
    const { events, client, problems } = await reported(t, report);
    assert.deepEqual(events, [], field);
    assert.equal(client.dropped().invalid, 1, field);
    assert.equal(problems.length, 1, `${field}: ${JSON.stringify(problems)}`);
    assert.equal(problems[0].reason, 'invalid');
    assert.match(problems[0].message, /; (write|give|report) /);
    fields.push(problems[0].field);
  }
  assert.deepEqual(
    fields,
    INVALID.map(([field]) => field),
  );
});

test('messages never hold content', limits, async (t) => {
  const { problems } = await reported(t, (client) => {
    client.task('secret\u0000').started();
    client.task('t').completed({ costUsd: 'secret', errorType: { secret: 'secret' } });
  });
  assert.ok(problems.length > 0);
  assert.doesNotMatch(JSON.stringify(problems), /secret/);
});

test('one invalid event does not cost the others', limits, async (t) => {
  const { events } = await reported(t, (client) => {
    const task = client.task('t').started();
    task.completed({ filesCreated: -1 });
    task.completed({ filesCreated: 1 });
  });
  assert.deepEqual(
    events.map((event) => event.type),
    ['task_started', 'task_completed'],
  );
});

test('unknown fields and options are reported, the event is sent', limits, async (t) => {
  const report = (client) => {
    const task = client.task('t', { agentID: 'x' });
    task.call({ ...call, modle: 'm' }).completed({ prompt_tokens: 5, taskId: 'other' });
  };
  const { events, client, problems } = await reported(t, report, { colour: 'blue', capacity: -1 });
  assert.equal(events[0].task_id, 't');
  assert.equal(client.dropped().invalid, 0);
  assert.deepEqual(
    problems.map(({ reason, field }) => `${reason} ${field}`).sort(),
    ['agentID', 'capacity', 'colour', 'modle', 'prompt_tokens', 'taskId'].map(
      (field) => `ignored ${field}`,
    ),
  );
});

test('methods can be passed on without their object', limits, async (t) => {
  const { events } = await reported(t, ({ task }) => {
    const { started, completed } = task('t');
    started();
    completed();
  });
  assert.equal(events.length, 2);
});

test('a callback that fails does not harm the agent', limits, async (t) => {
  const failing = () => {
    throw new Error('callback');
  };
  for (const onError of [failing, async () => failing(), 'no function']) {
    t.mock.method(console, 'warn', () => {});
    const { client } = await reported(t, (c) => c.task(1).started(), { onError });
    assert.equal(client.dropped().invalid, 1);
  }
});

test('endpoints and tokens that cannot be used refuse events, and say why', limits, async () => {
  const wrong = [
    { endpoint: 'collector:4318' },
    { endpoint: 'ftp://collector/events' },
    { endpoint: 'http://user:secret@collector/events' },
    { endpoint: 17 },
    { token: 'se cret' },
    { token: 17 },
    { token: 'секрет' },
  ];
  for (const more of wrong) {
    const { options, problems } = hurried('http://127.0.0.1:9', more);
    const client = new TaskEvents(options);
    client.task('t').started();
    await client.close();
    assert.equal(client.dropped().refused, 1, JSON.stringify(more));
    assert.match(problems[0].message, /^(endpoint|token) is not .*; (write|give) /);
    assert.doesNotMatch(problems[0].message, /se ?cret|секрет/);
  }
});

test('wrong options never throw', limits, async (t) => {
  const warn = t.mock.method(console, 'warn', () => {});
  const unreadable = {
    get agentId() {
      throw new Error('unreadable');
    },
  };
  const tags = {
    get team() {
      throw new Error('unreadable');
    },
  };
  for (const options of [null, 'x', [], 5, unreadable, { tags, agentId: 'a' }, { tags: [] }]) {
    const client = new TaskEvents(options);
    client.task('t', options).started().call(options).completed(options);
    client.task('t', { tags }).subtask('s', options).failed(options, options, options);
    await client.close({ timeoutMs: 0 });
  }
  assert.ok(warn.mock.callCount() > 0);
});
