// Colours of providers
const CLASSES = ['ca', 'cb', 'cc'];
const bySpend = (a, b) =>
  (b.cost_usd ?? 0) - (a.cost_usd ?? 0) ||
  b.requests - a.requests ||
  (a.provider < b.provider ? -1 : 1);

/** Colour, dash and marker of a provider; only the most expensive providers have their own. */
export function classOf(provider, providers) {
  const place = [...providers].sort(bySpend).findIndex((p) => p.provider === provider);
  return place < CLASSES.length ? CLASSES[place] : ['cd', 'ck'][place % 2];
}

/** The most expensive providers, which have their own colours, and all others. */
export function split(providers) {
  const ranked = [...providers].sort(bySpend);
  return { top: ranked.slice(0, CLASSES.length), rest: ranked.slice(CLASSES.length) };
}
