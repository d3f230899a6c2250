// Asks every ten seconds, while somebody looks, whether anything is new: counters change, rows never move by themselves.

const EVERY_MS = 10_000;
const app = document.querySelector(".app[data-pulse]");

function show(news) {
  app.dataset.stamp = news.v;
  for (const [name, count] of Object.entries(news.counts)) {
    const shown = document.querySelector(`[data-count="${CSS.escape(name)}"]`);
    if (shown) shown.textContent = count;
  }
  const fresh = document.getElementById("fresh");
  if (fresh && news.arrived) {
    fresh.textContent = news.arrived;
    fresh.hidden = false;
  }
}

async function ask() {
  if (document.visibilityState !== "visible") return;
  const fresh = document.getElementById("fresh");
  // While an offer stands, keep counting from what the list shows.
  const since = fresh && !fresh.hidden ? app.dataset.listed : app.dataset.stamp;
  try {
    const answer = await fetch(`${app.dataset.pulse}?v=${encodeURIComponent(since)}`, { redirect: "error" });
    if (answer.status === 200) show(await answer.json());
  } catch {
    // Offline, or signed out: the next page says so.
  }
}

if (app) {
  app.dataset.listed = app.dataset.stamp;
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
}
