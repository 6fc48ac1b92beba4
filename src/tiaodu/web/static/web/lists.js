// Lists: a row opens its record wherever it is clicked, unless something in it was meant or text is being selected;
// ticked rows are counted and a bar with what can be done to them appears (without a script the css shows it).

function opened(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, select, label, summary, .tick")) return;
  if (String(window.getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
  else window.location.assign(row.dataset.href);
}

// The address of a list says only what was asked for.
function withoutNothing(event) {
  if (!event.target.closest(".list-tools")) return;
  [...event.detail.formData.entries()].forEach(([name, value]) => value === "" && event.detail.formData.delete(name));
}

const boxes = (list) => [...list.querySelectorAll("[data-tick]")];

function count(list) {
  const all = boxes(list);
  const ticked = all.filter((box) => box.checked);
  const everything = list.querySelector("[data-all]");
  all.forEach((box) => box.closest("tr").classList.toggle("is-ticked", box.checked));
  const head = list.querySelector("[data-tick-all] input");
  if (head) {
    head.checked = all.length > 0 && ticked.length === all.length;
    head.indeterminate = ticked.length > 0 && !head.checked;
  }
  const number = list.querySelector("[data-ticked]");
  if (number) number.textContent = everything?.checked ? everything.dataset.total : ticked.length;
}

// What needs a script is hidden until it is there; a list comes anew with every filter.
function prepare(root) {
  root.querySelectorAll?.("[data-list]:has([data-tick])").forEach((list) => {
    list.querySelectorAll("[data-tick-all], [data-tick-page], [data-ticked-words]").forEach((part) => {
      part.hidden = false;
    });
    count(list);
  });
}

let last = null;

function range(box) {
  const all = boxes(box.closest("[data-list]"));
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) all.slice(from, to + 1).forEach((other) => (other.checked = box.checked));
}

function ticked(event) {
  const list = event.target.closest("[data-list]");
  if (!list) return;
  if (event.target.matches("[data-tick-all] input")) boxes(list).forEach((box) => (box.checked = event.target.checked));
  if (event.target.matches("[data-tick-all] input, [data-tick], [data-all]")) count(list);
}

function clicked(event) {
  const list = event.target.closest("[data-list]");
  if (!list) return;
  if (event.target.matches("[data-tick]")) {
    if (event.shiftKey && last && list.contains(last)) range(event.target);
    last = event.target;
    count(list);
  }
  if (event.target.closest("[data-tick-page]")) {
    boxes(list).forEach((box) => (box.checked = true));
    count(list);
  }
}

// The boxes belong to the form of the bar, so taking back is the form's own reset.
function untick(event) {
  if (event.target.matches("[data-bulk]")) window.setTimeout(() => count(event.target.closest("[data-list]")));
}

export function startLists() {
  document.addEventListener("htmx:configRequest", withoutNothing);
  document.addEventListener("click", opened);
  document.addEventListener("click", clicked);
  document.addEventListener("change", ticked);
  document.addEventListener("reset", untick);
  document.addEventListener("htmx:afterSettle", () => prepare(document));
  window.addEventListener("pageshow", () => prepare(document));
  prepare(document);
}
