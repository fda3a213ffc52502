// The map: papers of the last answer are ringed, arrow keys go to the nearest paper in their direction.
const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function ringCited() {
  const cited = new Set(
    [...document.querySelectorAll(".turn-sources:not([hidden]) > .card")].map((card) => card.dataset.paper),
  );
  let found = 0;
  element.querySelectorAll("circle").forEach((dot) => {
    const isCited = cited.has(dot.dataset.paper);
    dot.classList.toggle("cited", isCited);
    found += isCited;
  });
  const legend = element.querySelector(".answered");
  if (legend) legend.hidden = !found;
}

function nearest(from, [right, down]) {
  const [x, y] = place(from);
  let best = null;
  let least = Infinity;
  element.querySelectorAll("circle").forEach((dot) => {
    const [dx, dy] = [place(dot)[0] - x, place(dot)[1] - y];
    const ahead = dx * right + dy * down;
    const aside = Math.abs(dx * down) + Math.abs(dy * right);
    if (dot !== from && ahead > 0 && ahead + 2 * aside < least) {
      least = ahead + 2 * aside;
      best = dot;
    }
  });
  return best;
}

const place = (dot) => [dot.cx.baseVal.value, dot.cy.baseVal.value];

element.addEventListener("keydown", (event) => {
  const dot = event.target.closest("circle");
  if (!dot) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    dot.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  } else if (steps[event.key]) {
    event.preventDefault();
    const next = nearest(dot, steps[event.key]);
    if (!next) return;
    dot.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
});

watch("value", ringCited);
new IntersectionObserver(ringCited).observe(element);
