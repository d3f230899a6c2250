// Asks every few seconds what is new: counters change, rows are offered and never move, the open enquiry refreshes in place.

import { looked, notify } from "./notify.js";
import { refresh } from "./refresh.js";
import { say, toast, word } from "./words.js";

const VISIBLE_MS = 5_000;
const HIDDEN_MS = 15_000;
const LONGEST_MS = 120_000;
const app = document.querySelector(".app[data-pulse]");
let failures = 0;
let timer = 0;
let ended = false;

function open() {
  const facts = document.querySelector("#enquiry .facts[data-stamp]");
  const found = /\/enquiries\/([^/]+)\//.exec(location.pathname);
  return facts && found ? { reference: decodeURIComponent(found[1]), stamp: facts.dataset.stamp, facts } : null;
}

function question() {
  const asked = new URLSearchParams(document.getElementById("queue")?.dataset.trail ?? "");
  const fresh = document.getElementById("fresh");
  // While an offer stands, keep counting from what the list shows.
  asked.set("v", fresh && !fresh.hidden ? app.dataset.listed : app.dataset.stamp);
  const at = open();
  if (at) {
    asked.set("enquiry", at.reference);
    asked.set("e", at.stamp);
  }
  return `${app.dataset.pulse}?${asked}`;
}

function showCounts(counts) {
  for (const [name, count] of Object.entries(counts)) {
    for (const shown of document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`)) shown.textContent = count;
  }
}

function offer(news) {
  const fresh = document.getElementById("fresh");
  if (!fresh || !news.arrived) return;
  const isMore = fresh.hidden || fresh.textContent !== news.arrived;
  fresh.textContent = news.arrived;
  fresh.hidden = false;
  if (!isMore) return;
  say(news.arrived);
}

function showFreezes(banner) {
  const shown = document.querySelector("[data-freezes]");
  if (!shown || shown.dataset.told === banner) return;
  shown.dataset.told = banner;
  const now = new DOMParser().parseFromString(`<body>${banner}`, "text/html").body;
  if (shown.textContent.trim() !== now.textContent.trim()) shown.replaceChildren(...now.childNodes);
}

async function showEnquiry(change) {
  const at = open();
  if (!at || at.reference !== change.reference) return;
  if (change.is_gone) {
    toast(word("gone"));
    at.facts.dataset.stamp = change.e;
    return;
  }
  const before = at.facts.dataset.hands;
  if (!(await refresh())) return;
  const { hands, holder } = document.querySelector("#enquiry .facts").dataset;
  if (before?.startsWith("mine") && hands === "theirs") toast(word("taken", holder));
  else say(word("news"));
}

async function show(news) {
  app.dataset.stamp = news.v;
  notify(news, { keepsOffer: Boolean(document.getElementById("fresh")) });
  showCounts(news.counts);
  showFreezes(news.freezes);
  offer(news);
  if (news.enquiry) await showEnquiry(news.enquiry);
}

async function ask() {
  if (!document.hidden) looked();
  try {
    const answer = await fetch(question(), { redirect: "error", cache: "no-store" });
    if (answer.status === 401) {
      ended = true;
      document.dispatchEvent(new CustomEvent("signed-out", { detail: { address: (await answer.json()).sign_in } }));
      return;
    }
    if (answer.status >= 500) throw new Error(String(answer.status));
    if (answer.status === 200) await show(await answer.json());
    if (failures >= 3) toast(word("back"));
    failures = 0;
  } catch {
    failures += 1;
    if (failures === 3) toast(word("offline"));
  }
}

function later() {
  clearTimeout(timer);
  if (ended) return;
  const every = document.hidden ? HIDDEN_MS : VISIBLE_MS;
  const wait = Math.min(LONGEST_MS, every * 2 ** Math.min(failures, 5));
  timer = setTimeout(beat, wait * (0.85 + Math.random() * 0.3));
}

async function beat() {
  await ask();
  later();
}

if (app) {
  app.dataset.listed = app.dataset.stamp;
  if (!document.hidden) looked();
  later();
  // Asked at once also by whoever turns away: what one has just done oneself is no news a moment later.
  document.addEventListener("visibilitychange", beat);
  document.addEventListener("signed-in-again", () => {
    ended = false;
    beat();
  });
}

// Permission is asked for where somebody switches it on, never out of the blue.
document.getElementById("id_notifications")?.addEventListener("change", async (event) => {
  if (!event.target.checked || !window.Notification) return;
  if ((await Notification.requestPermission()) === "granted") return;
  event.target.checked = false;
  document.getElementById("may-notify").hidden = false;
});
