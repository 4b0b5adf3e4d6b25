// Makes a passkey, or signs in with one: asks for a challenge, lets the browser answer it, sends that as a form.
"use strict";

const makes = { create: "parseCreationOptionsFromJSON", get: "parseRequestOptionsFromJSON" };

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const act = form.dataset.passkey;
  if (!window.PublicKeyCredential?.[makes[act]]) continue; // the browser knows no passkeys: the form stays hidden
  form.hidden = false;
  document.querySelector("[data-without-passkeys]")?.remove();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    const problem = form.querySelector("[role=alert]");
    button.disabled = true;
    problem.textContent = "";
    try {
      const asked = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!asked.ok) throw new Error(asked.statusText);
      const publicKey = PublicKeyCredential[makes[act]](await asked.json());
      form.elements.credential.value = JSON.stringify(await navigator.credentials[act]({ publicKey }));
      form.submit();
    } catch {
      problem.textContent = form.dataset.problem;
      button.disabled = false;
    }
  });
}
