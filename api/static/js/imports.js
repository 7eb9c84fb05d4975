// The form that sends files: what was chosen, what is too large, and that it is on its way.
(() => {
  const form = document.getElementById("send");
  const input = document.getElementById("files");
  const list = document.getElementById("files-chosen");
  const problem = document.getElementById("files-problem");
  if (!form || !input) return;
  const mostBytes = Number(form.dataset.mostBytes);
  const mostFiles = Number(form.dataset.mostFiles);
  // The server takes 12 MB; what surrounds the files needs some of it.
  const mostTogether = 11 * 1024 * 1024;

  input.addEventListener("change", () => {
    const files = [...input.files];
    list.replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      const kilobytes = file.size / 1024;
      item.textContent = `${file.name} (${kilobytes < 1024 ? `${Math.ceil(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`})`;
      return item;
    }));
    const large = files.filter((file) => file.size > mostBytes).map((file) => file.name);
    const together = files.reduce((sum, file) => sum + file.size, 0);
    const said = large.length ? problem.dataset.tooLarge + large.join(", ")
      : files.length > mostFiles ? problem.dataset.tooMany
      : together > mostTogether ? problem.dataset.tooMuch : "";
    problem.textContent = said;
    input.setCustomValidity(said);
  });

  form.addEventListener("submit", () => {
    const sending = document.getElementById("sending");
    sending.textContent = sending.dataset.text;
    form.querySelector("button").disabled = true;
  });
  // A browser that goes back shows the form as it was left.
  window.addEventListener("pageshow", () => {
    form.querySelector("button").disabled = false;
    document.getElementById("sending").textContent = "";
  });
})();
