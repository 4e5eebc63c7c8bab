// Tells when there is news, by the server's event stream. fetch and not EventSource: it sends the
// token.
import { authorization } from './token.js';

const AGAIN_MS = 5000;
let open = false;
let wanted = false;
let abort = null;

export const isListening = () => open;

/** Keeps a stream open while the page is seen, and calls back on each sign of progress. */
export function listenToServer(onNews) {
  const run = async () => {
    if (wanted || document.hidden) return;
    wanted = true;
    abort = new AbortController();
    try {
      const response = await fetch('/api/analytics/stream', {
        headers: authorization(),
        signal: abort.signal,
      });
      if (response.ok) await read(response.body.getReader(), onNews);
    } catch {
      /* a lost stream is opened anew; until then the page asks by itself */
    }
    open = false;
    wanted = false;
    setTimeout(run, AGAIN_MS);
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? abort?.abort() : run()));
  run();
}

async function read(reader, onNews) {
  const decoder = new TextDecoder();
  let rest = '';
  open = true;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop();
    if (lines.includes('event: progress')) onNews();
  }
}
