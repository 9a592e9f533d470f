// Keys and instant results. Everything works without this file: it presses the buttons and links that are there.
"use strict";

const typing = (element) => element.closest("input:not([type=checkbox]), select, textarea") !== null;

function target(key) {
  const open = document.querySelector("details.menu[open]");
  const inside = open && open.querySelector(`form [data-key="${CSS.escape(key)}"]`);
  return inside || document.querySelector(`[data-key="${CSS.escape(key)}"]:not(details.menu:not([open]) form *)`);
}

function toggle(details) {
  const opening = !details.open;
  for (const other of document.querySelectorAll("details.menu[open]")) other.open = false;
  details.open = opening;
  const first = opening && details.querySelector("form input:not([type=hidden]), form button, form select");
  (first || details.querySelector("summary")).focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open]");
    if (open) toggle(open);
    else if (typing(event.target)) event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "?") { window.location.assign("/help"); return; }
  const found = target(event.key);
  if (!found) return;
  event.preventDefault();
  if (found.matches("details.menu")) toggle(found);
  else if (found.matches("details")) { found.open = !found.open; found.querySelector("summary").focus(); }
  else if (found.matches("input")) { found.focus(); found.select(); }
  else found.click();
});

for (const form of document.querySelectorAll("form[data-live]")) {
  let timer = 0;
  let running = null;
  const refresh = async () => {
    const fields = [...new FormData(form)].filter(([, value]) => value !== "");
    const address = `${form.action}?${new URLSearchParams(fields)}`;
    if (running) running.abort();
    running = new AbortController();
    try {
      const answer = await fetch(address, { signal: running.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(form.dataset.live);
      if (!answer.ok || !fresh) return;
      document.getElementById(form.dataset.live).replaceWith(fresh);
      window.history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(refresh, 200); });
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => { form.querySelector("[role=status]").textContent = form.dataset.busy; });
}
