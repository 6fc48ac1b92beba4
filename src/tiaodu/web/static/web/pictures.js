// Pictures: what a part of one stands for, shown beside it; a network begins where the project is.

function tip() {
  const found = document.querySelector(".tip");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "tip";
  made.hidden = true;
  made.setAttribute("aria-hidden", "true"); // the parts say it themselves
  document.body.append(made);
  return made;
}

function show(part) {
  const box = tip();
  box.textContent = part.dataset.tip;
  box.hidden = false;
  const at = part.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left + at.width / 2 - box.offsetWidth / 2), window.innerWidth - box.offsetWidth - 8);
  const above = at.top - box.offsetHeight - 6;
  box.style.left = `${left}px`;
  box.style.top = `${above > 8 ? above : at.bottom + 6}px`;
}

function entered(event) {
  const part = event.target.closest?.("[data-tip]");
  if (part) show(part);
}

function left(event) {
  if (event.target.closest?.("[data-tip]")) tip().hidden = true;
}

export function startPictures() {
  document.addEventListener("pointerover", entered);
  document.addEventListener("pointerout", left);
  document.addEventListener("focusin", entered);
  document.addEventListener("focusout", left);
  document.addEventListener("scroll", () => (tip().hidden = true), { passive: true });
  document.querySelectorAll("[data-net]").forEach((net) => {
    const now = net.querySelector("[data-now]");
    const scroll = net.querySelector(".net-scroll");
    if (!now || !scroll) return;
    scroll.scrollLeft += now.getBoundingClientRect().left - scroll.getBoundingClientRect().left - 160;
  });
}
