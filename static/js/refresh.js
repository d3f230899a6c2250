// Brings the open enquiry up to date in place: head, thread and facts. What somebody is writing is never touched.

const PARTS = [".head", ".thread", ".facts"];

function swap(pane, fresh, selector) {
  const [old, now] = [pane.querySelector(selector), fresh.querySelector(selector)];
  if (!old || !now) return;
  // Also where every word is the same: the stamp says up to what this page knows, else it would ask for ever.
  Object.assign(old.dataset, now.dataset);
  if (old.innerHTML === now.innerHTML) return;
  const open = [...old.querySelectorAll("details")].map((one) => one.open);
  const within = old.contains(document.activeElement) && document.activeElement.dataset.key;
  const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 40;
  const top = old.scrollTop;
  old.replaceChildren(...now.childNodes);
  old.querySelectorAll("details").forEach((one, at) => {
    one.open = Boolean(open[at]);
  });
  old.scrollTop = selector === ".thread" && atEnd ? old.scrollHeight : top;
  if (within) old.querySelector(`[data-key="${CSS.escape(within)}"]`)?.focus();
  window.htmx?.process(old);
}

// Whether nobody would miss the composer as it stands.
function isUntouched(composer) {
  const text = composer?.querySelector("textarea");
  return !composer?.contains(document.activeElement) && (!text || text.value === text.defaultValue);
}

function swapComposer(pane, fresh) {
  const [main, now] = [pane.querySelector(".main"), fresh.querySelector(".main")];
  const parts = (from) => [...from.children].filter((one) => !one.matches(".head, .thread"));
  const old = parts(main);
  if (!old.every(isUntouched)) return;
  const next = parts(now);
  if (old.map((one) => one.outerHTML).join("") === next.map((one) => one.outerHTML).join("")) return;
  old.forEach((one) => one.remove());
  main.append(...next);
  window.htmx?.process(main);
  document.dispatchEvent(new CustomEvent("htmx:afterSwap", { detail: { target: main } }));
}

export async function refresh() {
  const pane = document.getElementById("enquiry");
  if (!pane?.querySelector(".thread")) return false;
  const headers = { "HX-Request": "true", "HX-Target": "enquiry", "X-Refresh": "1", "HX-Current-URL": location.href };
  const answer = await fetch(location.href, { headers, redirect: "error", cache: "no-store" });
  if (!answer.ok) return false;
  const fresh = new DOMParser().parseFromString(`<body>${await answer.text()}`, "text/html").body;
  for (const selector of PARTS) swap(pane, fresh, selector);
  swapComposer(pane, fresh);
  document.dispatchEvent(new CustomEvent("refreshed"));
  return true;
}
