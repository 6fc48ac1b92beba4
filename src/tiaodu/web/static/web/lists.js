// Lists: a row opens its record wherever it is clicked, unless something in it was meant or text is being selected.

function opened(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, select, label, summary")) return;
  if (String(window.getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
  else window.location.assign(row.dataset.href);
}

// The address of a list says only what was asked for.
function withoutNothing(event) {
  if (!event.target.closest(".list-tools")) return;
  [...event.detail.formData.entries()].forEach(([name, value]) => value === "" && event.detail.formData.delete(name));
}

export function startLists() {
  document.addEventListener("htmx:configRequest", withoutNothing);
  document.addEventListener("click", opened);
}
