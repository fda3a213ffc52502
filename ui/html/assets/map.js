// The map, on a canvas: one draws 100,000 points in a few milliseconds, and nothing is loaded for it.
// A view is a zoom and the place of the map's middle; places are shares of the picture's width and height.
const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CELLS = 64;
const MOST_ZOOM = 60;
const EDGE = 0.03;
let map = null;

const colours = (canvas) => {
  const swatches = [...element.querySelectorAll(".legend .swatch")];
  const found = Object.fromEntries(swatches.map((each) => [each.className.match(/dot-(\d)/)?.[1], getComputedStyle(each).color]));
  const style = getComputedStyle(canvas);
  const of = (name) => style.getPropertyValue(name).trim();
  return { dots: found, other: found[0] || of("--soft"), ink: of("--ink"), sheet: of("--sheet"), accent: of("--accent") };
};

async function load() {
  const frame = element.querySelector(".map-frame");
  if (!frame || map?.frame === frame) return ringCited();
  const of = frame.dataset.of;
  const answer = await fetch(`map/points?of=${of}`);
  if (!answer.ok || !frame.isConnected) return;
  const bytes = new DataView(await answer.arrayBuffer());
  const count = bytes.byteLength / 6;
  const next = {
    frame, of, count, canvas: frame.querySelector("canvas"), told: frame.querySelector(".map-pointed"),
    x: new Float32Array(count), y: new Float32Array(count), colour: new Uint8Array(count), topics: new Uint8Array(count),
    grid: new Map(), regions: JSON.parse(frame.dataset.regions), view: { zoom: 1, x: 0.5, y: 0.5 },
    found: null, cited: new Set(), shown: new Set(), pointed: -1, titles: new Map(), isDue: false,
  };
  for (let at = 0; at < count; at++) {
    next.x[at] = EDGE + (1 - 2 * EDGE) * (bytes.getUint16(6 * at, true) / 65535);
    next.y[at] = EDGE + (1 - 2 * EDGE) * (bytes.getUint16(6 * at + 2, true) / 65535);
    next.colour[at] = bytes.getUint8(6 * at + 4);
    next.topics[at] = bytes.getUint8(6 * at + 5);
    const cell = cellOf(next.x[at], next.y[at]);
    if (!next.grid.has(cell)) next.grid.set(cell, []);
    next.grid.get(cell).push(at);
  }
  // Papers that came in move nothing: the reader's view stays, too.
  if (map) next.view = map.view;
  map = next;
  listen(map.canvas);
  new ResizeObserver(draw).observe(frame);
  ringCited();
  draw();
}

const cellOf = (x, y) => Math.floor(x * CELLS) * CELLS + Math.floor(y * CELLS);
const place = (at) => {
  const { clientWidth: width, clientHeight: height } = map.canvas;
  const { zoom, x, y } = map.view;
  return [((map.x[at] - x) * zoom + 0.5) * width, ((map.y[at] - y) * zoom + 0.5) * height];
};
const isShown = (at) => {
  if (map.found && !map.found.has(at)) return false;
  if (!map.shown.size) return true;
  if (!map.topics[at]) return map.shown.has(0);
  for (const topic of map.shown) if (topic && map.topics[at] & (1 << (topic - 1))) return true;
  return false;
};
const radius = () => Math.max(1.2, Math.min(6, 120 / Math.sqrt(map.count))) * Math.min(2, map.view.zoom ** 0.35);

// -- what is under the pointer ---------------------------------------------------------------------------------------

function nearestTo(px, py) {
  const { clientWidth: width, clientHeight: height } = map.canvas;
  const { zoom, x, y } = map.view;
  const [mx, my] = [(px / width - 0.5) / zoom + x, (py / height - 0.5) / zoom + y];
  const reach = 14;
  const [rx, ry] = [reach / width / zoom, reach / height / zoom];
  let best = -1;
  let least = reach;
  for (let cx = Math.floor((mx - rx) * CELLS); cx <= Math.floor((mx + rx) * CELLS); cx++) {
    for (let cy = Math.floor((my - ry) * CELLS); cy <= Math.floor((my + ry) * CELLS); cy++) {
      for (const at of map.grid.get(cx * CELLS + cy) || []) {
        if (!isShown(at)) continue;
        const [dx, dy] = place(at);
        const away = Math.hypot(dx - px, dy - py);
        if (away < least) [least, best] = [away, at];
      }
    }
  }
  return best;
}

async function pointAt(at) {
  if (!map || at === map.pointed) return;
  map.pointed = at;
  draw();
  const { told } = map;
  if (at < 0) {
    told.hidden = true;
    return;
  }
  const paper = await paperAt(at);
  if (!paper || map.pointed !== at) return;
  told.replaceChildren(
    Object.assign(document.createElement("strong"), { textContent: paper.title }),
    Object.assign(document.createElement("span"), { textContent: paper.about }),
  );
  told.hidden = false;
  const [x, y] = place(at);
  told.style.left = `${Math.min(Math.max(8, x - 40), Math.max(8, map.canvas.clientWidth - told.offsetWidth - 8))}px`;
  told.style.top = `${y + told.offsetHeight + 26 < map.canvas.clientHeight ? y + 16 : Math.max(8, y - told.offsetHeight - 16)}px`;
}

async function paperAt(at) {
  if (!map.titles.has(at)) {
    const answer = await fetch(`map/paper?of=${map.of}&at=${at}`);
    if (!answer.ok) return null;
    map.titles.set(at, await answer.json());
  }
  return map.titles.get(at);
}

// The page's own click on a button that is sent opens papers.
async function open(at) {
  const paper = await paperAt(at);
  if (!paper) return;
  const button = Object.assign(document.createElement("button"), { hidden: true });
  Object.assign(button.dataset, { send: "open_paper", paper: paper.id });
  element.append(button);
  button.click();
  button.remove();
}

// -- moving ----------------------------------------------------------------------------------------------------------

function zoomBy(factor, px, py) {
  const { canvas, view } = map;
  const [sx, sy] = [(px ?? canvas.clientWidth / 2) / canvas.clientWidth - 0.5, (py ?? canvas.clientHeight / 2) / canvas.clientHeight - 0.5];
  const zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * factor));
  view.x += sx / view.zoom - sx / zoom;
  view.y += sy / view.zoom - sy / zoom;
  view.zoom = zoom;
  keepInside();
}

function keepInside() {
  const half = 0.5 / map.view.zoom;
  map.view.x = Math.min(1 - half, Math.max(half, map.view.x));
  map.view.y = Math.min(1 - half, Math.max(half, map.view.y));
  map.told.hidden = true;
  draw();
}

function listen(canvas) {
  const fingers = new Map();
  let moved = 0;
  const at = (event) => [event.offsetX, event.offsetY];
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomBy(1.0015 ** -event.deltaY, ...at(event));
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    moved = fingers.size > 1 ? 99 : 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      pointAt(nearestTo(x, y));
      return;
    }
    const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, spot]) => spot);
    moved += Math.hypot(x - before[0], y - before[1]);
    if (others.length) {
      const [ox, oy] = others[0];
      const apart = (px, py) => Math.max(8, Math.hypot(px - ox, py - oy));
      zoomBy(apart(x, y) / apart(...before), (x + ox) / 2, (y + oy) / 2);
    } else if (moved > 4) {
      map.view.x -= (x - before[0]) / canvas.clientWidth / map.view.zoom;
      map.view.y -= (y - before[1]) / canvas.clientHeight / map.view.zoom;
      keepInside();
    }
    fingers.set(event.pointerId, [x, y]);
  });
  canvas.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (moved > 4) return;
    const hit = nearestTo(...at(event));
    // A finger can't point without touching: its first tap tells the title, its second opens.
    if (hit >= 0 && (event.pointerType !== "touch" || hit === map.pointed)) open(hit);
    else pointAt(hit);
  });
  canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  // A finger that is lifted leaves, too: what it tapped stays told.
  canvas.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && pointAt(-1));
  canvas.addEventListener("focus", () => map.pointed < 0 && pointAt(firstShown()));
  canvas.addEventListener("blur", () => pointAt(-1));
  canvas.addEventListener("keydown", (event) => {
    if (steps[event.key]) pointAt(nextFrom(map.pointed, steps[event.key]));
    else if (event.key === "Enter" && map.pointed >= 0) open(map.pointed);
    else if (event.key === "+" || event.key === "=") zoomBy(1.5, ...place(Math.max(0, map.pointed)));
    else if (event.key === "-") zoomBy(1 / 1.5);
    else return;
    event.preventDefault();
  });
}

const firstShown = () => {
  for (let at = 0; at < map.count; at++) if (isShown(at)) return at;
  return -1;
};

function nextFrom(from, [right, down]) {
  if (from < 0) return firstShown();
  const [x, y] = place(from);
  let best = from;
  let least = Infinity;
  for (let at = 0; at < map.count; at++) {
    if (at === from || !isShown(at)) continue;
    const [px, py] = place(at);
    const ahead = (px - x) * right + (py - y) * down;
    const aside = Math.abs((px - x) * down) + Math.abs((py - y) * right);
    if (ahead > 0 && ahead + 2 * aside < least) [least, best] = [ahead + 2 * aside, at];
  }
  const [bx, by] = place(best);
  const { clientWidth: width, clientHeight: height } = map.canvas;
  if (bx < 0 || by < 0 || bx > width || by > height) {
    Object.assign(map.view, { x: map.x[best], y: map.y[best] });
    keepInside();
  }
  return best;
}

// -- search, topics, the last answer ---------------------------------------------------------------------------------

const numbersOf = async (query) => {
  const answer = await fetch(`map/find?of=${map.of}&${new URLSearchParams(query)}`);
  return answer.ok ? answer.json() : [];
};

let typing = 0;
element.addEventListener("input", ({ target }) => {
  if (target.id !== "map-search" || !map) return;
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const q = target.value.trim();
    const numbers = q ? await numbersOf({ q }) : null;
    if (q !== target.value.trim()) return;
    map.found = numbers && new Set(numbers);
    element.querySelector(".map-found").textContent = numbers ? `${numbers.length} found` : "";
    draw();
  }, 150);
});

element.addEventListener("keydown", (event) => {
  if (event.target.id !== "map-search" || event.key !== "Enter" || !map?.found?.size) return;
  event.preventDefault();
  const [first] = map.found;
  Object.assign(map.view, { zoom: Math.max(map.view.zoom, 4), x: map.x[first], y: map.y[first] });
  keepInside();
  map.canvas.focus();
  pointAt(first);
});

element.addEventListener("click", ({ target }) => {
  const view = target.closest("[data-view]")?.dataset.view;
  if (view && map) {
    if (view === "all") Object.assign(map.view, { zoom: 1, x: 0.5, y: 0.5 });
    zoomBy({ in: 1.6, out: 1 / 1.6, all: 1 }[view]);
  }
  const topic = target.closest("[data-topic]");
  if (topic && map) {
    const number = Number(topic.dataset.topic);
    if (!map.shown.delete(number)) map.shown.add(number);
    topic.setAttribute("aria-pressed", String(map.shown.has(number)));
    draw();
  }
});

async function ringCited() {
  if (!map) return;
  const ids = [...document.querySelectorAll(".turn-sources:not([hidden]) > .card")].map((card) => card.dataset.paper);
  map.cited = new Set(ids.length ? await numbersOf({ ids: ids.join("\n") }) : []);
  const legend = element.querySelector(".answered");
  if (legend) legend.hidden = !map.cited.size;
  draw();
}

watch("value", load);
new IntersectionObserver(load).observe(element);
new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
