// Sources by hand and by keyboard: j and k go from one to the next, Enter opens the paper, c copies its reference.
Object.assign(local, { sources: showSources, unfold_abstract: unfoldAbstract, cite, beside: showBeside });

// Beside the talk, or on a narrow page over it, the sources of one turn.
function showSources(button) {
  const section = document.getElementById(`sources-${button.dataset.turn}`);
  if (!section) return;
  showOnly(section);
  if (isPhone()) openSheet(section);
  else find("#beside").scrollTo({ top: 0 });
}

function unfoldAbstract(button) {
  const isFolded = button.closest(".card").querySelector(".passage").classList.toggle("folded");
  button.setAttribute("aria-expanded", String(!isFolded));
  button.querySelector("span").textContent = isFolded ? "Whole abstract" : "Less";
}

// What an earlier turn read and did not cite comes once it is asked for.
document.addEventListener("toggle", async ({ target }) => {
  if (!target.open || !target.dataset.read || target.querySelector(".card, .hint")) return;
  const cards = document.createElement("div");
  target.append(cards);
  const answer = await fetch(target.dataset.read).catch(() => null);
  cards.innerHTML = answer?.ok ? await answer.text() : '<p class="hint">They could not be fetched. Reload the page.</p>';
}, true);

// -- versions --------------------------------------------------------------------------------------------------------

// Which turns were told to show two versions, or one; what was not told is as the server has it.
const besides = new Map();

function showBeside(button) {
  const isShown = button.getAttribute("aria-pressed") !== "true";
  besides.set(button.getAttribute("aria-controls"), isShown);
  keepBesides();
}

function keepBesides() {
  document.querySelectorAll("[data-local=beside]").forEach((button) => {
    const id = button.getAttribute("aria-controls");
    const isShown = besides.get(id) ?? !document.getElementById(id).hasAttribute("data-folded");
    if (button.getAttribute("aria-pressed") !== String(isShown)) button.setAttribute("aria-pressed", String(isShown));
    document.getElementById(id).classList.toggle("shown", isShown);
  });
}

whenThere("#turns", (turns) => {
  keepBesides();
  new MutationObserver(keepBesides).observe(turns, { childList: true, subtree: true });
});

// -- references ------------------------------------------------------------------------------------------------------

const citeStyle = () => localStorage.getItem("paperchat-cite") || "apa";

function showCiteStyle() {
  document.querySelectorAll(".cite-style").forEach((each) => (each.value = citeStyle()));
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches(".cite-style")) return;
  localStorage.setItem("paperchat-cite", target.value);
  showCiteStyle();
});

async function cite(button) {
  const answer = await fetch(`reference?${new URLSearchParams({ paper: button.dataset.paper, style: citeStyle() })}`);
  // A paper that was removed is known by its card alone.
  if (answer.ok) button.dataset.text = await answer.text();
  await copyText(button);
}

whenThere("#sources", (sources) => {
  new MutationObserver(showCiteStyle).observe(sources, { childList: true, subtree: true });
});

// -- keyboard --------------------------------------------------------------------------------------------------------

const isTyped = (target) => Boolean(target.closest?.("input, textarea, select, [contenteditable]"));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || sheet.open || tabInView() !== "ask") return;
  if (event.key === "Escape" && event.target.closest?.("#question textarea") && !event.target.value) event.target.blur();
  if (isTyped(event.target)) return;
  const card = find(".turn-sources:not([hidden]) .card.chosen");
  if (event.key === "j" || event.key === "k") stepSource(card, event.key === "j" ? 1 : -1);
  else if (event.key === "c" && card) card.querySelector("[data-local=cite]").click();
  else if (event.key === "Enter" && card && event.target === card) send("open_paper", card.dataset);
  else return;
  event.preventDefault();
});

function stepSource(card, step) {
  const cards = [...document.querySelectorAll(".turn-sources:not([hidden]) .card")];
  const next = card ? cards[cards.indexOf(card) + step] : cards[step > 0 ? 0 : cards.length - 1];
  if (!next && step > 0) find(".turn-sources:not([hidden]) [data-read]")?.setAttribute("open", "");
  if (!next) return;
  const folded = next.closest("details");
  if (folded) folded.open = true;
  document.querySelectorAll(".chosen").forEach((other) => other.classList.remove("chosen"));
  next.classList.add("chosen");
  next.focus({ preventScroll: true });
  scrollWithin(find("#beside"), next.querySelector("mark") || next, next);
}
