// Requests to the API. No other module uses fetch.
import { authorization } from './token.js';

const BASE = '/api/analytics/';
/** Timeout. The first answer may be slow during heavy writes; the server times out earlier. */
const PATIENCE_MS = 25000;

/** Error of a request: problem+json of the server, or no answer at all. */
export class ApiError extends Error {
  constructor(problem) {
    super(problem.detail || problem.title || 'No answer');
    this.status = problem.status || 0;
    this.requestId = problem.request_id || '';
    this.code = problem.code || '';
    this.retry = this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Keeps numbers as the server wrote them if the browser can; a double may lose nano-dollars. */
const asWritten = (_, value, context) =>
  typeof value === 'number' && context?.source ? context.source : value;

const noAnswer = (detail) => new ApiError({ detail, code: 'no_answer' });

async function get(path, query = {}, options = {}) {
  const q = new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== '' && value != null),
  );
  let response;
  try {
    response = await fetch(`${BASE}${path}?${q}`, {
      ...options,
      headers: { Accept: 'application/json', ...options.headers, ...authorization() },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw noAnswer('The API does not answer');
  }
  if (response.status === 204) return null;
  // The connection may be lost within the body, and a proxy may answer with a page of its own.
  const body = await response
    .text()
    .then((text) => JSON.parse(text, options.exact && asWritten))
    .catch(() => null);
  if (!response.ok)
    throw new ApiError({ title: response.statusText, ...body, status: response.status });
  if (!body) throw noAnswer('The answer of the API is cut off or is not JSON');
  return body;
}

const change = (method, path, body) =>
  get(
    path,
    {},
    { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) },
  );

export const OPEN_ALERTS = 500;
/** Open alerts without the cache, because a user may have changed one a moment ago. */
export const openAlerts = () =>
  alerts(
    { from: 'now-30d' },
    { open: 'true', limit: OPEN_ALERTS },
    { headers: { 'Cache-Control': 'no-cache' } },
  );
export const health = () => get('health');
/** The event stream, read by live.js. Uses fetch, because EventSource cannot send the token. */
export const stream = (signal) => fetch(`${BASE}stream`, { headers: authorization(), signal });
/**
 * Alerts, newest first. If there are more than the limit, all critical ones are included: the
 * oldest may be the cause.
 */
export async function alerts(range, query, options) {
  const answer = await get('alerts', { ...range, ...query }, options);
  if (!answer.next_cursor || query.severity) return answer;
  const critical = await get('alerts', { ...range, ...query, severity: 'critical' }, options);
  const known = new Set(answer.alerts.map((a) => a.alert_id));
  return {
    ...answer,
    alerts: [...answer.alerts, ...critical.alerts.filter((a) => !known.has(a.alert_id))],
  };
}
export const incident = (id) =>
  get(`alerts/${encodeURIComponent(id)}`, {}, { headers: { 'Cache-Control': 'no-cache' } });
/** The same request, possibly answered from a cache. */
export const incidentCost = (id) => get(`alerts/${encodeURIComponent(id)}`);
export const clients = () => get('clients');
export const guide = (client, setup) => get(`connect/${encodeURIComponent(client)}`, setup);
export const rules = () => get('alert-rules');
export const runbooks = () => get('runbooks');
export const silences = () => get('silences', {}, { headers: { 'Cache-Control': 'no-cache' } });
export const acknowledge = (id) =>
  change('POST', `alerts/${encodeURIComponent(id)}/acknowledge`, {});
export const silence = (match, seconds) =>
  change('POST', 'silences', { match, duration_seconds: seconds });
export const unsilence = (id) => change('DELETE', `silences/${encodeURIComponent(id)}`);
export const weights = (range, scope) => get('weights', { ...range, scope });
export const insights = (range) => get('insights', range);
export const waste = (range) => get('waste', { ...range, limit: 1000 });
export const dashboard = (range) => get('dashboard-data', { ...range, limit: 1000 });
export const agents = (range, query) => get('agents', { ...range, ...query });
// Names are sent as parameters, because a path cannot contain "." and "..".
export const provider = (name, range) => get('provider', { name, ...range });
export const agent = (id, range) => get('agent', { id, ...range });
export const tasks = (id, range, outcome, cursor, limit) =>
  get('tasks', { agent_id: id, ...range, outcome, cursor, limit });
export const task = (id) => get('task', { id });
/** Tree and alerts of a task, also before it has ended. */
export const taskTree = (id) => get('task-tree', { id });

export const spend = (range, query) => get('spend', { ...range, ...query });
export const groups = (range, query) => get('groups', { ...range, ...query });
export const search = (range, query) => get('tasks', { ...range, ...query });
export const budgets = () => get('budgets', { limit: 1000 });
export const views = () => get('views');
export const saveView = (view) => change('PUT', 'views', view);
export const removeView = (name) =>
  get('views', { name }, { method: 'DELETE', headers: { 'Content-Type': 'application/json' } });
/** Any list of the API, with exact numbers. */
export const exact = (path, query) => get(path, query, { exact: true });

/** The global routing policy; version 0 if there is none. */
export async function policy() {
  const known = await get('routing-policy');
  return known.policies.find((p) => p.scope === 'global') || { scope: 'global', version: 0 };
}

/** Changes of one policy by others that a change of it outlasts. */
const POLICY_RETRIES = 5;

/**
 * Changes some fields of the global policy. If another operator has changed it in between, the
 * change is made again on the newest version, so that both are kept.
 */
export async function changePolicy(edit) {
  for (let retries = POLICY_RETRIES; ; retries--) {
    const known = await policy();
    const { by, ...rest } = known; // the server sets the author
    try {
      return await change('PUT', 'routing-policy', { ...rest, ...edit(known) });
    } catch (e) {
      if (e.code !== 'version_conflict' || !retries) throw e;
    }
  }
}
