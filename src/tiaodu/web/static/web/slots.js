// Parts of a page that another room fills: what is shown when one does not come, and asking for it again.

function failed(event) {
  const slot = event.detail.elt;
  if (!slot?.matches?.("[data-slot]")) return;
  const told = slot.parentElement.querySelector("template");
  if (told) slot.replaceChildren(told.content.cloneNode(true));
}

function again(event) {
  const slot = event.target.closest("[data-again]")?.closest("[data-slot]");
  if (slot) slot.dispatchEvent(new CustomEvent("again"));
}

export function startSlots() {
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("click", again);
}
