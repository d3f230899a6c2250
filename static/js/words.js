// The page's own words for scripts, and how they are said: in a small box for eyes, in a status line for ears.

const words = document.getElementById("live-words")?.dataset ?? {};
let timer = 0;

export function word(name, value = "") {
  return (words[name] ?? "").replace("%s", value);
}

export function say(text) {
  const line = document.getElementById("said");
  if (line) line.textContent = text;
}

export function toast(text) {
  const box = document.getElementById("toast");
  if (!box || !text) return;
  box.querySelector("span").textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    box.hidden = true;
  }, 6000);
}
