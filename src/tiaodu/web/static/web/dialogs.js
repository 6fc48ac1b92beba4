// The provenance drawer, confirmations and menus. Dialogs are the browser's own: focus and Esc are right by nature.

// What is loaded into the drawer, or into a dialog that waits for it, opens it.
function openDrawer(event) {
  const dialog = event.detail.target?.closest?.("#drawer, dialog[data-modal]");
  if (dialog && !dialog.open) dialog.showModal();
}

function clicked(event) {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    opener.closest("details[data-menu]")?.removeAttribute("open");
    document.getElementById(opener.dataset.open)?.showModal();
    return;
  }
  const closer = event.target.closest("dialog [data-close]");
  if (closer) {
    event.preventDefault(); // a link that leads back where there is no dialog
    closer.closest("dialog").close();
  }
  if (event.target.closest("[data-back]")) window.history.back();
  if (event.target.closest("[data-print]")) window.print();
  // A click beside an open dialog closes it, as on the backdrop.
  if (event.target instanceof HTMLDialogElement && event.target.matches(".drawer, .keys")) event.target.close();
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
}

// hx-confirm asks through the page's own dialog instead of the browser's box.
function confirm(event) {
  if (!event.detail.question) return;
  const dialog = document.getElementById("confirm");
  if (!dialog) return;
  event.preventDefault();
  dialog.querySelector("[data-question]").textContent = event.detail.question;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && event.detail.issueRequest(true), { once: true });
  dialog.showModal();
}

// A form with data-confirm asks the same way before it is sent.
function asked(event) {
  const form = event.target;
  const dialog = document.getElementById("confirm");
  if (!form.dataset.confirm || form.dataset.confirmed || !dialog) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  dialog.querySelector("[data-question]").textContent = form.dataset.confirm;
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "1";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    },
    { once: true },
  );
  dialog.showModal();
}

export function startDialogs() {
  document.addEventListener("submit", asked, { capture: true });
  document.addEventListener("htmx:afterSwap", openDrawer);
  document.addEventListener("htmx:confirm", confirm);
  document.addEventListener("click", clicked);
}
