// Effects on a process with a client: its exit and its console.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { deadEndpoint, startIntake } from '../testing/intake.js';

const limits = { timeout: 60_000 };
const CLIENT = new URL('../src/index.js', import.meta.url).href;

/** Runs a script in a process of its own. */
async function run(endpoint, script) {
  const source = `import { TaskEvents } from ${JSON.stringify(CLIENT)};\n${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { ...process.env, AGENT_ANALYTICS_ENDPOINT: endpoint, AGENT_ANALYTICS_TOKEN: '' },
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (data) => (output.out += data));
  child.stderr.on('data', (data) => (output.err += data));
  const began = performance.now();
  const [code] = await once(child, 'close');
  return { code, ms: performance.now() - began, ...output };
}

test('a client with waiting events does not keep the process alive', limits, async () => {
  const { code, ms } = await run(
    await deadEndpoint(),
    `const events = new TaskEvents({ agentId: 'a', retryMs: 60_000, lingerMs: 60_000 });
     events.task('t').started();`,
  );
  assert.equal(code, 0);
  assert.ok(ms < 30_000, `${ms} ms`);
});

test('a client between two attempts does not keep the process alive', limits, async (t) => {
  const intake = await startIntake(t, [{ status: 503, headers: { 'retry-after': '60' } }]);
  const { code, ms, err } = await run(
    intake.url,
    `const events = new TaskEvents({ agentId: 'a', batchSize: 1 });
     events.task('t').started();`,
  );
  assert.equal(code, 0);
  assert.ok(ms < 30_000, `${ms} ms`);
  assert.match(err, /^agent-analytics: the intake takes no events \(status 503\)[^\n]*\n$/);
});

test('after an answer, the open connection does not keep the process alive', limits, async (t) => {
  const intake = await startIntake(t);
  const { code, ms } = await run(
    intake.url,
    `const events = new TaskEvents({ agentId: 'a', batchSize: 1 });
     events.task('t').started();`,
  );
  assert.equal(code, 0);
  assert.ok(ms < 30_000, `${ms} ms`);
  assert.equal(intake.events().length, 1);
});

test('a request without an answer delays the end by its time limit', limits, async (t) => {
  const intake = await startIntake(t, [null, null, null]);
  const { code, ms } = await run(
    intake.url,
    `const events = new TaskEvents({ agentId: 'a', batchSize: 1, requestTimeoutMs: 300 });
     events.task('t').started();`,
  );
  assert.equal(code, 0);
  assert.ok(ms < 30_000, `${ms} ms`);
});

test('a caller that waits for close sees its end, also without an intake', limits, async () => {
  const { code, out } = await run(
    await deadEndpoint(),
    `const events = new TaskEvents({ agentId: 'a' });
     events.task('t').started();
     await events.close({ timeoutMs: 300 });
     console.log(JSON.stringify(events.dropped()));`,
  );
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), { queue_full: 0, invalid: 0, refused: 0, closed: 1 });
});

test('without onError, the console gets one line for each reason', limits, async (t) => {
  const intake = await startIntake(t, [{ status: 400 }, { status: 403 }]);
  const { code, err } = await run(
    intake.url,
    `const events = new TaskEvents({ agentId: 'a', batchSize: 1 });
     events.task('secret-1').started().completed({ outputTokens: -1 });
     events.task('secret-2').started().completed({ inputTokens: 'secret-3' });
     await events.close();
     events.task('t').started().completed();`,
  );
  assert.equal(code, 0);
  const lines = err.trimEnd().split('\n');
  assert.equal(lines.length, 3, err);
  assert.match(lines[0], /outputTokens is negative; write a whole number/);
  assert.match(lines[1], /refuses events with status 400/);
  assert.match(lines[2], /after close\(\)/);
  assert.doesNotMatch(err, /secret/);
});
