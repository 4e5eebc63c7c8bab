// Reports new data from the server's event stream.
import { stream } from './api.js';

const AGAIN_MS = 5000;
/** Silence after which a stream counts as lost; the server sends a heartbeat every 10 s. */
const SILENT_MS = 30000;
let open = false;
let wanted = false;
let abort = null;

export const isListening = () => open;

/** Keeps a stream open while the page is visible, and calls back on each progress event. */
export function listenToServer(onNews) {
  const run = async () => {
    if (wanted || document.hidden) return;
    wanted = true;
    abort = new AbortController();
    try {
      const response = await stream(abort.signal);
      if (response.ok) await read(response.body.getReader(), onNews);
    } catch {
      /* a lost stream is opened again; until then the page polls */
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
    // A connection may be lost without an end: the read would never return.
    const silence = setTimeout(() => abort.abort(), SILENT_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop();
    if (lines.includes('event: progress')) onNews();
  }
}
