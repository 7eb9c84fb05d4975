// While an input method composes (b'li becomes 板栗), what stands in the box is no search yet: it waits for the words.
const composing = (event) => {
  if (event.target.id !== "q") return;
  if (event.type === "compositionend") event.target.dispatchEvent(new Event("input", { bubbles: true }));
  else if (event.isComposing) event.stopImmediatePropagation();
};
document.addEventListener("input", composing, true);
document.addEventListener("compositionend", composing, true);

// On a phone what was opened to narrow the search stays open when the results are exchanged.
document.addEventListener("htmx:before:request", () => {
  document.body.dataset.facets = document.querySelector("#facets.show, #facets.collapsing") ? "open" : "";
});
document.addEventListener("htmx:before:swap", () => {
  // Opening it left a style of its own, which htmx would copy and the policy refuse.
  const facets = document.querySelector("#facets");
  // Asked for first: a browser that has not written it down yet removes nothing.
  if (facets?.hasAttribute("style")) facets.removeAttribute("style");
});
document.addEventListener("htmx:after:swap", () => {
  if (document.body.dataset.facets) document.querySelector("#facets")?.classList.add("show");
});
