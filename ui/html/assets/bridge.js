// The page's own behaviour. Runs once, in the component that carries events to the server:
// a button with data-send="name" raises the event of that name there, one with data-local does its work here.
const events = [
  "ask_this", "ask_offline", "ask_again", "edit_question", "leave_edit", "rate", "only_paper", "every_paper",
  "open_paper", "more_papers", "remove_paper", "new_conversation", "open_conversation",
  "rename_conversation", "delete_conversation", "drop_filter",
];
const local = { copy: copyText, theme: switchTheme, ask_before: askBefore, rename: startRename };
const find = (selector) => document.querySelector(selector);
const root = find(".gradio-container") || document.body;
const isPhone = () => matchMedia("(max-width: 900px)").matches;

document.addEventListener("click", (event) => {
  const number = event.target.closest("a.number") || numberNear(event);
  if (number) {
    event.preventDefault();
    showSource(number.hash.slice(1), number);
    return;
  }
  const button = event.target.closest("button[data-send], button[data-local]");
  if (button?.dataset.local) local[button.dataset.local](button);
  else if (button) send(button.dataset.send, button.dataset);
  if (event.target.closest("#send, #stop, .examples, .suggestions, [data-send=edit_question], [data-send=only_paper], [data-send=new_conversation]")) {
    find("#question textarea")?.focus();
  }
});

// A finger is larger than a number: what is tapped within 22 px of one means the nearest.
function numberNear({ target, pointerType, clientX, clientY }) {
  if (pointerType !== "touch" || !target.closest(".answer") || target.closest("a, button, summary, input")) return null;
  const away = (number) => {
    const { left, right, top, bottom } = number.getBoundingClientRect();
    return Math.max(Math.abs(clientX - (left + right) / 2), Math.abs(clientY - (top + bottom) / 2));
  };
  const numbers = [...target.closest(".answer").querySelectorAll("a.number")].map((each) => [away(each), each]);
  const [distance, nearest] = numbers.sort(([one], [other]) => one - other)[0] || [Infinity];
  return distance <= 22 ? nearest : null;
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-send]");
  if (!form) return;
  event.preventDefault();
  send(form.dataset.send, { ...form.dataset, ...Object.fromEntries(new FormData(form)) });
});

function send(name, data) {
  if (!events.includes(name)) return;
  if (["ask_this", "ask_offline", "ask_again", "only_paper", "open_conversation", "new_conversation", "show_version", "edit_question"].includes(name)) openTab("Ask");
  if (sheet.open) sheet.close();
  if (name === "open_paper") openTab("Library");
  trigger(name, { ...data });
  if (name === "open_paper" && isPhone()) scrollTo({ top: 0 });
}

function openTab(name) {
  const tabs = [...document.querySelectorAll("#tabs [role=tab]")];
  const tab = tabs.find((each) => each.textContent.trim().toLowerCase() === name.toLowerCase());
  if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
}

// -- sources ---------------------------------------------------------------------------------------------------------

function showSource(id, number) {
  const card = document.getElementById(id);
  if (!card) return;
  showOnly(card.closest(".turn-sources"));
  const folded = card.closest("details");
  if (folded) folded.open = true;
  document.querySelectorAll(".chosen").forEach((other) => other.classList.remove("chosen"));
  card.classList.add("chosen");
  number.classList.add("chosen");
  hideTip();
  if (isPhone()) openSheet(card);
  else scrollWithin(find("#beside"), card.querySelector("mark") || card, card);
}

function showOnly(section) {
  document.querySelectorAll(".turn-sources").forEach((other) => (other.hidden = other !== section));
}

// Scrolls the sources only: the reader's place in the answer stays.
function scrollWithin(panel, part, card) {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const fits = part.getBoundingClientRect().bottom - card.getBoundingClientRect().top < panel.clientHeight;
  const distance = (fits ? card : part).getBoundingClientRect().top - panel.getBoundingClientRect().top;
  panel.scrollTo({ top: panel.scrollTop + distance - 12, behavior: isCalm ? "auto" : "smooth" });
}

// On a phone the sources are far below: the card comes up over the answer instead.
const sheet = root.appendChild(document.createElement("dialog"));
sheet.id = "sheet";
sheet.setAttribute("aria-label", "Sources");
sheet.addEventListener("click", (event) => {
  if (event.target === sheet || event.target.closest("button:not([data-local])")) sheet.close();
});

function openSheet(card) {
  const copy = card.cloneNode(true);
  copy.querySelectorAll("[id]").forEach((each) => each.removeAttribute("id"));
  copy.id = "sheet-card";
  copy.removeAttribute("aria-labelledby");
  const close = Object.assign(document.createElement("button"), { className: "plain close", textContent: "Close" });
  sheet.replaceChildren(close, copy);
  sheet.showModal();
  if (card.matches(".card")) copy.querySelector("mark")?.scrollIntoView({ block: "center" });
}

// -- small works -----------------------------------------------------------------------------------------------------

async function copyText(button) {
  await navigator.clipboard.writeText(button.dataset.text);
  const label = button.querySelector("span");
  label.dataset.name ??= label.textContent;
  label.textContent = "Copied";
  setTimeout(() => (label.textContent = label.dataset.name), 1500);
}

function switchTheme() {
  const isDark = document.body.classList.toggle("dark");
  localStorage.setItem("paperchat-theme", isDark ? "dark" : "light");
}

// What can't be undone is asked for twice, in the same place.
function askBefore(button) {
  if (button.classList.contains("sure")) {
    button.classList.remove("sure");
    send(button.dataset.then, button.dataset);
    return;
  }
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = button.dataset.question;
  button.classList.add("sure");
  setTimeout(() => {
    button.classList.remove("sure");
    label.textContent = before;
  }, 8000);
}

function startRename(button) {
  const row = button.closest("li, .bar");
  row.querySelector("form").hidden = false;
  row.querySelector("form input").select();
}

// -- keyboard --------------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("#question textarea");
  if (event.key === "Escape") {
    hideTip();
    const stop = find("#stop");
    if (stop?.offsetParent) stop.click();
    else if (typing && find("#scope [data-send=leave_edit]")) send("leave_edit", {});
  } else if (event.key === "ArrowUp" && typing && !event.target.value) {
    const edits = document.querySelectorAll("[data-send=edit_question]");
    if (edits.length) {
      event.preventDefault();
      send("edit_question", edits[edits.length - 1].dataset);
    }
  }
});

// -- hints -----------------------------------------------------------------------------------------------------------

const tip = root.appendChild(Object.assign(document.createElement("div"), { id: "tip" }));
tip.setAttribute("role", "tooltip");

// Hovering or focusing a number shows the title and the sentence; an unsupported sentence shows why.
function tipText(target) {
  const number = target.closest?.("a.number");
  if (number) {
    const card = document.getElementById(number.hash.slice(1));
    if (!card) return null;
    return [card.querySelector(".card-title").textContent.trim(), card.querySelector("mark")?.textContent];
  }
  const told = target.closest?.("[data-tip]");
  return told ? [told.dataset.tipTitle || "Not supported", told.dataset.tip] : null;
}

function showTip(event) {
  const text = tipText(event.target);
  if (!text) return;
  tip.replaceChildren(
    Object.assign(document.createElement("strong"), { textContent: text[0] }),
    Object.assign(document.createElement("span"), { textContent: text[1] || "" }),
  );
  const place = event.target.closest("a.number, [data-tip]").getClientRects()[0];
  tip.classList.add("shown");
  const left = Math.min(Math.max(8, place.left - 20), innerWidth - tip.offsetWidth - 8);
  const above = place.top - tip.offsetHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 8 ? above : place.bottom + 8}px`;
}

function hideTip() {
  tip.classList.remove("shown");
}

document.addEventListener("mouseover", showTip);
document.addEventListener("focusin", showTip);
document.addEventListener("mouseout", hideTip);
document.addEventListener("focusout", hideTip);
document.addEventListener("scroll", hideTip, true);

// -- what changes while one reads ------------------------------------------------------------------------------------

const unfolded = new Set();
document.addEventListener("toggle", ({ target }) => {
  if (!target.id) return;
  if (target.open) unfolded.add(target.id);
  else if (target.isConnected) unfolded.delete(target.id);
}, true);

function unfold() {
  unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
}

// A new question goes to the top of the view and stays there: nothing moves while its answer is written, nor when the
// answer is whole and takes its place. Meanwhile no sources are shown, since those of an earlier answer aren't those of
// this one.
let isLive = false;
let liveTop = 0;
const topOf = (turn) => turn.getBoundingClientRect().top - find("#scroll").getBoundingClientRect().top;

function bringTo(turn, top) {
  const scroll = find("#scroll");
  if (turn) scroll.scrollTop += topOf(turn) - top;
}

function afterChange() {
  unfold();
  const live = find("#live .turn.live");
  const last = [...document.querySelectorAll("#turns .turn")].pop();
  if (live && !isLive) {
    bringTo(live, 0);
    liveTop = topOf(live);
    showOnly(find("#sources-waiting"));
  } else if (isLive && !live) {
    bringTo(find("#live .turn") || last, liveTop);
    if (!find("#sources-waiting")?.hidden) {
      showOnly([...document.querySelectorAll(".turn-sources:not(#sources-waiting, .of-beside)")].pop());
    }
  } else if (!live && talkInView() !== seenTalk) bringTo(last, 0);
  noteAddress(isLive);
  isLive = Boolean(live);
}

document.addEventListener("scroll", ({ target }) => {
  const live = target.id === "scroll" && find("#live .turn.live");
  if (live) liveTop = topOf(live);
}, true);

function whenThere(selector, act) {
  const found = find(selector);
  if (found) act(found);
  else setTimeout(() => whenThere(selector, act), 30);
}

// What scrolls must be reachable by keyboard.
function nameRegion(selector, label) {
  whenThere(selector, (region) => {
    region.tabIndex = 0;
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", label);
  });
}

// Gradio's label hides the words on the button from a screen reader.
whenThere("#add", (add) => {
  new MutationObserver(() => {
    add.querySelectorAll(".upload-container[aria-label]").forEach((each) => each.removeAttribute("aria-label"));
  }).observe(add, { childList: true, subtree: true });
});

nameRegion("#catalogue", "List of papers");
nameRegion("#reader", "The chosen paper");
