// The desk by keyboard: / searches, F filters, J and K move, T takes, Ctrl+Enter submits, A approves, R goes to return.

function click(selector) {
  const target = document.querySelector(selector);
  target?.click();
  return Boolean(target);
}

function step(by) {
  const rows = [...document.querySelectorAll(".rows a")];
  const at = rows.indexOf(document.activeElement);
  const current = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute("aria-current"));
  rows[Math.min(rows.length - 1, Math.max(0, current + by))]?.focus();
  return rows.length > 0;
}

const KEYS = {
  "/": () => document.getElementById("find")?.focus() ?? true,
  f: () => click(".filter summary"),
  j: () => step(1),
  k: () => step(-1),
  t: () => click(".head form[action*='/claim/'] button"),
  a: () => document.querySelector(".decide .primary")?.focus() ?? true,
  r: () => document.querySelector("#return input[type=radio]")?.focus() ?? true,
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches(".compose textarea")) {
    event.preventDefault();
    click(".compose button[value=submit]");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const act = KEYS[event.key.toLowerCase()];
  if (act && act()) event.preventDefault();
});
