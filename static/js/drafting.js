// Keeps what is typed: on the server a moment after typing stops, and in this window while the server cannot be reached.

const PAUSE_MS = 1500;
const RETRY_MS = [3000, 8000, 20_000, 60_000];
const LOOK_EVERY_MS = 8000;
const MOST_KEEPALIVE = 60_000;
const FORM = "form.compose";
const PREFIX = "unsent:";
let timer = 0;
let saving = false;
let failures = 0;

const form = () => document.querySelector(FORM);
const box = () => form()?.elements.text;

function key(of) {
  return PREFIX + of.dataset.kept;
}

// What the window keeps: the words, and whether they were just sent by the form itself.
function keep(of, sent = false) {
  try {
    sessionStorage.setItem(key(of), JSON.stringify({ text: of.elements.text.value, sent }));
  } catch {
    // The store is full or forbidden: the server has all but the last words.
  }
}

function kept(of) {
  try {
    return JSON.parse(sessionStorage.getItem(key(of)) ?? "null");
  } catch {
    return null;
  }
}

function forget(of) {
  sessionStorage.removeItem(key(of));
}

function fields(of) {
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "text", "answers", "purpose", "corrects", "draft"]) {
    body.set(name, of.elements[name]?.value ?? "");
  }
  return body;
}

function fail(of, words, { loud = false } = {}) {
  of.querySelector("#draft-said").textContent = words;
  if (loud) of.querySelector("#draft-alert").textContent = words;
}

async function save() {
  const of = form();
  if (!of || !("changed" in of.elements.text.dataset)) return;
  if (saving) {
    later(PAUSE_MS);
    return;
  }
  saving = true;
  const text = of.elements.text.value;
  keep(of);
  try {
    const answer = await fetch(of.dataset.draft, {
      method: "POST",
      body: fields(of),
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    if (answer.status === 401) signedOut(of, told.address);
    else if (!answer.ok) fail(of, told.error ?? of.dataset.unsaved, { loud: true });
    else saved(of, told, text);
  } catch {
    fail(of, of.dataset.unsaved, { loud: failures === 0 });
    later(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  } finally {
    saving = false;
  }
}

function saved(of, told, text) {
  failures = 0;
  of.elements.draft.value = told.draft;
  of.querySelector("#draft-said").textContent = told.words;
  of.querySelector("#draft-alert").textContent = "";
  if (of.elements.text.value === text) {
    delete of.elements.text.dataset.changed;
    forget(of);
  } else later(PAUSE_MS);
}

function signedOut(of, address) {
  fail(of, of.dataset.offline);
  document.dispatchEvent(new CustomEvent("signed-out", { detail: { address } }));
}

function later(after) {
  clearTimeout(timer);
  timer = setTimeout(save, after);
}

// The page goes away: the window keeps the words, and the server gets them if there is still time.
function leave() {
  const of = form();
  if (!of || !("changed" in of.elements.text.dataset)) return;
  keep(of);
  if (of.elements.text.value.length > MOST_KEEPALIVE / 3) return;
  fetch(of.dataset.draft, { method: "POST", body: fields(of), keepalive: true }).catch(() => {});
}

// Offers what an earlier page could not save. Words that stand in the box, or that were sent, need no offer.
function offer(of) {
  const found = kept(of);
  if (!found) return;
  if (!found.text.trim() || found.text.trim() === of.elements.text.value.trim()) {
    forget(of);
    return;
  }
  const note = of.querySelector("#unsent");
  note.querySelector("[data-unsent]").textContent = found.text;
  note.hidden = false;
}

function answerOffer(event) {
  const of = form();
  const note = of?.querySelector("#unsent");
  if (!note?.contains(event.target)) return;
  if (event.target.closest("[data-put-back]")) {
    of.elements.text.value = kept(of)?.text ?? of.elements.text.value;
    of.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (event.target.closest("[data-forget]")) forget(of);
  else return;
  note.hidden = true;
  of.elements.text.focus();
}

// Where nothing can be written any more, what was sent from here has arrived.
function clearSent() {
  const shut = document.querySelector("[data-shut]");
  if (!shut) return;
  for (const name of Object.keys(sessionStorage)) {
    if (!name.startsWith(PREFIX + shut.dataset.shut)) continue;
    if (JSON.parse(sessionStorage.getItem(name) ?? "{}").sent) sessionStorage.removeItem(name);
  }
}

async function lookAtOthers() {
  const of = form();
  if (!of || document.visibilityState !== "visible") return;
  try {
    const answer = await fetch(of.dataset.writing, { redirect: "error", headers: { Accept: "text/html" } });
    if (answer.ok && of === form()) showOthers(of, answer.status === 204 ? "" : await answer.text());
  } catch {
    // No connection, or signed out: saving tells.
  }
}

function showOthers(of, html) {
  const place = of.querySelector("#writing");
  const names = () => [...place.querySelectorAll("[data-writer]")].map((one) => one.dataset.writer).join(", ");
  const before = names();
  const open = new Set([...place.querySelectorAll("details[open]")].map((one) => one.dataset.writer));
  place.innerHTML = html;
  for (const one of place.querySelectorAll("details")) one.open = open.has(one.dataset.writer);
  if (names() === before) return;
  of.querySelector("#writing-said").textContent = place.querySelector("summary > span")?.textContent ?? "";
}

function begin() {
  clearSent();
  const of = form();
  if (!of || of.dataset.keeping) return;
  of.dataset.keeping = "yes";
  offer(of);
}

document.addEventListener("input", (event) => {
  if (event.target !== box() || event.target.readOnly) return;
  event.target.dataset.changed = "";
  later(PAUSE_MS);
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  clearTimeout(timer);
  keep(event.target, true);
  delete event.target.elements.text.dataset.changed;
});
document.addEventListener("click", answerOffer);
document.addEventListener("signed-in-again", save);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
document.addEventListener("htmx:beforeSwap", leave);
document.addEventListener("htmx:afterSwap", begin);
window.addEventListener("pagehide", leave);
window.addEventListener("online", save);
// Only words that no server has yet are a reason to ask before leaving.
window.addEventListener("beforeunload", (event) => {
  if (failures && "changed" in (box()?.dataset ?? {})) event.preventDefault();
});
setInterval(lookAtOthers, LOOK_EVERY_MS);
begin();
