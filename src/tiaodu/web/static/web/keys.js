// Keyboard: / searches, j k move along the rows, Enter opens, g then a digit goes to a room, ? lists the keys.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

const rows = () => [...document.querySelectorAll("[data-list] tr[data-href], [data-rows] [data-href]")];

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("is-current"));
  const next = Math.min(Math.max(now + step, 0), all.length - 1);
  all.forEach((row) => row.classList.remove("is-current"));
  all[next].classList.add("is-current");
  (all[next].querySelector("a") ?? all[next]).focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

let afterG = false;

const acts = {
  "/": () => (document.querySelector("[data-search]") ?? document.querySelector("[data-key='/']"))?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
  j: () => move(1),
  k: () => move(-1),
  x: () => document.querySelector("tr.is-current [data-tick]")?.click(),
  Enter: () => {
    const row = document.querySelector("tr.is-current[data-href], .is-current[data-href]");
    if (row) window.location.assign(row.dataset.href);
  },
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (afterG && /^[1-9]$/.test(event.key)) {
    document.querySelectorAll(".rooms a")[Number(event.key) - 1]?.click();
  } else if (acts[event.key]) {
    acts[event.key]();
    event.preventDefault();
  }
  afterG = event.key === "g";
}

export function startKeys() {
  document.addEventListener("keydown", pressed);
}
