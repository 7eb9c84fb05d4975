// The form and its tracking page: files that are dropped or sent at once, copying, and where the eye shall go.

// What just happened is read first.
document.querySelector("[data-focus]")?.focus();

// A link of the summary or of the coach leads into its field.
document.addEventListener("click", (event) => {
  const link = event.target.closest('#summary a[href^="#"], #coach a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
});

// A file that is dropped is as good as one that is chosen.
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = document.getElementById(place.dataset.drop);
  const mark = (over) => place.classList.toggle("bg-primary-subtle", over);
  place.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
  place.addEventListener("dragleave", () => mark(false));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// The file that fills the form is read as soon as it is there.
for (const input of document.querySelectorAll("[data-sends]")) {
  input.addEventListener("change", () => {
    const button = document.getElementById(input.dataset.sends);
    if (input.files.length) button.form.requestSubmit(button);
  });
}

// Attachments go up one by one, so that none is lost when another is refused.
for (const input of document.querySelectorAll("[data-uploads]")) {
  const list = document.getElementById("attached");
  const complain = (said) => {
    const line = document.createElement("div");
    line.className = "text-danger-emphasis small mt-1";
    line.textContent = said;
    list.prepend(line);
  };
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    const complaints = [];
    for (const file of files) {
      if (file.size > 10 * 2 ** 20) {
        complaints.push(input.dataset.tooLarge + file.name);
        continue;
      }
      const body = new FormData(input.form);
      body.delete("form_file");
      body.set("files", file);
      try {
        const answer = await fetch(input.dataset.uploads, { method: "POST", body, headers: { Accept: "text/html", "HX-Request": "true" } });
        const said = await answer.text();
        if (answer.ok) {
          list.innerHTML = said;
          // The next answer replaces this one: what it complains of is said at the end.
          for (const one of list.querySelectorAll("[data-problem]")) {
            complaints.push(one.textContent.trim());
            one.remove();
          }
        } else complaints.push(input.dataset.failed + file.name);
      } catch {
        complaints.push(input.dataset.failed + file.name);
      }
    }
    complaints.forEach(complain);
  });
}

// Pressed twice, sent once.
for (const button of document.querySelectorAll("[data-once]")) {
  button.form.addEventListener("submit", () => setTimeout(() => { button.disabled = true; }));
  window.addEventListener("pageshow", () => { button.disabled = false; });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    }
  });
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());
