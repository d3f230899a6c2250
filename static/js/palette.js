// Ctrl K: everything that can be done on this page, by the names of its real buttons and links.

import { nameOf } from "./naming.js";

// What concerns the open enquiry first, then the list, then where else one can go.
const FROM = [
  ".acts [data-key], .acts a, .acts button, .decide button, .decide .btn",
  ".compose button, .compose summary",
  ".fresh, .bar [data-key]",
  ".nav li a[href], .who-menu a",
];
const dialog = document.getElementById("palette");
const find = document.getElementById("palette-find");
const list = document.getElementById("palette-list");
let offered = [];
let chosen = 0;

function collect() {
  const found = new Map();
  for (const one of FROM.flatMap((some) => [...document.querySelectorAll(some)])) {
    const name = nameOf(one);
    if (name && !one.closest("[hidden]") && !one.disabled && !found.has(name)) found.set(name, one);
  }
  return [...found].map(([name, target]) => ({ name, target, key: target.dataset.key ?? "", hindrance: hindranceOf(target) }));
}

// What cannot be done now is found all the same, with the reason; choosing it tells the reason, too.
function hindranceOf(target) {
  return target.getAttribute("aria-disabled") === "true" ? target.title : "";
}

function hint(words) {
  const small = document.createElement("small");
  small.className = "muted";
  small.textContent = words;
  return small;
}

function fits(name, words) {
  const said = name.toLocaleLowerCase();
  return words.every((word) => said.includes(word));
}

function draw() {
  const words = find.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const shown = offered.filter((one) => fits(one.name, words)).slice(0, 40);
  chosen = Math.max(0, Math.min(chosen, shown.length - 1));
  list.replaceChildren(
    ...shown.map((one, at) => {
      const [item, text, kbd] = ["li", "span", "kbd"].map((name) => document.createElement(name));
      item.id = `palette-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(at === chosen));
      text.textContent = one.name;
      if (one.hindrance) text.append(" ", hint(one.hindrance));
      kbd.textContent = one.key.toUpperCase();
      item.append(text, ...(one.key ? [kbd] : []));
      item.addEventListener("click", () => run(one));
      return item;
    }),
  );
  dialog.querySelector("[data-nothing]").hidden = shown.length > 0;
  find.setAttribute("aria-activedescendant", shown.length ? `palette-${chosen}` : "");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
  return shown;
}

function run(one) {
  dialog.close();
  if (one.target.matches("summary")) one.target.parentElement.open = true;
  else one.target.click();
}

export function openPalette() {
  if (!dialog || document.querySelector("dialog[open]")) return;
  offered = collect();
  chosen = 0;
  find.value = "";
  dialog.showModal();
  draw();
  find.focus();
}

find?.addEventListener("input", () => {
  chosen = 0;
  draw();
});
find?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    chosen += step;
    draw();
  } else if (event.key === "Enter") {
    event.preventDefault();
    const one = draw()[chosen];
    if (one) run(one);
  }
});
