// The only module that talks to the server.
import { authorization } from './token.js';

const BASE = '/api/analytics/';

/** An answer that is an error: problem+json, or no answer at all. */
export class ApiError extends Error {
  constructor(problem) {
    super(problem.detail || problem.title || 'No answer');
    this.status = problem.status || 0;
    this.requestId = problem.request_id || '';
    this.code = problem.code || '';
    this.retry = this.status === 0 || this.status >= 500;
  }
}

async function get(path, query = {}, options = {}) {
  const q = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '' && value != null));
  let response;
  try {
    response = await fetch(`${BASE}${path}?${q}`, { ...options, headers: { Accept: 'application/json', ...options.headers, ...authorization() }, signal: AbortSignal.timeout(10000) });
  } catch {
    throw new ApiError({ detail: 'The API does not answer', code: 'no_answer' });
  }
  if (response.status === 204) return null;
  const body = await response.json().catch(() => ({ status: response.status, title: response.statusText }));
  if (!response.ok) throw new ApiError({ ...body, status: response.status });
  return body;
}

const change = (method, path, body) => get(path, {}, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });

/** Open alerts, as they are now: somebody may have acted a moment ago. */
export const openAlerts = () => get('alerts', { open: 'true', from: 'now-30d', limit: 500 }, { headers: { 'Cache-Control': 'no-cache' } });
export const alerts = (range, query) => get('alerts', { ...range, ...query });
export const incident = (id) => get(`alerts/${encodeURIComponent(id)}`, {}, { headers: { 'Cache-Control': 'no-cache' } });
export const rules = () => get('alert-rules');
export const acknowledge = (id) => change('POST', `alerts/${encodeURIComponent(id)}/acknowledge`, {});
export const silence = (match, seconds) => change('POST', 'silences', { match, duration_seconds: seconds });
export const unsilence = (id) => change('DELETE', `silences/${encodeURIComponent(id)}`);
export const weights = (range, scope) => get('weights', { ...range, scope });
export const insights = (range) => get('insights', range);
export const dashboard = (range) => get('dashboard-data', { ...range, limit: 1000 });
export const provider = (name, range) => get(`providers/${encodeURIComponent(name)}`, range);
export const agent = (id, range) => get(`agents/${encodeURIComponent(id)}`, range);
export const tasks = (id, range, outcome, cursor, limit) => get(`agents/${encodeURIComponent(id)}/tasks`, { ...range, outcome, cursor, limit });
