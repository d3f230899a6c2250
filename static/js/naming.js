// Which buttons and links carry a key, and what each of them is called.

export function carriers() {
  return [...document.querySelectorAll("[data-key]")].filter((one) => !one.closest("dialog"));
}

export function nameOf(one) {
  if (one.getAttribute("aria-label")) return one.getAttribute("aria-label");
  const copy = one.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, b, svg")) extra.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}
