// Only comfort: everything works without it.
"use strict";

// A grave act asks once more.
document.addEventListener("submit", (event) => {
  const question = event.submitter && event.submitter.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A suggestion, once chosen, becomes a line of the field it helps.
document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-choose]");
  if (!choice) return;
  const field = document.getElementById(choice.dataset.into);
  const lines = field.value.split("\n").filter((line) => line.trim());
  if (field.tagName === "TEXTAREA") {
    if (!lines.includes(choice.dataset.choose)) lines.push(choice.dataset.choose);
    field.value = lines.join("\n") + "\n";
  } else {
    field.value = choice.dataset.choose;
  }
  choice.parentElement.replaceChildren();
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
});

// A secret for a random draw is made here, and only its digest leaves this machine.
for (const box of document.querySelectorAll(".seal-make")) box.hidden = !(window.crypto && crypto.subtle);
document.addEventListener("click", async (event) => {
  const maker = event.target.closest("[data-make-secret]");
  if (!maker) return;
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const secret = hex(crypto.getRandomValues(new Uint8Array(12))).match(/.{4}/g).join("-");
  const text = new TextEncoder().encode(maker.dataset.makeSecret + secret);
  maker.form.elements.digest.value = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", text)));
  maker.parentElement.querySelector("output").textContent = secret;
});

// What is wrong is read out first.
const errors = document.getElementById("form-errors");
if (errors) errors.focus();

// One key, one act: what bears data-key is pressed by its letter, wherever nothing is being typed.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (typing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return typing.form.requestSubmit();
  if (typing && event.key === "Escape") return typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const aim = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!aim) return;
  event.preventDefault();
  aim.click();
  const opened = aim.tagName === "SUMMARY" && aim.parentElement.open;
  if (opened) (aim.parentElement.querySelector("select") || aim.parentElement.querySelector("textarea")).focus();
});
