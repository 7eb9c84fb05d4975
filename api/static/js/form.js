// The form and its tracking page: files that are dropped or sent at once, copying, and where the eye shall go.

// What just happened is read first.
document.querySelector("[data-focus]")?.focus();

// Lead the eye into a field, wherever it is folded away; a phone's sheet makes room first.
function lead(field) {
  const sheet = document.querySelector(".coach-sheet.show");
  if (sheet) {
    sheet.addEventListener("hidden.bs.offcanvas", () => setTimeout(() => lead(field)), { once: true });
    bootstrap.Offcanvas.getInstance(sheet).hide();
    return;
  }
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  field.focus();
  field.scrollIntoView({ block: "center" });
}

// A link of the summary or of the coach leads into its field; what the text says already is taken over.
document.addEventListener("click", (event) => {
  const link = event.target.closest('#summary a[href^="#"], #coach a[href^="#"], [data-fills]');
  const field = link && document.getElementById(link.dataset.fills ?? link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  if (link.dataset.fills) {
    field.value = link.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  lead(field);
});

// What is being mended is red no longer; whether it is right, the server says.
document.getElementById("need")?.addEventListener("input", ({ target }) => {
  if (!target.classList.contains("is-invalid")) return;
  target.classList.remove("is-invalid");
  target.removeAttribute("aria-invalid");
  document.getElementById(`${target.id}-error`)?.remove();
});

// On a phone a bar says in few words what the coach says.
const bar = document.getElementById("coach-bar");
if (bar) {
  const tell = () => {
    const said = document.getElementById("coach-said").textContent.trim();
    if (bar.textContent !== said) bar.textContent = said;
  };
  new MutationObserver(tell).observe(document.getElementById("coach"), { childList: true });
  tell();
}

// A file that is dropped is as good as one that is chosen.
for (const place of document.querySelectorAll("[data-drop]")) {
  const input = document.getElementById(place.dataset.drop);
  const mark = (over) => place.classList.toggle("bg-primary-subtle", over);
  place.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
  place.addEventListener("dragleave", () => mark(false));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    if (place.tagName === "DETAILS") place.open = true;
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
  const uploading = document.getElementById("uploading");
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
      uploading.textContent = input.dataset.busy + file.name;
      uploading.hidden = false;
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
    uploading.hidden = true;
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
