// When a session ends under an open page: the page and its words stay, and its forms work again after signing in.

const note = document.getElementById("signed-out");
const here = note?.dataset.stillHere;

function tell(address) {
  if (!note) return;
  const link = note.querySelector("a");
  if (address) link.href = address;
  note.hidden = false;
  // Whoever is typing goes on typing: the note is read out by itself.
  if (!document.activeElement?.matches("input, textarea, select")) link.focus();
}

async function look() {
  if (!note || note.hidden || document.visibilityState !== "visible") return;
  const answer = await fetch(here, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { csrf, user } = await answer.json();
  // Somebody else has signed in: these words are not theirs to send.
  if (String(user) !== note.dataset.user) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = csrf;
  note.hidden = true;
  document.dispatchEvent(new CustomEvent("signed-in-again", { detail: { csrf } }));
}

document.addEventListener("signed-out", (event) => tell(event.detail?.address));
document.addEventListener("visibilitychange", look);
window.addEventListener("focus", look);
