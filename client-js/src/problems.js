// Counts lost events by reason and tells about each problem once.

/** Bounds the memory for what was told: names of unknown fields are chosen by others. */
const MAX_TOLD = 100;

function toConsole() {
  const told = new Set();
  return (problem) => {
    if (!told.has(problem.reason)) {
      told.add(problem.reason);
      console.warn(`agent-analytics: ${problem.message}`);
    }
  };
}

export class Problems {
  #dropped = { queue_full: 0, invalid: 0, refused: 0, closed: 0 };
  #told = new Set();
  #onError;

  constructor(onError) {
    this.#onError = typeof onError === 'function' ? onError : toConsole();
  }

  drop(reason, message, detail = {}, count = 1) {
    this.#dropped[reason] += count;
    this.tell(reason, message, detail);
  }

  dropped() {
    return { ...this.#dropped };
  }

  /** Tells about a problem unless it was told before. */
  tell(reason, message, detail = {}) {
    const key = `${reason}/${detail.field ?? detail.status ?? ''}`;
    if (this.#told.has(key) || this.#told.size >= MAX_TOLD) {
      return;
    }
    this.#told.add(key);
    try {
      const result = this.#onError({ reason, message, ...detail });
      // A rejected promise that nobody handles ends the process.
      Promise.resolve(result).catch(() => {});
    } catch {
      // The agent goes on, whatever its callback does.
    }
  }
}
