// One reply to decide: A approves, but never past a place that nobody has looked at, and never the reply that came after.

const SETTLE_MS = 700;
const form = document.getElementById("decide");

function follow(link, open) {
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
}

function show(section, selector) {
  const details = section.querySelector("details");
  if (details) details.open = true;
  section.scrollIntoView({ block: "nearest" });
  section.querySelector(selector).focus();
}

if (form) {
  const boxes = [...document.querySelectorAll("input[name=finds]")];
  const approve = form.querySelector("[data-approve]");
  const left = approve.querySelector("[data-left]");
  const said = form.querySelector("[data-said]");
  const openOnes = () => boxes.filter((box) => !box.checked);
  let sent = false;

  const count = () => {
    const open = openOnes().length;
    left.hidden = open === 0;
    left.textContent = open === 1 ? form.dataset.openOne : form.dataset.openMany.replace("{n}", open);
  };

  for (const box of boxes) box.addEventListener("change", count);
  form.addEventListener("submit", (event) => {
    const first = openOnes()[0];
    if (first) {
      event.preventDefault();
      first.scrollIntoView({ block: "center" });
      first.focus();
      said.textContent = "";
      requestAnimationFrame(() => (said.textContent = form.dataset.look));
    } else if (sent) {
      event.preventDefault();
    } else {
      sent = true;
      setTimeout(() => (sent = false), 5000);
    }
  });
  // A second press of A, meant for the reply before, must not decide about one that has only just appeared.
  setTimeout(() => (approve.dataset.key = "a"), SETTLE_MS);
  follow(form.querySelector("[data-key=e]"), () => show(document.getElementById("edit-it"), "textarea"));
  follow(form.querySelector("[data-key=r]"), () => show(document.getElementById("return"), "input[type=radio]"));
  count();
}
