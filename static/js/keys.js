// The desk by keyboard. A key presses the button or link that carries it in data-key; nothing acts while somebody types.

import { carriers, nameOf } from "./naming.js";
import { openPalette } from "./palette.js";

const app = document.querySelector(".app");
const GO = { i: "all", m: "mine", t: "team", u: "unassigned", o: "overdue", w: "waiting", a: "approvals" };
let goUntil = 0;

function press(target) {
  if (!target) return false;
  if (target.matches("summary")) target.parentElement.open = !target.parentElement.open;
  else target.click();
  return true;
}

function step(by) {
  const rows = [...document.querySelectorAll(".rows a")];
  const row = document.activeElement.closest?.("li");
  const at = rows.findIndex((one) => one === document.activeElement || one.closest("li") === row);
  const current = at >= 0 ? at : rows.findIndex((one) => one.hasAttribute("aria-current"));
  rows[Math.min(rows.length - 1, Math.max(0, current + by))]?.focus();
  return rows.length > 0;
}

function focus(selector) {
  const target = document.querySelector(selector);
  target?.focus();
  return Boolean(target);
}

function chosenRow() {
  return document.activeElement.closest?.(".rows li")?.querySelector("a") ?? document.querySelector(".rows a[aria-current]");
}

function tick() {
  const box = chosenRow()?.closest("li").querySelector(".tick input");
  box?.click();
  return Boolean(box);
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const place = dialog.querySelector("[data-keys-here]");
  place.replaceChildren(
    ...carriers().map((one) => {
      const [line, dt, dd, kbd] = ["div", "dt", "dd", "kbd"].map((name) => document.createElement(name));
      kbd.textContent = one.dataset.key.toUpperCase();
      dd.textContent = nameOf(one);
      dt.append(kbd);
      line.append(dt, dd);
      return line;
    }),
  );
  dialog.showModal();
  return true;
}

const FIXED = {
  "/": () => focus("#find"),
  "?": showKeys,
  j: () => step(1),
  k: () => step(-1),
  x: tick,
  r: () => focus("#return input[type=radio]") || focus(".compose textarea"),
  a: () => focus(".decide .primary"),
};

function act(key) {
  if (Date.now() < goUntil) {
    goUntil = 0;
    return GO[key] ? press(document.querySelector(`[data-go-to="${GO[key]}"]`)) : false;
  }
  if (key === "g") {
    goUntil = Date.now() + 1500;
    return true;
  }
  const carrier = carriers().find((one) => one.dataset.key === key);
  return carrier ? press(carrier) : Boolean(FIXED[key]?.());
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches(".compose textarea")) {
    event.preventDefault();
    document.querySelector(".compose button[value=submit]")?.click();
    return;
  }
  if (event.key === "Escape" && event.target.matches(".compose textarea, #find")) event.target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (app?.dataset.keys === "off" || document.querySelector("dialog[open]")) return;
  if (act(event.key.toLowerCase())) event.preventDefault();
});
