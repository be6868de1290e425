// Tells the server once that a person looked: after a touch, a key or a scroll, which no preview of a chat app makes. Nothing else is sent.
const where = document.documentElement.dataset.seen;
const said = () => { try { return sessionStorage.getItem(where); } catch (fault) { return null; } };
const signs = ["pointerdown", "keydown", "scroll"];
function seen() {
  signs.forEach((sign) => removeEventListener(sign, seen));
  if (said()) return;
  try { sessionStorage.setItem(where, "1"); } catch (fault) { /* counted once more after a reload: nothing hangs on it */ }
  fetch(where, { method: "POST", keepalive: true }).catch(() => null);
}
signs.forEach((sign) => addEventListener(sign, seen, { passive: true }));
