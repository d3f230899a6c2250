// Tells where this page's person is and shows who else is there: on the rows, and in the open enquiry.

import { word } from "./words.js";

const EVERY_MS = 8_000;
const WRITING_MS = 15_000;
const app = document.querySelector(".app[data-here]");
let typed = 0;
let last = "";

document.addEventListener("input", (event) => {
  if (event.target.closest?.(".compose")) typed = Date.now();
});

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const known = document.querySelector("use[href*='icons.svg']")?.getAttribute("href") ?? "";
  use.setAttribute("href", known.replace(/#.*/, `#i-${name}`));
  svg.setAttribute("class", "i s");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function show(place, people) {
  const isRow = Boolean(place.closest(".rows"));
  const key = JSON.stringify(people);
  if ((place.dataset.shown ?? "[]") === key) return;
  place.dataset.shown = key;
  place.replaceChildren();
  for (const one of isRow ? people.slice(0, 2) : people) {
    const [text, spoken] = [document.createElement("span"), document.createElement("span")];
    const words = word(one.writing ? "writing" : "viewing", one.name);
    text.textContent = isRow ? one.initials : words;
    place.append(icon(one.writing ? "pen" : "eye"), text);
    if (!isRow) continue;
    text.setAttribute("aria-hidden", "true");
    spoken.className = "vh";
    spoken.textContent = words;
    place.append(spoken);
    place.title = words;
  }
}

function whereabouts() {
  const found = /\/enquiries\/([^/]+)\/$/.exec(location.pathname);
  return found && document.querySelector("#enquiry .thread") ? decodeURIComponent(found[1]) : "";
}

function now() {
  const body = new FormData();
  const at = whereabouts();
  body.set("enquiry", at);
  if (last !== at) body.set("left", last);
  last = at;
  body.set("writing", Date.now() - typed < WRITING_MS ? "1" : "0");
  body.set("rows", [...document.querySelectorAll("[data-row]")].map((row) => row.dataset.row).join(","));
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  return body;
}

// The page goes away: nobody should wait for somebody who has left.
function leave() {
  if (!last) return;
  const body = new FormData();
  body.set("left", last);
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  navigator.sendBeacon(app.dataset.here, body);
  last = "";
}

async function beat() {
  if (document.hidden) return;
  try {
    const answer = await fetch(app.dataset.here, { method: "POST", body: now(), redirect: "error" });
    if (!answer.ok) return;
    const { here } = await answer.json();
    for (const place of document.querySelectorAll("[data-here]")) {
      if (place !== app) show(place, here[place.dataset.here] ?? []);
    }
  } catch {
    // Without a connection nobody is shown anew; the pulse says that it is gone.
  }
}

if (app) {
  beat();
  setInterval(beat, EVERY_MS);
  document.addEventListener("visibilitychange", beat);
  document.addEventListener("htmx:afterSettle", beat);
  document.addEventListener("refreshed", beat);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => event.persisted && beat());
}
