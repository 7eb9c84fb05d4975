// The timetable: cards are dragged by mouse and finger or moved by keys; the server says what a place is good for.
(() => {
  const SIGNS = { free: "✓", here: "·", warn: "!", swap: "⇄", block: "×" };
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  let sortables = [];
  let held = null; // the card that is held: its key, its cell, the cell it would go to, whether keys hold it
  let kept = null; // what stays as it was when the board is exchanged

  const grid = () => document.getElementById("grid");
  const said = (text) => { document.getElementById("said").textContent = text; };
  const cellAt = (row, column) => grid().querySelector(`[data-row="${row}"][data-column="${column}"]`);

  // What every place would break is asked once a card is taken up.
  async function ask(card) {
    held = { key: card.dataset.card, from: card.closest(".cell"), goal: card.closest(".cell"), keys: false };
    const mine = held;
    const answer = await fetch(`${grid().dataset.places}?card=${encodeURIComponent(held.key)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || held !== mine) return;
    for (const { place, mark, why } of await answer.json()) {
      const cell = grid().querySelector(`[data-place="${place}"]`);
      if (!cell) continue;
      cell.dataset.mark = mark;
      cell.dataset.sign = SIGNS[mark];
      cell.dataset.why = why || grid().dataset[mark];
    }
    tell(held.goal);
  }

  function tell(cell) {
    if (!cell?.dataset.mark) return;
    const words = grid().dataset;
    const [time, table] = cell.dataset.place.split("/");
    const [head, why] = [words[cell.dataset.mark], cell.dataset.why];
    const text = `${time} · ${words.table.replace("0", table)} · ${head}${why && why !== head ? ` · ${why}` : ""}`;
    document.getElementById("hover").textContent = text;
  }

  function aim(cell, scroll = true) {
    held.goal.classList.remove("target");
    held.goal = cell;
    cell.classList.add("target");
    if (scroll) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    tell(cell);
  }

  function letGo() {
    grid().querySelectorAll("[data-mark]").forEach((cell) => {
      for (const name of ["mark", "sign", "why"]) delete cell.dataset[name];
    });
    held?.goal.classList.remove("target");
    document.getElementById("hover").textContent = "\u00a0";
    held = null;
  }

  function send(key, cell) {
    const form = document.getElementById("move-form");
    form.elements.card.value = key;
    form.elements.place.value = cell.dataset.place + (cell.querySelector(`.meet:not([data-card="${CSS.escape(key)}"])`) ? "/swap" : "");
    htmx.process(form);
    form.requestSubmit();
  }

  // Dragging

  const under = (at) => document.elementFromPoint(at.clientX, at.clientY)?.closest(".cell:not(.none)");

  function follow(event) {
    const cell = under(event);
    if (held && cell && cell !== held.goal) aim(cell, false);
  }

  function arm() {
    if (!grid()?.classList.contains("edits")) return;
    sortables = [...grid().querySelectorAll(".cell:not(.none)")].map((cell) => Sortable.create(cell, {
      group: "meetings",
      draggable: ".meet",
      sort: false,
      filter: ".pin",
      preventOnFilter: false,
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 5,
      // A finger that moves at once scrolls.
      delay: 200,
      delayOnTouchOnly: true,
      touchStartThreshold: 5,
      scroll: true,
      bubbleScroll: true,
      onStart: ({ item }) => {
        ask(item);
        document.addEventListener("pointermove", follow);
      },
      // Where it goes is where the hand lets it go, not where it was carried past.
      onMove: () => false,
      onEnd: ({ item, originalEvent }) => {
        document.removeEventListener("pointermove", follow);
        const at = originalEvent.changedTouches?.[0] ?? originalEvent;
        const [from, cell] = [item.closest(".cell"), under(at)];
        if (cell?.dataset.mark === "block") said(document.getElementById("hover").textContent);
        else if (cell && cell !== from) send(item.dataset.card, cell);
        letGo();
      },
    }));
  }

  // Keys

  document.addEventListener("keydown", (event) => {
    const link = event.target.closest?.(".meet-link");
    if (!link || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const card = link.closest(".meet");
    if (held?.keys) keysWhileHeld(event, card);
    else if (event.key === " ") {
      ask(card).then(() => said(grid().dataset.picked));
      held.keys = true;
    } else if (STEPS[event.key]) walk(card.closest(".cell"), STEPS[event.key]);
    else if (event.key.toLowerCase() === "p") card.querySelector(".pin").click();
    else return;
    event.preventDefault();
  });

  function keysWhileHeld(event, card) {
    if (STEPS[event.key]) {
      const { row, column } = held.goal.dataset;
      const [down, right] = STEPS[event.key];
      const cell = cellAt(Number(row) + down, Number(column) + right);
      if (cell) aim(cell);
    } else if (event.key === "Escape" || event.key === "Tab") {
      letGo();
      said(grid().dataset.dropped);
      if (event.key === "Tab") return;
    } else if (event.key === " " || event.key === "Enter") {
      const { goal, from } = held;
      if (goal.dataset.mark === "block") {
        said(document.getElementById("hover").textContent);
        return;
      }
      letGo();
      if (goal === from) said(grid().dataset.dropped);
      else send(card.dataset.card, goal);
    }
  }

  function walk(cell, [down, right]) {
    for (let row = Number(cell.dataset.row), column = Number(cell.dataset.column); ;) {
      row += down;
      column += right;
      const next = cellAt(row, column);
      if (!next) return;
      const link = next.querySelector(".meet-link");
      if (link) { link.focus(); return; }
    }
  }

  // While the board is exchanged, the eye and the focus stay where they were.
  document.addEventListener("htmx:before:swap", () => {
    const box = document.querySelector(".grid-box");
    if (!box) return;
    const at = document.activeElement;
    kept = {
      left: box.scrollLeft, top: box.scrollTop, y: window.scrollY,
      pair: at?.closest?.("[data-pair]")?.dataset.pair, pin: at?.classList?.contains("pin"), id: at?.id,
      open: [...document.querySelectorAll("#board details[open]")].map((one) => one.id),
    };
    sortables.forEach((one) => one.destroy());
    sortables = [];
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!kept || !grid()) return;
    const box = document.querySelector(".grid-box");
    box.scrollLeft = kept.left;
    box.scrollTop = kept.top;
    kept.open.forEach((id) => { if (id) document.getElementById(id).open = true; });
    const card = kept.pair && grid().querySelector(`[data-pair="${CSS.escape(kept.pair)}"]`);
    const goal = card ? card.querySelector(kept.pin ? ".pin" : ".meet-link") : document.getElementById(kept.id || "board");
    goal?.focus({ preventScroll: true });
    window.scrollTo({ top: kept.y });
    kept = null;
    held = null;
    arm();
  });
  arm();
})();
