// 试读: the example text, and the readers of an internal document.

function fillExample(event) {
  const button = event.target.closest("[data-example]");
  if (!button) return;
  const text = button.closest("form").querySelector("textarea[name=text]");
  text.value = button.dataset.example;
  text.focus();
  text.dispatchEvent(new Event("guess", { bubbles: true }));
}

function pasted(event) {
  if (event.target.matches("textarea[name=text]")) window.setTimeout(() => event.target.dispatchEvent(new Event("guess", { bubbles: true })));
}

// Readers are asked only for an internal document.
function secrecyChosen() {
  document.querySelectorAll("[data-secrecy]").forEach((fields) => {
    const internal = fields.querySelector("input[name=secrecy][value=internal]")?.checked ?? false;
    const readers = fields.querySelector("[data-readers]");
    readers.hidden = !internal;
    if (internal) readers.open = true;
  });
}

document.addEventListener("click", fillExample);
document.addEventListener("paste", pasted);
document.addEventListener("change", (event) => event.target.name === "secrecy" && secrecyChosen());
secrecyChosen();
