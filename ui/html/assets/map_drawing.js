// How the map is drawn. Runs before map.js, in the same place.
const MANY = 5000;
const CLEAR = 0.9;
const FAINT = 0.14;

function draw() {
  if (!map || map.isDue) return;
  map.isDue = true;
  requestAnimationFrame(() => {
    map.isDue = false;
    paint();
  });
}

function paint() {
  const { canvas, view } = map;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width) return;
  const fine = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * fine) || canvas.height !== Math.round(height * fine)) {
    canvas.width = Math.round(width * fine);
    canvas.height = Math.round(height * fine);
  }
  const pen = canvas.getContext("2d");
  const look = colours(canvas);
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  pen.clearRect(0, 0, width, height);
  const size = radius();
  const drawn = map.count > MANY ? dust(pen, look, size, fine) : discs(pen, look, size);
  pen.globalAlpha = 1;
  for (const at of map.cited) ring(pen, at, size + 3, look.ink, 3);
  if (map.pointed >= 0) ring(pen, map.pointed, size + 4, look.accent, 3);
  name(pen, look, width, height);
  // For those who look at the page by program.
  const middle = `${view.x.toFixed(3)},${view.y.toFixed(3)}`;
  Object.assign(canvas.dataset, { drawn, middle, zoom: view.zoom.toFixed(2), cited: map.cited.size, names: map.named });
}

function discs(pen, look, size) {
  const { clientWidth: width, clientHeight: height } = map.canvas;
  const byColour = new Map();
  let drawn = 0;
  for (let at = 0; at < map.count; at++) {
    const [x, y] = place(at);
    if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
    const key = isShown(at) ? map.colour[at] : -1;
    if (key >= 0) drawn++;
    if (!byColour.has(key)) byColour.set(key, []);
    byColour.get(key).push(x, y);
  }
  for (const key of [...byColour.keys()].sort((one, other) => one - other)) {
    pen.fillStyle = key < 0 ? look.other : look.dots[key] || look.other;
    pen.globalAlpha = key < 0 ? FAINT : CLEAR;
    const places = byColour.get(key);
    pen.beginPath();
    for (let at = 0; at < places.length; at += 2) {
      pen.moveTo(places[at] + size, places[at + 1]);
      pen.arc(places[at], places[at + 1], size, 0, 7);
    }
    pen.fill();
  }
  return drawn;
}

// So many points are written into the picture pixel by pixel: a path of them would take a second without a graphics card.
function dust(pen, look, size, fine) {
  const { width, height } = map.canvas;
  const { zoom, x: left, y: top } = map.view;
  const image = pen.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const side = Math.max(1, Math.round(2 * size * fine));
  const inks = Array.from({ length: 256 }, (_, key) => inkOf(pen, look.dots[key] || look.other, CLEAR));
  const faint = inkOf(pen, look.other, FAINT);
  const isAll = !map.found && !map.shown.size;
  let drawn = 0;
  // What is not shown lies under what is.
  for (const isUnder of isAll ? [false] : [true, false]) {
    for (let at = 0; at < map.count; at++) {
      const x = Math.round(((map.x[at] - left) * zoom + 0.5) * width - side / 2);
      const y = Math.round(((map.y[at] - top) * zoom + 0.5) * height - side / 2);
      if (x < 0 || y < 0 || x + side > width || y + side > height) continue;
      if (!isAll && isShown(at) === isUnder) continue;
      if (!isUnder) drawn++;
      const ink = isUnder ? faint : inks[map.colour[at]];
      for (let row = y * width + x; row < (y + side) * width + x; row += width) pixels.fill(ink, row, row + side);
    }
  }
  pen.putImageData(image, 0, 0);
  return drawn;
}

// A colour as four bytes in the order of the picture's: red, green, blue, and how much of it.
function inkOf(pen, colour, share) {
  pen.fillStyle = colour;
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(pen.fillStyle.slice(at, at + 2), 16));
  const bytes = new Uint8Array([red, green, blue, Math.round(255 * share)]);
  return new Uint32Array(bytes.buffer)[0];
}

function ring(pen, at, size, colour, width) {
  const [x, y] = place(at);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.beginPath();
  pen.arc(x, y, size, 0, 7);
  pen.stroke();
}

// Names of regions: the largest first, and none over another.
function name(pen, look, width, height) {
  const { zoom, x, y } = map.view;
  const taken = [];
  pen.font = "600 13px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  map.named = 0;
  for (const [text, left, top] of map.regions) {
    const wide = pen.measureText(text).width / 2 + 6;
    let at = ((EDGE + (1 - 2 * EDGE) * left - x) * zoom + 0.5) * width;
    const down = ((EDGE + (1 - 2 * EDGE) * top - y) * zoom + 0.5) * height;
    if (at < 0 || down < 0 || at > width || down > height) continue;
    at = Math.min(Math.max(at, wide), width - wide);
    if (taken.some(([a, d, w]) => Math.abs(a - at) < w + wide && Math.abs(d - down) < 20)) continue;
    taken.push([at, down, wide]);
    pen.strokeStyle = look.sheet;
    pen.fillStyle = look.ink;
    pen.strokeText(text, at, down);
    pen.fillText(text, at, down);
    map.named++;
  }
}
