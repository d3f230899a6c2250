// Speaks with a key or a phone: creates a passkey, or shows one. The bytes travel by allauth's webauthn-json.js.

const forms = document.querySelectorAll("form[data-passkey]");

async function optionsFor(form) {
  const written = document.getElementById("passkey-options");
  if (form.dataset.passkey !== "login") return JSON.parse(written.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function create(options, form) {
  const wanted = options.creation_options;
  const alone = form.querySelector("[name=passwordless]")?.checked ?? false;
  const selection = wanted.publicKey.authenticatorSelection;
  selection.residentKey = alone ? "required" : "discouraged";
  selection.requireResidentKey = alone;
  if (alone) selection.userVerification = "required";
  return window.webauthnJSON.create(wanted);
}

async function start(form) {
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    const options = await optionsFor(form);
    const made =
      form.dataset.passkey === "create"
        ? await create(options, form)
        : await window.webauthnJSON.get(options.request_options);
    form.querySelector("[name=credential]").value = JSON.stringify(made);
    form.submit();
  } catch {
    // Put away, too slow, or the wrong key: the person decides what next.
    problem.hidden = false;
    problem.focus();
  }
}

for (const form of forms) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(form);
  });
}
for (const note of document.querySelectorAll("[data-without-passkeys]")) note.hidden = Boolean(window.PublicKeyCredential);
