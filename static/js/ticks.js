// Choosing rows for one act on many, sorting by a choice, and going on with the next batch.

const list = document.getElementById("queue");

function ticks() {
  return [...document.querySelectorAll(".tick input")];
}

function show() {
  const chosen = ticks().filter((one) => one.checked).length;
  list?.classList.toggle("ticking", chosen > 0);
  for (const shown of document.querySelectorAll("[data-ticked]")) shown.textContent = chosen;
  const all = document.querySelector("[data-tick-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === ticks().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) for (const one of ticks()) one.checked = event.target.checked;
  if (event.target.matches("[data-tick-all], .tick input")) show();
  if (event.target.matches("[data-go]")) event.target.form.requestSubmit();
});

let last = null;
list?.addEventListener("click", (event) => {
  const box = event.target.closest(".tick input");
  if (!box) return;
  const rows = ticks();
  if (event.shiftKey && last) {
    const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b);
    for (const one of rows.slice(from, to + 1)) one.checked = box.checked;
    show();
  }
  last = box;
});

show();
const next = document.querySelector("form[data-go-on]");
if (next) setTimeout(() => next.requestSubmit(), 300);
