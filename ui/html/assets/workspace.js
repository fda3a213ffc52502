// Selections, collections, tables and settings. Runs after bridge.js, in the same place.
events.push(
  "close_paper", "select_found", "select_nothing", "collect_papers", "open_collection", "take_out",
  "rename_collection", "delete_collection", "remove_selected", "ask_only",
  "table_of", "new_table", "make_table", "open_table", "close_table", "fill_table", "stop_table", "sort_table",
  "open_cell", "close_cell", "add_question", "delete_table", "try_model", "save_settings", "draw_anew",
);
Object.assign(local, { offer: addLine, show_form: showForm, try_form: tryForm });
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

document.addEventListener("change", ({ target }) => {
  if (target.dataset.select) trigger("select_paper", { paper: target.dataset.select, on: String(target.checked) });
});

function showForm(button) {
  const form = document.getElementById(button.getAttribute("aria-controls"));
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  form.querySelector("input")?.focus();
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
