// Lists: a row opens its record wherever it is clicked, unless something in it was meant or text is being selected.

function opened(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, select, label, summary")) return;
  if (String(window.getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
  else window.location.assign(row.dataset.href);
}

export function startLists() {
  document.addEventListener("click", opened);
}
