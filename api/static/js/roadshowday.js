// The check-in list: whoever types a few letters of a name sees only those lines.
(() => {
  const find = document.getElementById("find");
  const narrow = () => {
    const wanted = find.value.trim().toLowerCase();
    let count = 0;
    document.querySelectorAll("[data-guest]").forEach((line) => {
      const there = line.textContent.toLowerCase().includes(wanted);
      line.classList.toggle("d-none", !there);
      line.classList.toggle("d-flex", there);
      count += there;
    });
    document.getElementById("nobody").hidden = count > 0 || !wanted;
  };
  find.addEventListener("input", narrow);
  document.addEventListener("htmx:after:swap", narrow);
  narrow();
})();
