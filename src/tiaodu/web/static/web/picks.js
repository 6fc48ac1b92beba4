// A value picked from a list that was found while typing is written into the field it is for.

function picked(event) {
  const chosen = event.target.closest("[data-pick]");
  if (!chosen) return;
  const field = document.getElementById(chosen.closest("[data-picker]")?.dataset.picker);
  if (!field) return;
  field.value = chosen.dataset.pick;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
}

export function startPicks() {
  document.addEventListener("click", picked);
}
