// A row of tabs wider than a phone begins where the page stands, not at its first tab.

export function startTabs() {
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const row = tab.parentElement;
    const past = tab.offsetLeft + tab.offsetWidth - row.offsetLeft - row.clientWidth;
    if (past > 0) row.scrollLeft = past + row.clientWidth / 4;
  }
}
