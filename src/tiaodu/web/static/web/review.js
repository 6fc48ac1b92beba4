// Review: text and statements point at each other; chips filter; j k move, a e x u act on the current statement.

const typing = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
const page = () => document.querySelector("[data-review]");
const statements = () => [...document.querySelectorAll("[data-statement]")];
const shown = () => statements().filter((row) => row.offsetParent !== null);
const rowOf = (id) => document.getElementById(`s-${id}`);
const marksOf = (id) => document.querySelectorAll(`.hl[data-s~="${id}"]`);

let current = null; // id of the statement a person is at
let chip = ""; // the filter that is on

function light(id, name, on) {
  marksOf(id).forEach((mark) => mark.classList.toggle(name, on));
  rowOf(id)?.classList.toggle(name, on);
}

function choose(id, { focus = true } = {}) {
  if (current) light(current, "is-current", false);
  current = id;
  if (!id) return;
  light(id, "is-current", true);
  const row = rowOf(id);
  if (focus && row && !row.contains(document.activeElement)) row.focus({ preventScroll: true });
}

function showTab(name) {
  page().dataset.show = name;
  document.querySelectorAll("[data-tab]").forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.tab === name)));
}

const onPhone = () => window.matchMedia("(max-width: 900px)").matches;

function scrollInside(box, element) {
  if (!element) return;
  if (onPhone()) {
    element.scrollIntoView({ block: "center" });
    return;
  }
  const outer = box.getBoundingClientRect();
  const inner = element.getBoundingClientRect();
  if (inner.top < outer.top + 120 || inner.bottom > outer.bottom - 16) {
    box.scrollTop += inner.top - outer.top - outer.height / 3;
  }
}

function showText(id) {
  scrollInside(document.getElementById("review-text"), marksOf(id)[0]);
}

function showRow(id) {
  scrollInside(document.getElementById("review-list"), rowOf(id));
}

// ---- pointing

function pointed(event) {
  const on = event.type === "mouseover";
  const row = event.target.closest("[data-statement]");
  if (row) light(row.dataset.statement, "is-pointed", on);
  const mark = event.target.closest(".hl[data-s]");
  if (mark) light(mark.dataset.s.trim().split(" ")[0], "is-pointed", on);
}

function clicked(event) {
  const mark = event.target.closest(".hl[data-s]");
  if (mark) {
    const id = mark.dataset.s.trim().split(" ")[0];
    if (rowOf(id)?.hidden) filter("");
    showTab("list");
    choose(id);
    showRow(id);
    return;
  }
  const tab = event.target.closest("[data-tab]");
  if (tab) {
    showTab(tab.dataset.tab);
    if (tab.dataset.tab === "text" && current) showText(current);
    return;
  }
  const button = event.target.closest("[data-chip]");
  if (button) {
    filter(button.dataset.chip);
    return;
  }
  const row = event.target.closest("[data-statement]");
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (row && METHODS[act]) {
    run(row, act);
    return;
  }
  if (row && !event.target.closest("a, button, input, textarea, select, label")) {
    choose(row.dataset.statement);
    if (!onPhone()) showText(row.dataset.statement);
  }
}

function focused(event) {
  const row = event.target.closest?.("[data-statement]");
  if (row && row.dataset.statement !== current) choose(row.dataset.statement, { focus: false });
}

// ---- buttons: a row says what can be done with it, the page holds one set of buttons

const METHODS = { accept: "POST", reject: "POST", undo: "POST", edit: "GET", split: "GET", log: "GET" };

function dress(row) {
  const place = row.querySelector(".statement-acts");
  if (!place || place.childElementCount) return;
  const able = (row.dataset.acts ?? "").split(" ");
  const buttons = document.querySelector("[data-acts-template]").content.cloneNode(true);
  buttons.querySelectorAll("[data-act]").forEach((button) => {
    if (!able.includes(button.dataset.act)) button.remove();
  });
  place.append(buttons);
}

function run(row, act) {
  const url = `${page().dataset.base}${row.dataset.statement}/${act}/`;
  const places = {
    split: { target: row.querySelector(".statement-slot"), swap: "innerHTML" },
    log: { target: "#drawer-body", swap: "innerHTML" },
  };
  const values = METHODS[act] === "POST" ? { version: row.dataset.version } : {};
  window.htmx.ajax(METHODS[act], url, { source: row, values, ...(places[act] ?? { target: row, swap: "outerHTML" }) });
}

// The form of an answer is made when somebody opens it.
function opened(event) {
  const details = event.target;
  if (!details.matches?.("details.answer") || !details.open || details.querySelector("form")) return;
  const row = details.closest("[data-statement]");
  const form = document.querySelector("[data-answer-template]").content.firstElementChild.cloneNode(true);
  if (!row.dataset.tags.split(" ").includes("duty")) form.querySelectorAll("[data-of=duty]").forEach((part) => part.remove());
  form.setAttribute("hx-post", `${page().dataset.base}${row.dataset.statement}/answer/`);
  form.setAttribute("hx-vals", JSON.stringify({ version: row.dataset.version }));
  details.append(form);
  window.htmx.process(form);
  form.querySelector("input").focus();
}

// ---- filtering

const byDefault = (tags) => !tags.includes("context") && !tags.includes("is-replaced") && !tags.includes("is-vanished");

function matches(tags) {
  if (!chip) return byDefault(tags);
  const wanted = chip.split(" ").some((tag) => tags.includes(tag));
  if (["context", "is-replaced", "changed"].includes(chip)) return wanted;
  return wanted && byDefault(tags);
}

function applyFilter() {
  let any = false;
  document.querySelectorAll("[data-group]").forEach((group) => {
    let visible = false;
    group.querySelectorAll("[data-statement]").forEach((row) => {
      // What a person is at stays in its place until she filters anew.
      row.hidden = !matches(row.dataset.tags.split(" ")) && row.dataset.kept !== chip;
      if (!row.hidden) row.dataset.kept = chip;
      visible ||= !row.hidden;
    });
    group.hidden = !visible;
    any ||= visible;
  });
  const none = document.querySelector("[data-none]");
  if (none) none.hidden = any || !statements().length;
  document.querySelectorAll("[data-chip]").forEach((button) => {
    const on = button.dataset.chip === chip;
    button.classList.toggle("is-on", on);
    button.setAttribute("aria-pressed", String(on));
  });
}

function filter(key) {
  chip = key;
  statements().forEach((row) => delete row.dataset.kept);
  applyFilter();
}

// ---- ticking

function countTicked() {
  const ticked = document.querySelectorAll("[data-tick]:checked").length;
  const form = document.querySelector("[data-ticked]");
  if (!form) return;
  form.hidden = ticked < 2;
  form.querySelector("[data-count]").textContent = ticked;
}

// ---- keys

function move(step) {
  const all = shown();
  if (!all.length) return;
  const now = all.findIndex((row) => row.dataset.statement === current);
  const next = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  choose(next.dataset.statement);
  showRow(next.dataset.statement);
  if (!onPhone()) showText(next.dataset.statement);
}

const acts = { a: "accept", e: "edit", x: "reject", u: "undo" };

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !page()) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") rowOf(current)?.querySelector("[data-act=cancel]")?.click();
  if (typing(event.target)) return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
  else if (acts[event.key] && current) rowOf(current)?.querySelector(`[data-act=${acts[event.key]}]`)?.click();
  else return;
  event.preventDefault();
}

// ---- after the server answered

let actedOn = null;

function asking(event) {
  actedOn = event.detail.elt.closest?.("[data-statement]")?.dataset.statement ?? actedOn;
}

function settled() {
  if (!page()) return;
  statements().forEach(dress);
  if (!document.querySelector(`[data-chip="${chip}"]`)) chip = "";
  const kept = document.querySelectorAll("[data-kept]").length > 0;
  if (kept && actedOn && rowOf(actedOn)) rowOf(actedOn).dataset.kept = chip;
  applyFilter();
  countTicked();
  if (current) light(current, "is-current", true);
  if (actedOn && rowOf(actedOn)) {
    choose(actedOn, { focus: false });
    const form = rowOf(actedOn).querySelector("form.statement-form, .statement-slot form");
    if (form) form.querySelector("select, input:not([type=hidden]), textarea")?.focus();
    else if (document.activeElement === document.body) rowOf(actedOn).focus({ preventScroll: true });
  }
}

// A row in which somebody is typing is left alone when others change it: what she typed is worth more.
function spare(event) {
  const busy = "form.statement-form, .statement-slot form, details.answer[open]";
  const row = event.detail.target;
  if (row?.matches?.("[data-statement]") && row.querySelector(busy)) event.detail.shouldSwap = false;
}

document.addEventListener("toggle", opened, { capture: true });
document.addEventListener("htmx:oobBeforeSwap", spare);
document.addEventListener("mouseover", pointed);
document.addEventListener("mouseout", pointed);
document.addEventListener("click", clicked);
document.addEventListener("focusin", focused);
document.addEventListener("change", (event) => event.target.matches?.("[data-tick]") && countTicked());
document.addEventListener("keydown", pressed);
document.addEventListener("htmx:beforeRequest", asking);
document.addEventListener("htmx:afterSettle", settled);
statements().forEach(dress);
filter(page()?.dataset.chipFirst ?? "");
if (window.location.hash.startsWith("#s-")) {
  choose(window.location.hash.slice(3));
  showRow(current);
}
