// Selections, collections, tables and settings. Runs after bridge.js, in the same place.
events.push(
  "close_paper", "select_found", "select_nothing", "collect_papers", "open_collection", "take_out",
  "rename_collection", "delete_collection", "remove_selected", "ask_only",
  "table_of", "new_table", "make_table", "open_table", "close_table", "fill_table", "stop_table", "sort_table",
  "open_cell", "close_cell", "add_question", "delete_table", "try_model", "save_settings", "draw_anew",
);
Object.assign(local, { offer: addLine, show_form: showForm, try_form: tryForm, add_papers: addPapers });
nameRegion("#table-grid", "Table of papers by questions");

// Where a button leads besides what it sends.
document.addEventListener("click", ({ target }) => {
  const name = target.closest("button[data-send]")?.dataset.send;
  if (name === "table_of") openTab("Table");
  if (name === "ask_only") {
    openTab("Ask");
    find("#question textarea")?.focus();
  }
});

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && find(".cell-page")?.offsetParent) send("close_cell", {});
});

// Ticks may come faster than they are answered. They are told one after the other, those that wait together: answers that
// crossed on their way would leave an older count.
const ticks = new Map();
let telling = 0;

document.addEventListener("change", ({ target }) => {
  if (!target.dataset.select) return;
  ticks.set(target.dataset.select, target.checked);
  tellTicks();
});

function tellTicks() {
  if (telling || !ticks.size) return;
  const those = (on) => [...ticks].filter(([, isOn]) => isOn === on).map(([paper]) => paper).join("\n");
  trigger("select_papers", { on: those(true), off: those(false) });
  ticks.clear();
  // What changes nothing is not answered.
  telling = setTimeout(ticksTold, 3000);
}

function ticksTold() {
  clearTimeout(telling);
  telling = 0;
  tellTicks();
}

whenThere("#selection", (bar) => new MutationObserver(ticksTold).observe(bar, { childList: true, subtree: true, characterData: true }));

function showForm(button) {
  const form = document.getElementById(button.getAttribute("aria-controls"));
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  form.querySelector("input")?.focus();
}

// The place for files is far down a long list.
function addPapers() {
  const fold = find("#add > button");
  if (!fold.classList.contains("open")) fold.click();
  fold.scrollIntoView({ block: "center" });
  fold.focus({ preventScroll: true });
}

function tryForm(button) {
  send("try_model", { ...Object.fromEntries(new FormData(button.closest("form"))), provider: button.dataset.provider || "" });
}

document.addEventListener("input", ({ target }) => {
  if (target.type === "range" && target.nextElementSibling?.tagName === "OUTPUT") target.nextElementSibling.value = target.value;
});

// A question that is offered becomes a line of the box.
function addLine(button) {
  const box = button.closest("form").querySelector("textarea");
  const lines = box.value.split("\n").filter((line) => line.trim());
  if (!lines.includes(button.textContent)) box.value = [...lines, button.textContent].join("\n");
  box.focus();
}

// A file that is too large is told in the panel before it travels, and the others go on.
function sift(event) {
  const input = find("#add input[type=file]");
  const given = event.type === "drop" ? event.dataTransfer.files : event.target.files;
  const isMeant = event.type === "drop" ? event.target.closest("#add") : event.target === input;
  if (!isMeant || !given?.length || !input) return;
  const most = Number(find("#drop-hint [data-most]").dataset.most);
  const isLarge = (file) => file.size > most * 1024 * 1024;
  const notes = [...given].filter(isLarge).map((file) =>
    Object.assign(document.createElement("p"), { className: "note bad", textContent: `${file.name} is larger than ${most} MB. Split it, or use the command paperchat index.` }));
  if (event.isTrusted || notes.length) find("#drop-hint .too-large").replaceChildren(...notes);
  if (!notes.length) return;
  const rest = new DataTransfer();
  [...given].filter((file) => !isLarge(file)).forEach((file) => rest.items.add(file));
  event.stopImmediatePropagation();
  event.preventDefault();
  input.files = rest.files;
  if (rest.files.length) input.dispatchEvent(new Event("change", { bubbles: true }));
}
document.addEventListener("change", sift, true);
document.addEventListener("drop", sift, true);

// Similar papers are put into the very page that asked for them: another may be open when they come, or none.
async function findSimilar() {
  for (const place of document.querySelectorAll("[data-similar]:not([data-asked])")) {
    place.dataset.asked = "";
    const answer = await fetch(`library/similar?${new URLSearchParams({ paper: place.dataset.similar })}`).catch(() => null);
    if (answer?.ok) place.innerHTML = await answer.text();
    else place.textContent = "They could not be looked for. Open the paper again.";
  }
}
whenThere("#paper", (paper) => new MutationObserver(findSimilar).observe(paper, { childList: true, subtree: true }));
