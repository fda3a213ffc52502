// Kept conversations: the list beside the talk, and the address, which holds the conversation and the tab.
events.push("pin_conversation", "share_conversation", "show_version");
Object.assign(local, { talks: () => showTalks(!talksShown()), copy_address: copyAddress });

// -- the list: beside the talk, on a narrow page a drawer over it ----------------------------------------------------

const talksShown = () => find("#ask")?.classList.contains("with-talks");

function showTalks(isShown, isKept = !isPhone()) {
  find("#ask").classList.toggle("with-talks", isShown);
  if (isKept) localStorage.setItem("paperchat-talks", isShown ? "open" : "");
  find("#talks-button")?.setAttribute("aria-expanded", String(isShown));
  const isDrawer = isShown && isPhone();
  ["#reading", ".masthead", "#tabs .tab-wrapper"].forEach((part) => find(part)?.toggleAttribute("inert", isDrawer));
  if (isShown) find("#talks-search textarea, #talks-search input")?.focus();
  else find("#talks-button")?.focus();
}

function copyAddress(button) {
  button.dataset.text = new URL(button.dataset.path, location.origin + location.pathname).href;
  return copyText(button);
}

document.addEventListener("click", ({ target }) => {
  if (talksShown() && isPhone() && (target.closest("[data-send=open_conversation], [data-send=new_conversation]") || target.id === "ask")) {
    showTalks(false);
  }
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(target) || target.closest("a")) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (talksShown() && isPhone()) showTalks(false);
});

// -- the address: what is in view, so that Back, a bookmark and a reload lead there ----------------------------------

const tabInView = () => find("#tabs [role=tab][aria-selected=true]")?.textContent.trim().toLowerCase() || "ask";
const talkInView = () => find("#turns [data-conversation]")?.dataset.conversation || "";
let seenTalk = "";
let seenTab = "ask";
let awaited = null;

function noteAddress(isSameTalk) {
  const [talk, tab] = [talkInView(), tabInView()];
  if (awaited !== null && (talk === awaited || find(".lost"))) awaited = null;
  if (talk === seenTalk && tab === seenTab) return;
  const isGrown = isSameTalk && !seenTalk && tab === seenTab;
  [seenTalk, seenTab] = [talk, tab];
  if (awaited !== null) return;
  const address = new URL(location);
  const told = new URLSearchParams({ ...(talk && { conversation: talk }), ...(tab !== "ask" && { tab }) });
  if (`?${told}` === (address.search || "?")) return;
  address.search = told;
  history[isGrown ? "replaceState" : "pushState"](null, "", address);
}

function goToAddress() {
  const wanted = new URLSearchParams(location.search);
  const talk = wanted.get("conversation") || "";
  awaited = talk === talkInView() ? null : talk;
  openTab(wanted.get("tab") || "Ask");
  seenTab = tabInView();
  if (awaited !== null) fetchTalk(awaited, 5);
}

// Who steps back while the page still works on the step before is not heard by Gradio: it is told again.
function fetchTalk(talk, tries) {
  if (awaited !== talk || !tries) return;
  trigger(talk ? "open_conversation" : "new_conversation", { conversation: talk });
  setTimeout(() => fetchTalk(talk, tries - 1), 2000);
}

addEventListener("popstate", goToAddress);

function followTabs(tabs) {
  const wanted = new URLSearchParams(location.search);
  awaited = wanted.get("conversation");
  if (wanted.get("tab")) openTab(wanted.get("tab"));
  new MutationObserver(() => noteAddress(false)).observe(tabs, { subtree: true, attributeFilter: ["aria-selected"] });
}

whenThere("#talks-list", (list) => {
  new MutationObserver(() => unfold()).observe(list, { childList: true, subtree: true });
});

whenThere("#talks-button", (button) => {
  const isShown = localStorage.getItem("paperchat-talks") === "open" && !isPhone();
  find("#ask").classList.toggle("with-talks", isShown);
  button.setAttribute("aria-expanded", String(isShown));
});
