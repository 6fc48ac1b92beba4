// Forms: one submission at a time, the drop zone, and the day that is shown.

function sent(event) {
  const form = event.target;
  if (form.method === "dialog") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.hasAttribute("hx-get") || form.hasAttribute("hx-post") || form.method === "get") return;
  form.dataset.sent = "1";
  form.classList.add("is-sending");
  // A form answered by a download leaves the page as it was.
  window.setTimeout(() => again(form), 8000);
}

function again(form) {
  delete form.dataset.sent;
  form.classList.remove("is-sending");
}

function dropped(zone, event) {
  event.preventDefault();
  zone.classList.remove("is-over");
  const input = zone.querySelector("input[type=file]");
  if (!event.dataTransfer?.files.length || !input) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function startDrop(zone) {
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => dropped(zone, event));
  zone.querySelector("input[type=file]")?.addEventListener("change", (event) => {
    const names = [...event.target.files].map((file) => file.name);
    const told = zone.querySelector("[data-chosen]");
    if (told) told.textContent = names.join("、");
    zone.classList.toggle("is-chosen", names.length > 0);
  });
}

export function startForms() {
  document.addEventListener("submit", sent);
  window.addEventListener("pageshow", () =>
    document.querySelectorAll("form[data-sent]").forEach(again),
  );
  document.querySelectorAll("[data-drop]").forEach(startDrop);
  document.querySelectorAll("[data-day] input[type=date]").forEach((input) =>
    input.addEventListener("change", () => input.value && input.form.requestSubmit(input.form.querySelector(".day-go"))),
  );
}
