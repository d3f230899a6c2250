// Opens what an act asks for over the page, and does it without leaving: without this file the same forms are pages.

import { refresh } from "./refresh.js";
import { toast, word } from "./words.js";

const dialog = document.getElementById("act-dialog");
const HEADERS = { "X-Dialog": "1" };
let cameFrom = null;
let busy = false;

function fill(html) {
  const content = dialog.querySelector("[data-content]");
  const parsed = new DOMParser().parseFromString(`<body>${html}`, "text/html").body;
  content.replaceChildren(...parsed.childNodes);
  const first = content.querySelector("[aria-pressed=true], [role=alert], .bad .input, .input, [type=radio], [type=checkbox], button");
  if (first?.matches("[role=alert]")) first.tabIndex = -1;
  first?.focus();
}

async function show(link) {
  const answer = await fetch(link.href, { headers: HEADERS, redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  cameFrom = link;
  dialog.querySelector("#dialog-title").textContent = link.dataset.title ?? link.firstChild.textContent.trim();
  if (!dialog.open) dialog.showModal();
  fill(await answer.text());
}

async function send(form, button) {
  const body = new FormData(form, button);
  const answer = await fetch(form.action, { method: "POST", body, headers: HEADERS, redirect: "error" });
  if (answer.status === 401) {
    document.dispatchEvent(new CustomEvent("signed-out", { detail: await answer.json() }));
    return;
  }
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    if (!dialog.open) dialog.showModal();
    fill(await answer.text());
    return;
  }
  settle(await answer.json());
}

function settle(told) {
  dialog.close();
  if (told.leave_for) {
    window.location.assign(told.leave_for);
    return;
  }
  toast(told.said ?? told.refused);
  const key = cameFrom?.dataset.key;
  // Not waited for: the next key may be pressed already.
  refresh().then(() => giveBackFocus(key));
}

function giveBackFocus(key) {
  if (document.querySelector("dialog[open]") || document.activeElement?.matches("textarea, input")) return;
  const back = key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  (back?.checkVisibility() ? back : document.getElementById("main"))?.focus({ preventScroll: true });
}

// Falls back to what the link or form does by itself.
async function once(act, plain) {
  if (busy) return;
  busy = true;
  try {
    await act();
  } catch {
    plain();
  } finally {
    busy = false;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")?.closest("dialog[open]")) {
    event.preventDefault();
    event.target.closest("dialog").close();
    return;
  }
  const link = event.target.closest("a[data-dialog]");
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  link.closest("details")?.removeAttribute("open");
  once(
    () => show(link),
    () => window.location.assign(link.href),
  );
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form || !dialog || !document.getElementById("enquiry")) return;
  event.preventDefault();
  if (!form.closest("dialog")) cameFrom = event.submitter;
  once(
    () => send(form, event.submitter),
    () => toast(word("failed")),
  );
});

// In a dialog of choices, a number chooses.
dialog?.addEventListener("keydown", (event) => {
  if (!/^[1-9]$/.test(event.key) || event.target.matches("input, textarea, select")) return;
  dialog.querySelectorAll(".picks button")[Number(event.key) - 1]?.click();
});

for (const one of document.querySelectorAll("dialog")) {
  one.addEventListener("click", (event) => {
    if (event.target === one) one.close();
  });
}
