// What is wrong, by statistics that know their sample size. Until alerts exist, "usual" is the span of equal length before.
import * as f from './format.js';

const PROVIDER_CAUSED = ['rate_limit', 'quota', 'timeout', 'server_error', 'connection', 'auth'];
const Z = 1.96;

/** Wilson's interval for a share, 95 %. E. B. Wilson, JASA 22 (1927). */
export function wilson(hits, n) {
  if (!n) return [0, 1];
  const p = hits / n, z2 = Z * Z, middle = (p + z2 / (2 * n)) / (1 + z2 / n), half = (Z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return [middle - half, middle + half];
}

const caused = (errors) => PROVIDER_CAUSED.reduce((sum, type) => sum + (errors[type] || 0), 0);
const main = (errors) => Object.entries(errors).sort((a, b) => b[1] - a[1]).slice(0, 2).map(([type]) => f.words(type)).join(' and ');
const atLeast = (n, k) => n >= k;

function ofProvider(p, usual) {
  const recent = p.recent, name = f.providerName(p.provider), bad = recent ? caused(recent.errors) : 0;
  if (recent && atLeast(recent.requests, 20) && wilson(bad, recent.requests)[0] > 0.2) {
    const share = bad / recent.requests, limits = (recent.errors.rate_limit || 0) > bad / 2;
    const before = usual?.error_rate;
    return { level: limits ? 'warning' : 'critical', scope: 'provider', id: p.provider, word: limits ? 'Refusing calls' : share > 0.8 ? 'Down' : 'Failing',
      title: limits ? `${name} refuses calls (429)` : share > 0.8 ? `${name} is down` : `${name} fails ${f.percent(share, 0)} of its calls`,
      value: `${f.percent(share, 0)} of ${name} calls fail`, versus: before == null ? 'nothing before to compare' : `usual ${f.percent(before)}`, note: `${main(recent.errors)}; ${bad} of ${recent.requests} calls in 5 min` };
  }
  const slow = recent && usual?.latency_ms.p95 && atLeast(recent.requests, 20) && atLeast(usual.requests, 50) && recent.p95_ms > 3 * usual.latency_ms.p95;
  if (slow) {
    return { level: 'warning', scope: 'provider', id: p.provider, word: 'Slow', title: `${name} is slow`, value: `p95 ${f.duration(recent.p95_ms)}`, versus: `usual ${f.duration(usual.latency_ms.p95)}`, note: `${recent.requests} calls in 5 min` };
  }
  return null;
}

function ofAgent(a, usual) {
  const r = a.recent, ended = r.succeeded + r.failed, rate = ended ? r.succeeded / ended : null;
  const before = usual ? usual.succeeded + usual.failed : 0;
  if (atLeast(ended, 5) && atLeast(before, 5) && rate < 0.7 && wilson(r.succeeded, ended)[1] < usual.success_rate) {
    // Tasks that fail by a provider's errors are the provider's case, wherever the agent mostly works.
    const failures = Object.values(r.failures).reduce((n, k) => n + k, 0), provider = caused(r.failures) > failures / 2;
    return { level: provider ? 'folded' : 'critical', scope: 'agent', id: a.agent_id, word: provider ? 'Provider errors' : 'Failing',
      title: `${a.agent_id} fails ${rate < 0.5 ? 'most' : f.percent(1 - rate, 0)} of its tasks`, value: `${f.percent(rate, 0)} of the last ${ended} tasks succeeded`, versus: `usual ${f.percent(usual.success_rate, 0)}`, note: main(r.failures) || 'no reason given', measure: 'success' };
  }
  const now = r.tasks && r.cost_usd != null ? r.cost_usd / r.tasks : null, then = usual?.cost_per_task_usd;
  if (now != null && then && atLeast(r.tasks, 5) && atLeast(usual.tasks, 5) && now > 1.5 * then && now - then > 0.02) {
    return { level: 'warning', scope: 'agent', id: a.agent_id, word: 'Costly', title: `${a.agent_id} costs ${(now / then).toFixed(1)} times its usual`, value: `${f.unit(now)} a task`, versus: `usual ${f.unit(then)}`, note: `${f.usd((now - then) * r.tasks)} extra in the last ${r.tasks} tasks`, measure: 'cost', extra: (now - then) * r.tasks };
  }
  return null;
}

const RANK = { critical: 3, warning: 2, folded: 1 };
/** All findings, the worst first, numbered as the page shows them. */
export function findings(data) {
  const usualProvider = new Map(data.usual.providers.map((p) => [p.provider, p]));
  const usualAgent = new Map(data.usual.agents.map((a) => [a.agent_id, a]));
  const providers = data.providers.map((p) => ofProvider(p, usualProvider.get(p.provider))).filter(Boolean);
  const agents = data.agents.map((a) => ofAgent(a, usualAgent.get(a.agent_id))).filter(Boolean);
  const list = [...providers, ...agents].sort((a, b) => RANK[b.level] - RANK[a.level] || (a.scope < b.scope ? 1 : a.scope > b.scope ? -1 : a.id < b.id ? -1 : 1));
  let no = 0;
  list.forEach((x) => { if (x.level !== 'folded') x.no = ++no; });
  return list;
}
