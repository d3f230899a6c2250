// Standard answers beside the composer, by keyboard: I or Ctrl+Shift+S opens, arrows choose, Enter inserts at the caret.
// Without this file the list is a page, and the words are copied by hand.

const box = () => document.getElementById("standards");
const finder = () => document.getElementById("standards-find");
const options = () => [...document.querySelectorAll("#standards-options [role=option]")];
const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

function say(words) {
  const place = document.getElementById("standards-said");
  if (place) place.textContent = words;
}

function open() {
  const standards = box();
  if (!standards) return false;
  standards.open = true;
  finder()?.focus();
  return true;
}

function close() {
  const standards = box();
  if (!standards?.open) return;
  standards.open = false;
  document.querySelector(".compose textarea[name=text]")?.focus();
}

// ---- choosing: the focus stays in the search field, the chosen option is told by its id --------------------------------

function choose(option) {
  if (!option) return;
  for (const other of options()) {
    const isChosen = other === option;
    other.setAttribute("aria-selected", String(isChosen));
    const preview = document.getElementById(other.dataset.preview);
    if (preview) preview.hidden = !isChosen;
  }
  finder()?.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

const STEPS = {
  ArrowDown: (all, at) => all[Math.min(all.length - 1, at + 1)],
  ArrowUp: (all, at) => all[Math.max(0, at - 1)],
  PageDown: (all, at) => all[Math.min(all.length - 1, at + 5)],
  PageUp: (all, at) => all[Math.max(0, at - 5)],
};

function insertChosen() {
  const option = chosen();
  if (!option) return;
  const preview = document.getElementById(option.dataset.preview);
  const form = preview?.querySelector("form[data-insert]");
  if (!form) {
    say(preview?.querySelector(".note-b")?.textContent.trim() ?? "");
    return;
  }
  // An expired answer has a box to tick first: the browser says so and takes the focus there.
  if (form.checkValidity()) form.requestSubmit();
  else {
    say(preview.querySelector(".note-b")?.textContent.trim() ?? "");
    form.reportValidity();
  }
}

// ---- inserting: at the caret, with an empty line to what stands before and after it ------------------------------------

function breaks(before, after) {
  const lead = !before.trim() ? "" : before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const trail = !after.trim() ? "" : after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return [lead, trail];
}

function put(text, gaps) {
  const area = document.querySelector(".compose textarea[name=text]");
  if (!area) return;
  const [start, end] = [area.selectionStart, area.selectionEnd];
  const [lead, trail] = breaks(area.value.slice(0, start), area.value.slice(end));
  area.focus();
  area.setRangeText(lead + text + trail, start, end, "end");
  const from = start + lead.length;
  const gap = gaps.length ? text.indexOf(gaps[0]) : -1;
  if (gap >= 0) area.setSelectionRange(from + gap, from + gap + gaps[0].length);
  else area.setSelectionRange(from + text.length, from + text.length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function insert(form) {
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    if (answer.ok) {
      box().open = false;
      put(told.text, told.gaps);
    } else if (answer.status === 401 && told.address) {
      window.open(told.address, "_blank");
    } else refuse(form, told.said);
    say(told.said ?? "");
  } catch {
    refuse(form, box().dataset.offline);
  } finally {
    button.disabled = false;
  }
}

function refuse(form, words) {
  let note = form.parentElement.querySelector(".refused");
  if (!note) {
    note = document.createElement("p");
    note.className = "refused err small";
    note.setAttribute("role", "alert");
    form.before(note);
  }
  note.textContent = words ?? "";
}

// ---- what people do ------------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.target.id === "standards-find") {
    const all = options();
    const step = STEPS[event.key];
    if (step && all.length) {
      event.preventDefault();
      choose(step(all, all.indexOf(chosen())));
      return;
    }
  }
  if (event.key === "Escape" && event.target.closest?.("#standards")) {
    event.preventDefault();
    close();
    return;
  }
  if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "s") {
    if (open()) event.preventDefault();
  }
});

// However it was opened, one types at once. Once the list is there; before that, the list takes the focus when it comes.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target !== box() || !event.target.open) return;
    const fold = event.target.closest("details.compose-fold");
    if (fold) fold.open = true;
    event.target.scrollIntoView({ block: "nearest" });
    finder()?.focus();
  },
  true,
);

document.addEventListener("submit", (event) => {
  if (event.target.matches("#standards form.pick")) {
    event.preventDefault();
    insertChosen();
  } else if (event.target.matches("#standards form[data-insert]")) {
    event.preventDefault();
    insert(event.target);
  }
});

document.addEventListener("click", (event) => {
  const option = event.target.closest?.("#standards-options [role=option]");
  if (!option) return;
  choose(option);
  finder()?.focus();
});

document.addEventListener("dblclick", (event) => {
  if (event.target.closest?.("#standards-options [role=option]")) insertChosen();
});

// Late results never take away what somebody is busy with: a box that is about to be ticked, a button about to be pressed.
document.addEventListener("htmx:beforeSwap", (event) => {
  const place = event.detail.target;
  if (place.id === "standards-found" && place.contains(document.activeElement)) event.detail.shouldSwap = false;
});

// New results: the first is chosen.
document.addEventListener("htmx:afterSwap", (event) => {
  if (box()?.contains(event.detail.target) && !event.detail.target.matches(".earlier")) choose(options()[0]);
});

// After the first load the field takes the focus: once it listens, which is a moment after it can be seen.
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.detail.target;
  if (box()?.contains(place) && !place.matches(".earlier, #standards-found")) finder()?.focus();
});
