"use strict";
// Find yourself: marks one's meetings, and leaves one's own timetable. All of it is there without this, too.
(() => {
  const form = document.querySelector(".find");
  if (!form) return;
  const box = document.getElementById("find");
  const found = document.getElementById("found");
  const marked = [...document.querySelectorAll("[data-find]")];
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    document.body.classList.toggle("is-finding", words.length > 0);
    let people = 0;
    for (const each of marked) {
      const text = each.dataset.find.toLowerCase();
      const is = words.length > 0 && words.every((word) => text.includes(word));
      if (each.matches(".person")) {
        each.classList.toggle("is-other", words.length > 0 && !is);
        people += is;
      } else {
        each.classList.toggle("is-found", is);
      }
    }
    for (const each of document.querySelectorAll(".person")) {
      if (words.length) each.open = people <= 3 && !each.classList.contains("is-other");
    }
    found.textContent = words.length ? (people ? `找到 ${people} 个 / ${people} found` : "没有找到 / none found") : "";
  });
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll(".person:not([open])")];
    for (const each of closed) each.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });
})();
