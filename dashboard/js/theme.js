// Runs before the first paint, so that a dark page does not flash white. This is a plain script,
// because modules run later.
(() => {
  const wanted = new URLSearchParams(location.search).get('theme') || localStorage.getItem('theme');
  if (wanted === 'dark' || wanted === 'light') document.documentElement.dataset.theme = wanted;
})();
