/** Number of lost events by reason. */
export interface Dropped {
  /** The queue was full; the newest events are dropped, those that wait stay. */
  queue_full: number;
  /** A field was missing or wrong. */
  invalid: number;
  /**
   * The intake refused them (400, 401, 403, 413, ..., or by their content), or endpoint or token
   * cannot be used.
   */
  refused: number;
  /** They came after close(), or were not taken before its deadline. */
  closed: number;
}

/** Problem, reported once for each reason with its field, status or code; never holds content. */
export interface Problem {
  /**
   * A reason of {@link Dropped}; `unreachable`: events wait and are sent again; `ignored`: a field
   * or option does not exist or cannot be used, the rest of the event is sent.
   */
  reason: keyof Dropped | 'unreachable' | 'ignored';
  /** Error and remedy. */
  message: string;
  /** Name of the field or option that is wrong. */
  field?: string;
  /** HTTP status of the intake's answer. */
  status?: number;
  /** Code for which the intake rejected an event, such as too_long; the message has its detail. */
  code?: string;
}

export interface TaskEventsOptions {
  /**
   * Address of the intake; the path /events is added if there is none. Default: the variable
   * AGENT_ANALYTICS_ENDPOINT, else http://127.0.0.1:4318/events.
   */
  endpoint?: string;
  /** Token for the intake. Default: the variable AGENT_ANALYTICS_TOKEN, else none. */
  token?: string;
  /** Agent of tasks that name no other. */
  agentId?: string;
  /** Role of that agent, such as software-engineer. */
  agentType?: string;
  /** Tags of every task, such as { team: 'care' }; at most 16. */
  tags?: Record<string, string>;
  /** Reports the start of calls, so that a hanging provider is seen. Default: false. */
  reportStart?: boolean;
  /** Called once for each problem. Default: one line by console.warn for each reason. */
  onError?: (problem: Problem) => void;
  /** Number of events that may wait before new ones are dropped. Default: 10,000. */
  capacity?: number;
  /** Events in one request, at most. Default: 500. */
  batchSize?: number;
  /** Milliseconds for which an event waits for others to share its request. Default: 100. */
  lingerMs?: number;
  /** Milliseconds after which a request is repeated. Default: 10,000. */
  requestTimeoutMs?: number;
  /** First pause before a request is repeated; doubles up to 30 s. Default: 500. */
  retryMs?: number;
}

export interface TaskOptions {
  agentId?: string;
  agentType?: string;
  /** The task that delegated this one, if it runs in another process; see subtask(). */
  parentTaskId?: string;
  /** The first task of the line. */
  rootTaskId?: string;
  /** Added to the tags of the client. */
  tags?: Record<string, string>;
}

/** Absent, null and undefined mean unknown, never zero. */
export interface Usage {
  /** All input tokens. */
  inputTokens?: number | null;
  /** Part of input: read from the cache. */
  cachedInputTokens?: number | null;
  /** Part of input: written to the cache. */
  cacheWriteTokens?: number | null;
  /** Part of cache writes: kept for an hour. */
  cacheWrite1hTokens?: number | null;
  /** All output tokens. */
  outputTokens?: number | null;
  /** Part of output. */
  reasoningTokens?: number | null;
  /** Dollars as billed, such as '0.0342'; a text is exact. Absent: priced from the price book. */
  costUsd?: string | number | null;
  /** Replaces the measured duration. */
  durationMs?: number | null;
}

export interface CallOptions {
  /** OpenTelemetry gen_ai.provider.name, such as openai. */
  provider: string;
  model: string;
  /** Default: a random id. */
  callId?: string;
  /** Tier that the call is billed in, such as batch, flex or priority. */
  serviceTier?: string;
  /** Replaces the client's option. */
  reportStart?: boolean;
}

export interface CallResult extends Usage {
  /** Id that the provider gave the call. Not used if the start was reported under another one. */
  callId?: string | null;
  serviceTier?: string | null;
  /** Replaces the time measured by firstToken(). */
  timeToFirstTokenMs?: number | null;
}

export interface CallFailure extends CallResult {
  /**
   * server_error, timeout, connection, rate_limit, quota, auth, content_filter, ..., or the HTTP
   * status.
   */
  errorType: string | number;
  /** Cut at 1024 characters. */
  message?: string | Error | null;
  /** From when the provider takes calls again: a Date, epoch milliseconds or RFC 3339. */
  retryAt?: Date | number | string | null;
}

export interface TaskResult extends Usage {
  filesCreated?: number | null;
  filesModified?: number | null;
}

/** A call in progress, measured from its creation. Only the first end counts. */
export interface LlmCall {
  /** Marks the arrival of the first token; later ones have no effect. */
  firstToken(): void;
  completed(result?: CallResult): void;
  failed(failure: CallFailure): void;
}

/** A task. Each method reports one event with the current time; none throws. */
export interface AgentTask {
  /** Reports that the task waits for an agent. */
  submitted(): this;
  /** Reports that the agent starts; durations are measured from here. */
  started(): this;
  completed(result?: TaskResult): void;
  /** Reports a failure: unresolved, tool_error, timeout, ... */
  failed(errorType: string | number, message?: string | Error | null, result?: TaskResult): void;
  cancelled(result?: TaskResult): void;
  /** Reports whether the result was good; replaces the outcome, also days later. */
  verdict(success: boolean): void;
  /** Starts a call to a provider. */
  call(options: CallOptions): LlmCall;
  /**
   * Starts a task on behalf of this one: a delegation or another attempt. Agent and tags are those
   * of this task where no others are given.
   */
  subtask(taskId: string, options?: Omit<TaskOptions, 'parentTaskId' | 'rootTaskId'>): AgentTask;
}

/** Publishes task events in the background. One instance serves all agents of a process. */
export class TaskEvents {
  constructor(options?: TaskEventsOptions);
  /** Returns the handle that reports the events of a task; reports nothing itself. */
  readonly task: (taskId: string, options?: TaskOptions) => AgentTask;
  /** Returns the number of events that the intake has kept. */
  readonly sent: () => number;
  /** Returns the number of lost events by reason. Final once closed. */
  readonly dropped: () => Dropped;
  /**
   * Sends what waits, drops and counts what is left at the deadline (default: 5,000); never
   * rejects. Later calls wait for the first.
   */
  readonly close: (options?: { timeoutMs?: number }) => Promise<void>;
}
