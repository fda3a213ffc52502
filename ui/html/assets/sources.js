// Sources by hand and by keyboard.

// Beside the talk, or on a narrow page over it, the sources of one turn.
function showSources(button) {
  const section = document.getElementById(`sources-${button.dataset.turn}`);
  if (!section) return;
  showOnly(section);
  if (isPhone()) openSheet(section);
  else find("#beside").scrollTo({ top: 0 });
}
