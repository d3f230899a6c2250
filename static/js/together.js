// Short replies at once: says how many are ticked, and lets "tick all" only where each reply has been on the screen.

const form = document.querySelector("form[data-together]");

if (form) {
  const boxes = [...form.querySelectorAll("input[name=reply]")];
  const count = form.querySelector("[data-count-ticked]");
  const all = form.querySelector("[data-tick-read]");
  const why = form.querySelector("[data-tick-why]");
  const unread = new Set(form.querySelectorAll("[data-short]"));

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked;
    count.hidden = ticked === 0;
  };
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) unread.delete(entry.target.closest("[data-short]"));
      if (unread.size) return;
      all.disabled = false;
      why.textContent = why.dataset.ready;
      seen.disconnect();
    },
    { threshold: 1 },
  );

  all.hidden = why.hidden = false;
  // The tick box stands below the reply: who has seen it whole has had the words before them.
  for (const one of form.querySelectorAll("[data-short] .tick-one")) seen.observe(one);
  all.addEventListener("click", () => {
    for (const box of boxes) box.checked = true;
    show();
  });
  form.addEventListener("change", show);
  show();
}
