// What begins once all scripts are read and the page is there.
const theme = localStorage.getItem("paperchat-theme") || find("#shell")?.dataset.theme;
if (theme) document.body.classList.toggle("dark", theme === "dark");

whenThere("#scroll #turns .html-container > *", (turns) => {
  find("#shell")?.remove();
  nameRegion("#scroll", "Conversation and answer");
  nameRegion("#beside", "Sources of the answer");
  new MutationObserver(afterChange).observe(find("#scroll"), { childList: true, subtree: true, characterData: true });
  if (!isPhone()) whenThere("#question textarea", (box) => box.focus({ preventScroll: true }));
  whenThere("#tabs [role=tablist]", followTabs);
  whenThere("#begun", startFromAddress);
});

// An address with ?q= asks, with ?paper= opens a paper.
function startFromAddress() {
  const wanted = new URLSearchParams(location.search);
  if (wanted.get("q")) send("ask_this", { question: wanted.get("q") });
  else if (wanted.get("paper")) send("open_paper", { paper: wanted.get("paper") });
}
