// Counts down to the moment at which an approved reply leaves. It is read out at the beginning and when little is left.

const TELL_AT = new Set([10, 5]);

function run(form) {
  const until = performance.now() + Number(form.dataset.left) * 1000;
  const shown = form.querySelector("[data-count]");
  const said = form.querySelector("[role=status]");
  const words = (left) => form.dataset.words.replace("{n}", String(left));
  form.dataset.running = "yes";
  said.textContent = words(form.dataset.left);
  const timer = setInterval(() => {
    const left = Math.ceil((until - performance.now()) / 1000);
    if (!form.isConnected) clearInterval(timer);
    else if (left > 0) {
      shown.textContent = words(left);
      if (TELL_AT.has(left)) said.textContent = words(left);
    } else {
      clearInterval(timer);
      shown.textContent = said.textContent = form.dataset.now;
    }
  }, 500);
}

function begin() {
  for (const form of document.querySelectorAll("form.undo[data-left]:not([data-running])")) run(form);
}

begin();
document.addEventListener("htmx:afterSwap", begin);
