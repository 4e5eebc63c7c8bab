// Counts lost events by reason and reports each problem once.

/** Bounds the memory for what was reported: names of unknown fields are chosen by others. */
const MAX_REPORTED = 100;

function toConsole() {
  const reported = new Set();
  return (problem) => {
    if (!reported.has(problem.reason)) {
      reported.add(problem.reason);
      console.warn(`agent-analytics: ${problem.message}`);
    }
  };
}

export class Problems {
  #dropped = { queue_full: 0, invalid: 0, refused: 0, closed: 0 };
  #reported = new Set();
  #onError;

  constructor(onError) {
    this.#onError = typeof onError === 'function' ? onError : toConsole();
  }

  drop(reason, message, detail = {}, count = 1) {
    this.#dropped[reason] += count;
    this.report(reason, message, detail);
  }

  dropped() {
    return { ...this.#dropped };
  }

  /** Reports a problem unless it was reported before. */
  report(reason, message, detail = {}) {
    const key = `${reason}/${detail.field ?? detail.code ?? detail.status ?? ''}`;
    if (this.#reported.has(key) || this.#reported.size >= MAX_REPORTED) {
      return;
    }
    this.#reported.add(key);
    try {
      const result = this.#onError({ reason, message, ...detail });
      // A rejected promise that nobody handles ends the process.
      Promise.resolve(result).catch(() => {});
    } catch {
      // The agent continues, whatever its callback does.
    }
  }
}
