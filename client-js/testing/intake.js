// An intake on a loopback socket, which answers as instructed and remembers what it received.

import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Starts an intake that ends with the test.
 *
 * @param {object} t context of the test
 * @param {object[]} answers first answers, in order: status and headers; null never comes. All
 *     later answers are 200.
 */
export async function startIntake(t, answers = []) {
  const changes = new EventEmitter();
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) {
        chunks.push(chunk);
      }
    } catch {
      return; // the client gave up while it was sending
    }
    const answer = answers.length > 0 ? answers.shift() : { status: 200 };
    const { method, url, headers } = request;
    requests.push({ method, url, headers, status: answer?.status, body: Buffer.concat(chunks) });
    if (answer) {
      response.writeHead(answer.status, answer.headers).end(answer.body);
    }
    changes.emit('change');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });

  /** Waits until the condition holds. The runner's time limit ends a test that waits forever. */
  async function until(condition) {
    while (!condition()) {
      await once(changes, 'change');
    }
  }

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    /** Returns the events of all requests with this status, in order of arrival. */
    events: (status = 200) =>
      requests
        .filter((request) => request.status === status)
        .flatMap((request) => request.body.toString('utf8').trimEnd().split('\n'))
        .map((line) => JSON.parse(line)),
    received: (count) => until(() => requests.length >= count),
  };
}

/** Returns an address of this machine where no process listens. */
export async function deadEndpoint() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/events`;
}

/** Returns options for a client that hurries, and the problems that it reports. */
export function hurried(endpoint, more = {}) {
  const problems = [];
  const changes = new EventEmitter();
  const onError = (problem) => {
    problems.push(problem);
    changes.emit('change');
  };

  /** Waits until a problem of this reason is reported. */
  async function reported(reason) {
    while (!problems.some((problem) => problem.reason === reason)) {
      await once(changes, 'change');
    }
  }

  const options = { endpoint, agentId: 'support-1', lingerMs: 0, retryMs: 1, onError, ...more };
  return { options, problems, reported };
}
