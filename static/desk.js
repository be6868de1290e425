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

// What is wrong is read out first.
const errors = document.getElementById("form-errors");
if (errors) errors.focus();
