// The pages of a need and an achievement: verdicts by one key, the count of what is compared, paper.
(() => {
  const list = document.querySelector("[data-matches]");
  const dialog = document.getElementById("keys");

  // Verdicts by key. Whoever dictates or has a screen reader can switch the keys off; it is remembered.
  const wanted = document.getElementById("keys-on");
  if (wanted) {
    try { wanted.checked = localStorage.getItem("keys") !== "off"; } catch { /* no storage: on */ }
    wanted.addEventListener("change", () => {
      try { localStorage.setItem("keys", wanted.checked ? "on" : "off"); } catch { /* for this page only */ }
    });
    document.querySelector("[data-opens=keys]")?.addEventListener("click", () => dialog.showModal());
    document.addEventListener("keydown", press);
  }

  function press(event) {
    if (!wanted.checked || dialog.open || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = document.activeElement;
    // Not where a key has a meaning of its own, and not from a menu or another part of the page.
    if (at.closest("input, textarea, select, [contenteditable], [role=menu], [role=listbox]")) return;
    if (at !== document.body && at.id !== "main" && !list?.contains(at)) return;
    const match = at.closest("[data-match]");
    if (event.key === "?") dialog.showModal();
    else if (event.shiftKey) return;
    else if (event.key === "j" || (event.key === "ArrowDown" && at === match)) move(match, 1);
    else if (event.key === "k" || (event.key === "ArrowUp" && at === match)) move(match, -1);
    else if (match && /^[1-4]$/.test(event.key)) judge(match, event.key);
    else if (match && event.key === "u") click(match.querySelector("[data-undo]"));
    else return;
    event.preventDefault();
  }

  function move(from, step) {
    const all = [...list.querySelectorAll("[data-match]")];
    const place = from ? all.indexOf(from) + step : 0;
    const goal = all[Math.min(Math.max(place, 0), all.length - 1)];
    goal?.focus({ preventScroll: true });
    goal?.scrollIntoView({ block: "start" });
  }

  function judge(match, level) {
    // A key that is held down judges once: while one verdict is on its way, the next waits.
    if (!match.querySelector(".htmx-request")) click(match.querySelector(`[data-level="${level}"]`));
  }

  function click(button) {
    if (!button) return;
    // An answer is on the page a moment before htmx listens to it: until then the form would load the page anew.
    htmx.process(button.form);
    button.click();
  }

  // The count of what is compared.
  const bar = document.getElementById("compare");
  if (bar) {
    const count = bar.querySelector("[data-count]");
    const hint = bar.querySelector("[data-hint]");
    const button = bar.querySelector("button");
    const most = Number(bar.dataset.most);
    const usual = hint.textContent;
    const tell = () => {
      const chosen = document.querySelectorAll('input[name="with"]:checked').length;
      count.textContent = ` (${chosen})`;
      button.disabled = chosen === 0 || chosen > most;
      hint.textContent = chosen > most ? hint.dataset.tooMany : usual;
    };
    document.addEventListener("change", (event) => { if (event.target.name === "with") tell(); });
    // A browser that goes back keeps the ticks.
    window.addEventListener("pageshow", tell);
    tell();
  }

  // Paper has no folds: browsers that do not know the rule in records.css are opened for by hand.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.evidence:not([open])")];
    folded.forEach((one) => { one.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
})();
