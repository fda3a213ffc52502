// The page's own behaviour. Runs once, in the component that carries events to the server:
// a button with data-send="name" raises the event of that name there, one with data-local does its work here.
const events = ["ask_this"];
const local = { copy: copyText, theme: switchTheme };
const tip = document.body.appendChild(Object.assign(document.createElement("div"), { id: "tip" }));
tip.setAttribute("role", "tooltip");

document.addEventListener("click", (event) => {
  const number = event.target.closest("a.number");
  if (number) {
    event.preventDefault();
    showSource(number.hash.slice(1), number);
    return;
  }
  const button = event.target.closest("[data-send], [data-local]");
  if (!button) return;
  if (button.dataset.local) local[button.dataset.local](button);
  else if (events.includes(button.dataset.send)) trigger(button.dataset.send, { ...button.dataset });
});

function showSource(id, number) {
  const card = document.getElementById(id);
  if (!card) return;
  const section = card.closest(".turn-sources");
  document.querySelectorAll(".turn-sources").forEach((other) => (other.hidden = other !== section));
  const folded = card.closest("details");
  if (folded) folded.open = true;
  document.querySelectorAll(".chosen").forEach((other) => other.classList.remove("chosen"));
  card.classList.add("chosen");
  number.classList.add("chosen");
  scrollWithin(document.getElementById("beside"), card.querySelector("mark") || card, card);
  hideTip();
}

// Scrolls the sources only: the reader's place in the answer stays.
function scrollWithin(panel, part, card) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (panel.scrollHeight <= panel.clientHeight + 1) return;
  const inside = part.getBoundingClientRect().bottom - card.getBoundingClientRect().top < panel.clientHeight;
  const target = (inside ? card : part).getBoundingClientRect().top - panel.getBoundingClientRect().top;
  panel.scrollTo({ top: panel.scrollTop + target - 12, behavior: calm ? "auto" : "smooth" });
}

async function copyText(button) {
  await navigator.clipboard.writeText(button.dataset.text);
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => (label.textContent = before), 1500);
}

function switchTheme() {
  const dark = document.body.classList.toggle("dark");
  localStorage.setItem("paperchat-theme", dark ? "dark" : "light");
}

const theme = localStorage.getItem("paperchat-theme");
if (theme) document.body.classList.toggle("dark", theme === "dark");

// Hovering or focusing a number shows the title and the sentence; an unsupported sentence shows why.
function tipText(target) {
  const number = target.closest?.("a.number");
  if (number) {
    const card = document.getElementById(number.hash.slice(1));
    if (!card) return null;
    return [card.querySelector(".card-title").textContent.trim(), card.querySelector("mark")?.textContent];
  }
  const told = target.closest?.("[data-tip]");
  return told ? ["Not supported", told.dataset.tip] : null;
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
