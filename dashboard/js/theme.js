// Runs before the first paint, so that a dark page never flashes white. A plain script, because
// modules run later.
(() => {
  const wanted = new URLSearchParams(location.search).get('theme') || localStorage.getItem('theme');
  if (wanted === 'dark' || wanted === 'light') document.documentElement.dataset.theme = wanted;
})();
