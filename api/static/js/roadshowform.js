// The form of a roadshow asks only for what was chosen: the theme's own field, and the sessions there are.
(() => {
  document.querySelector("[data-focus]")?.focus();
  const theme = document.getElementById("theme");
  const ask = () => {
    document.querySelectorAll("[data-when]").forEach((part) => { part.hidden = part.dataset.when !== theme.value; });
    document.querySelectorAll("[data-if]").forEach((part) => {
      part.hidden = !document.getElementById(part.dataset.if).checked;
    });
  };
  if (theme) {
    document.getElementById("spec").addEventListener("change", ask);
    ask();
  }
  // What is wrong is seen wherever it is folded away.
  document.querySelectorAll("details:not([open])").forEach((fold) => {
    if (fold.querySelector("[aria-invalid]")) fold.open = true;
  });
})();
