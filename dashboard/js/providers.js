// Colours of providers
const CLASSES = ['ca', 'cb', 'cc'];
const bySpend = (a, b) =>
  (b.cost_usd ?? 0) - (a.cost_usd ?? 0) ||
  b.requests - a.requests ||
  (a.provider < b.provider ? -1 : 1);

/** A provider's colour, dash and marker; only the most expensive ones have their own. */
export function classOf(provider, providers) {
  const place = [...providers].sort(bySpend).findIndex((p) => p.provider === provider);
  return place < CLASSES.length ? CLASSES[place] : ['cd', 'ck'][place % 2];
}

/** The most expensive providers, which have colours of their own, and all others. */
export function split(providers) {
  const ranked = [...providers].sort(bySpend);
  return { top: ranked.slice(0, CLASSES.length), rest: ranked.slice(CLASSES.length) };
}
