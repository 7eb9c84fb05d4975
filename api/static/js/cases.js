// A case's page asks only for what the chosen stage takes: the agreement of both sides, or a reason.
const chosen = document.querySelector("[data-asks-of]");

function ask() {
  const asks = chosen.selectedOptions[0]?.dataset.asks ?? "";
  document.querySelectorAll("[data-when]").forEach((part) => {
    part.hidden = part.dataset.when !== asks;
  });
}

if (chosen) {
  chosen.addEventListener("change", ask);
  ask();
}
