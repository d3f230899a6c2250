// Counts a reply as its platform counts it, by asking the server, and warns before written words are left behind.

const PAUSE_MS = 250;
let timer = 0;
let asked = 0;

async function count(form, text) {
  const mine = ++asked;
  const body = new FormData(form);
  body.delete("action");
  try {
    const answer = await fetch(form.dataset.length, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok || mine !== asked) return;
    const counted = await answer.json();
    const shown = form.querySelector("#count");
    const said = form.querySelector("#count-said");
    shown.textContent = counted.words;
    shown.classList.toggle("too-long", counted.over);
    text.setAttribute("aria-invalid", counted.over ? "true" : "false");
    // Only the step over the limit and back is read out, not every letter.
    if (counted.over !== (said.dataset.over === "true")) said.textContent = counted.words;
    said.dataset.over = String(counted.over);
  } catch {
    // No connection: the server counts again when the reply is saved.
  }
}

document.addEventListener("input", (event) => {
  const text = event.target.closest(".compose textarea[name=text]");
  if (!text) return;
  text.dataset.changed = "";
  clearTimeout(timer);
  timer = setTimeout(() => count(text.form, text), PAUSE_MS);
});

document.addEventListener("submit", (event) => {
  event.target.querySelector("textarea[data-changed]")?.removeAttribute("data-changed");
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("textarea[data-changed]")) event.preventDefault();
});
