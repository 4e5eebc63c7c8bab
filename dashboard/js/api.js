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

async function get(path, query = {}) {
  const q = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '' && value != null));
  let response;
  try {
    response = await fetch(`${BASE}${path}?${q}`, { headers: { Accept: 'application/json', ...authorization() }, signal: AbortSignal.timeout(10000) });
  } catch {
    throw new ApiError({ detail: 'The API does not answer', code: 'no_answer' });
  }
  const body = await response.json().catch(() => ({ status: response.status, title: response.statusText }));
  if (!response.ok) throw new ApiError({ ...body, status: response.status });
  return body;
}

export const dashboard = (range) => get('dashboard-data', { ...range, limit: 1000 });
export const provider = (name, range) => get(`providers/${encodeURIComponent(name)}`, range);
export const agent = (id, range) => get(`agents/${encodeURIComponent(id)}`, range);
export const tasks = (id, range, outcome, cursor, limit) => get(`agents/${encodeURIComponent(id)}/tasks`, { ...range, outcome, cursor, limit });
