// The panel of filters: where the keyboard starts when it opens, and fields that narrow its long lists.

const hover = window.matchMedia("(hover: hover)");

// A touch screen would cover the panel with its keyboard before anything of it was seen.
function start(panel) {
  if (hover.matches) panel.querySelector("[name=q]")?.focus();
}

function ready(panel) {
  for (const field of panel.querySelectorAll("[data-narrow]")) field.hidden = false;
  if (panel.parentElement.open) start(panel);
}

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.matches?.(".filter > .panel")) ready(event.detail.target);
});
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.(".filter") && event.target.open) start(event.target);
  },
  true,
);
for (const form of document.querySelectorAll(".filter-page [data-choices]")) {
  for (const field of form.querySelectorAll("[data-narrow]")) field.hidden = false;
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
const shown = (field) => [...field.parentElement.querySelectorAll("li:not([hidden]) input")];

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const words = plain(event.target.value).split(/\s+/).filter(Boolean);
  for (const line of event.target.parentElement.querySelectorAll("li")) {
    const text = plain(line.textContent);
    line.hidden = !line.querySelector(":checked") && !words.every((word) => text.includes(word));
  }
});

// Enter ticks the first that is left; it does not send the form before anything was chosen.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-narrow]")) return;
  event.preventDefault();
  const first = event.target.value.trim() && shown(event.target).find((box) => !box.checked);
  if (first) first.checked = true;
});

// What was not chosen needs no place in the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-choices]")) return;
  for (const field of event.target.querySelectorAll("[name=q], [name=age]:checked")) {
    if (!field.value) field.disabled = true;
  }
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-choices] :disabled")) field.disabled = false;
});
