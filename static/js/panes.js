// Opens an enquiry beside the list without loading the list again. Without this file the links simply load a page.

const app = document.querySelector(".app");
const pane = document.getElementById("enquiry");

function mark(row) {
  for (const other of document.querySelectorAll(".rows a[aria-current]")) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target !== pane) return;
  const draft = pane.querySelector("textarea[data-changed]");
  if (draft && !window.confirm(app.dataset.leave)) event.preventDefault();
  else pane.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== pane) return;
  pane.removeAttribute("aria-busy");
  app.classList.add("open");
  mark(event.detail.requestConfig.elt);
  const thread = pane.querySelector(".thread");
  if (thread) thread.scrollTop = thread.scrollHeight;
  pane.querySelector("#main")?.focus({ preventScroll: true });
});

// A failed request falls back to what the link would have done.
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    const link = event.detail.requestConfig?.elt;
    if (event.detail.target === pane && link?.href) window.location.assign(link.href);
  });
}

const thread = pane?.querySelector(".thread:not(.roomy)");
if (thread) thread.scrollTop = thread.scrollHeight;
document.querySelector(".rows a[aria-current]")?.scrollIntoView({ block: "nearest" });

// A menu that lies over the page closes when somebody looks elsewhere.
const MENUS = ".who-menu[open], .choose[open], .filter[open]";

function closeMenus(except) {
  for (const menu of document.querySelectorAll(MENUS)) if (!menu.contains(except)) menu.open = false;
}

document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.activeElement?.closest(MENUS)?.querySelector("summary")?.focus();
  closeMenus(null);
});
