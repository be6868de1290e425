// A draft of the receipt, on this phone only. Cleared at sending; the code and other hidden fields are never kept.
"use strict";
(() => {
  const form = document.querySelector("form[data-draft]");
  let store;
  try {
    store = window.localStorage;
  } catch {
    return;
  }
  const forget = () => Object.keys(store).filter((k) => k.startsWith("draft:")).forEach((k) => store.removeItem(k));
  if (!form) {
    forget();
    return;
  }
  const key = "draft:" + form.dataset.draft;
  const fields = () => Array.from(form.elements).filter((f) => f.name && f.type !== "hidden" && f.name !== "code");
  const ticked = (f) => f.type === "radio" || f.type === "checkbox";
  // After a refusal the page itself holds what was typed; only an untouched form is filled.
  if (!document.querySelector(".sum")) {
    try {
      for (const [name, value] of JSON.parse(store.getItem(key) || "[]")) {
        for (const f of fields().filter((f) => f.name === name)) {
          if (ticked(f)) f.checked = f.checked || f.value === value;
          else f.value = value;
        }
      }
    } catch {
      store.removeItem(key);
    }
  }
  let sent = false;
  form.addEventListener("input", () => {
    const said = fields().filter((f) => (ticked(f) ? f.checked : f.value)).map((f) => [f.name, f.value]);
    try {
      store.setItem(key, JSON.stringify(said));
    } catch {
      // A full or closed store keeps no draft; the form works all the same.
    }
  });
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault(); // the second tap of a double tap
    sent = true;
    forget();
  });
  window.addEventListener("pageshow", () => { sent = false; });
})();
