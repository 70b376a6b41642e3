// Saves a form as you go. Without this script the page has a button that does the same.
"use strict";

const form = document.querySelector("form[data-saves]");

if (form) {
  const status = document.getElementById("saved");
  const pause = 600; // milliseconds without a key, then it is saved
  let timer;
  let sending = false;
  let unsaved = false;

  const save = async () => {
    clearTimeout(timer);
    if (sending || !unsaved) return;
    unsaved = false;
    const filled = new FormData(form);
    filled.set("_save", "quietly");
    try {
      const answer = await fetch(location.href, { method: "POST", body: filled, keepalive: true });
      status.textContent = answer.ok ? form.dataset.saved : form.dataset.failed;
    } catch {
      unsaved = true;
      status.textContent = form.dataset.failed;
    }
  };

  const changed = () => {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault(); // a double click sends once
    sending = true;
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", () => { sending = false; });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
}

document.getElementById("problems")?.focus();
