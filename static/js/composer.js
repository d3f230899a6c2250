// Looks a reply over while it is written: its length as the platform counts, how it would be cut, what the guard and the
// house style say. Saving by itself is in drafting.js.

const COUNT_MS = 250;
const LOOK_MS = 800;
const FORM = "form.compose";
let counting = 0;
let looking = 0;
let asked = 0;
let looked = 0;

async function count(form, text) {
  const mine = ++asked;
  const body = new FormData(form);
  for (const name of ["action", "new_file"]) body.delete(name);
  try {
    const answer = await fetch(form.dataset.length, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok || mine !== asked) return;
    const counted = await answer.json();
    const shown = form.querySelector("#count");
    const said = form.querySelector("#count-said");
    shown.textContent = counted.words;
    shown.classList.toggle("too-long", counted.over);
    const inParts = form.querySelector("[name=in_parts]")?.checked;
    text.setAttribute("aria-invalid", counted.over && !inParts ? "true" : "false");
    // Only the step over the limit and back is read out, not every letter.
    if (counted.over !== (said.dataset.over === "true")) said.textContent = counted.words;
    said.dataset.over = String(counted.over);
  } catch {
    // No connection: the server counts again when the reply is saved.
  }
}

// Takes in a fragment of the server's, and leaves open what was open.
function replace(place, html) {
  const open = [...place.querySelectorAll("details")].map((one) => one.open);
  const focused = place.contains(document.activeElement) && document.activeElement.name;
  place.innerHTML = html;
  place.querySelectorAll("details").forEach((one, at) => {
    if (open[at]) one.open = true;
  });
  if (focused) place.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
}

async function look(form) {
  const mine = ++looked;
  const place = form.querySelector("#check");
  const body = new FormData(form);
  for (const name of ["action", "new_file"]) body.delete(name);
  try {
    const answer = await fetch(form.dataset.check, { method: "POST", body, redirect: "error" });
    if (!answer.ok || mine !== looked) return;
    const before = place.querySelector("#finds-title")?.textContent ?? "";
    replace(place, await answer.text());
    const now = place.querySelector("#finds-title")?.textContent ?? "";
    if (now !== before) form.querySelector("#count-said").textContent = now;
  } catch {
    // No connection: whoever approves sees the finds in any case.
  }
}

document.addEventListener("input", (event) => {
  const text = event.target.closest?.(`${FORM} textarea[name=text]`);
  if (!text) return;
  clearTimeout(counting);
  clearTimeout(looking);
  counting = setTimeout(() => count(text.form, text), COUNT_MS);
  looking = setTimeout(() => look(text.form), LOOK_MS);
});

document.addEventListener("change", (event) => {
  const box = event.target.closest?.(`${FORM} [name=in_parts]`);
  if (!box) return;
  count(box.form, box.form.elements.text);
  look(box.form);
});

function begin() {
  const form = document.querySelector(FORM);
  if (form?.elements.text?.value.trim() && !form.dataset.begun) look(form);
  if (form) form.dataset.begun = "yes";
}

begin();
document.addEventListener("htmx:afterSwap", begin);
