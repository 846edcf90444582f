// The plane: the network's answer everywhere, its boundary, and the points; a click adds one.
const planes = (window.hyperdialPlaneViews ??= new WeakMap());
const STRENGTH = 0.5; // of the answer's colour where the network is sure
const EDGE = { left: 30, bottom: 24, right: 8, top: 8 };
const CLASS_COLOURS = [0, 1, 2, 3, 4, 5].map((label) => `--hd-class-${label}`);
const COLOURS = [...CLASS_COLOURS, "--hd-paper", "--hd-line", "--hd-quiet", "--st-text-color"];

// Where values (side², row by row) cross 0, as pieces of a line in grid steps (marching squares).
function contour(values, side) {
  const pieces = [];
  const between = (a, b) => a / (a - b);
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const i = row * side + column;
      const [a, b, c, d] = [values[i], values[i + 1], values[i + side + 1], values[i + side]];
      const cuts = [];
      if (a > 0 !== b > 0) cuts.push([column + between(a, b), row]);
      if (b > 0 !== c > 0) cuts.push([column + 1, row + between(b, c)]);
      if (c > 0 !== d > 0) cuts.push([column + between(d, c), row + 1]);
      if (d > 0 !== a > 0) cuts.push([column, row + between(a, d)]);
      for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([cuts[k], cuts[k + 1]]);
    }
  }
  return pieces;
}

// Of each class a field that is over 0 where it is the answer.
function margins(P) {
  if (P.length === 1) return [Float32Array.from(P[0], (p) => p - 0.5)];
  return P.map((own, label) => Float32Array.from(own, (p, i) => {
    let other = 0;
    for (let k = 0; k < P.length; k++) if (k !== label && P[k][i] > other) other = P[k][i];
    return p - other;
  }));
}

function mark(context, label, x, y, r) {
  context.beginPath();
  const corners = {
    0: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    2: [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
    3: [[0, -1.3], [1.1, 0], [0, 1.3], [-1.1, 0]],
    4: [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]],
    5: [[0, 1.2], [1.1, -0.8], [-1.1, -0.8]],
  }[label];
  if (!corners) context.arc(x, y, r, 0, 2 * Math.PI);
  else corners.forEach(([dx, dy], i) => context[i ? "lineTo" : "moveTo"](x + dx * r, y + dy * r));
  context.closePath();
}

class PlaneView {
  constructor(place) {
    this.place = place;
    this.root = place.querySelector(".hd-plane");
    this.canvas = place.querySelector("canvas");
    this.heat = document.createElement("canvas");
    this.frame = 0;
    this.added = [];
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => this.read(null));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.canvas);
    this.themeTimer = setInterval(() => {
      if (JSON.stringify(coloursOf(this.root, COLOURS)) !== this.drawnTheme) this.draw();
    }, 700);
  }

  show(data, tell) {
    this.data = data;
    this.tell = tell;
    this.added = this.added.filter(([, , , , number]) => number !== data.refused);
    if (this.watch?.plane.token !== data.token) {
      this.watch?.leave();
      this.watch = watchPlane(data.base, data.token, () => this.draw());
    }
    this.watch.plane.show(data.iteration);
    this.draw();
  }

  draw() {
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.paint(); });
  }

  // Until a new run has an answer, that of the one before stays.
  paint() {
    if (this.ended) return;
    const plane = this.watch?.plane;
    if (plane?.points) {
      if (this.points !== plane.points) this.added = [];
      this.points = plane.points;
      this.wrong = plane.maps?.wrong ?? null;
    }
    this.maps = plane?.maps ?? this.maps;
    if (!this.points) return;
    const width = this.canvas.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = this.canvas.height = Math.round(width * ratio);
    const colours = coloursOf(this.root, COLOURS);
    this.drawnTheme = JSON.stringify(colours);
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, width);
    this.size = width - EDGE.left - EDGE.right;
    const focus = plane?.focus;
    const unit = focus && this.maps?.layers[focus.layer]?.maps[focus.unit];
    if (unit) this.paintUnit(context, colours, unit);
    else if (this.maps) this.paintAnswer(context, colours);
    if (unit || this.focused) this.say(".hd-plane-reads", unit ? `Hidden layer ${focus.layer + 1}, unit ${focus.unit + 1}` : "");
    this.focused = Boolean(unit);
    this.paintAxes(context, colours);
    this.paintPoints(context, colours, "train");
    this.paintPoints(context, colours, "test");
    if (this.maps && plane.maps) {
      this.say(".hd-plane-says", this.maps.says);
      this.canvas.setAttribute("aria-label", this.maps.says);
      this.root.dataset.painted = `${plane.token} ${this.maps.iteration}`;
    }
    this.paints = (this.paints ?? 0) + 1;
    this.root.dataset.paints = this.paints;
  }

  say(place, text) {
    const element = this.place.querySelector(place);
    if (element.textContent !== text) element.textContent = text;
  }

  paintAnswer(context, colours) {
    const { P, side, finite } = this.maps;
    const paper = colours["--hd-paper"];
    const classes = CLASS_COLOURS.map((name) => colours[name]);
    const k = P.length;
    paintMap(this.heat, side, (i) => {
      if (!finite) return paper;
      if (k === 1) {
        const sure = 2 * P[0][i] - 1;
        return mixed(paper, classes[sure > 0 ? 1 : 0], STRENGTH * Math.abs(sure));
      }
      let best = 0;
      for (let label = 1; label < k; label++) if (P[label][i] > P[best][i]) best = label;
      const sure = (P[best][i] - 1 / k) / (1 - 1 / k);
      return mixed(paper, classes[best], STRENGTH * Math.max(0, sure));
    });
    this.paintHeat(context);
    if (!finite) return;
    const { left, top } = EDGE;
    const step = this.size / side;
    context.beginPath();
    for (const field of margins(P)) {
      for (const [[x, y], [x2, y2]] of contour(field, side)) {
        context.moveTo(left + (x + 0.5) * step, top + (y + 0.5) * step);
        context.lineTo(left + (x2 + 0.5) * step, top + (y2 + 0.5) * step);
      }
    }
    context.strokeStyle = css(colours["--st-text-color"], 0.9);
    context.lineWidth = 1.75;
    context.lineCap = "round";
    context.stroke();
  }

  paintUnit(context, colours, map) {
    const shades = unitColours(colours["--hd-class-0"], colours["--hd-class-1"], colours["--hd-paper"], STRENGTH);
    paintMap(this.heat, this.maps.unit_side, (i) => shades[map[i]]);
    this.paintHeat(context);
  }

  paintHeat(context) {
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.heat, EDGE.left, EDGE.top, this.size, this.size);
  }

  paintAxes(context, colours) {
    const { half } = this.points;
    const { left, top } = EDGE;
    context.strokeStyle = css(colours["--hd-line"]);
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, top + 0.5, this.size - 1, this.size - 1);
    context.fillStyle = css(colours["--hd-quiet"]);
    context.font = `12px ${getComputedStyle(this.canvas).fontFamily}`;
    for (let tick = -4; tick <= 4; tick += 2) {
      const [x, y] = this.pixels(tick, tick);
      context.textAlign = "center";
      context.textBaseline = "top";
      context.fillText(String(tick).replace("-", "−"), x, top + this.size + 6);
      context.textAlign = "right";
      context.textBaseline = "middle";
      context.fillText(String(tick).replace("-", "−"), left - 6, y);
    }
    context.textAlign = "right";
    context.textBaseline = "top";
    context.fillText("x₁", left + this.size, top + this.size + 5);
    context.textBaseline = "top";
    context.fillText("x₂", left - 6, top);
    this.half = half;
  }

  paintPoints(context, colours, part) {
    const { x1, x2, label } = this.points[part];
    const many = this.points.train.label.length + this.points.test.label.length > 800;
    const r = (many ? 2.4 : 3.4) * Math.max(0.8, Math.min(1.15, this.size / 430));
    const paper = css(colours["--hd-paper"]);
    const ink = CLASS_COLOURS.map((name) => css(colours[name]));
    const shown = x1.map((x, i) => [x, x2[i], label[i], this.wrong?.[part].has(i)]);
    if (part === "train") shown.push(...this.added);
    for (const [a, b, c, wrong] of shown) {
      const [x, y] = this.pixels(a, b);
      mark(context, c, x, y, r);
      context.lineWidth = part === "train" ? 1 : 1.6;
      context.fillStyle = part === "train" ? ink[c] : paper;
      context.strokeStyle = part === "train" ? paper : ink[c];
      context.fill();
      context.stroke();
      if (!wrong) continue;
      context.beginPath();
      context.arc(x, y, r + 3.2, 0, 2 * Math.PI);
      context.strokeStyle = css(colours["--st-text-color"]);
      context.lineWidth = 1.2;
      context.stroke();
    }
  }

  pixels(x1, x2) {
    const half = this.points.half;
    return [EDGE.left + (x1 + half) / (2 * half) * this.size, EDGE.top + (half - x2) / (2 * half) * this.size];
  }

  placeOf(event) {
    if (!this.points) return null;
    const half = this.points.half;
    const box = this.canvas.getBoundingClientRect();
    const x1 = (event.clientX - box.left - EDGE.left) / this.size * 2 * half - half;
    const x2 = half - (event.clientY - box.top - EDGE.top) / this.size * 2 * half;
    if (Math.max(Math.abs(x1), Math.abs(x2)) > half) return null;
    return [Math.round(x1 * 100) / 100, Math.round(x2 * 100) / 100];
  }

  point(event) {
    this.read(this.placeOf(event));
  }

  read(place) {
    let text = "";
    if (place && this.maps?.finite) {
      const { P, side } = this.maps;
      const half = this.points.half;
      const cell = (value) => Math.min(side - 1, Math.max(0, Math.floor((value + half) / (2 * half) * side)));
      const i = (side - 1 - cell(place[1])) * side + cell(place[0]);
      const best = P.length === 1 ? 1 : P.reduce((top, map, label) => (map[i] > P[top][i] ? label : top), 0);
      const p = P.length === 1 ? P[0][i] : P[best][i];
      text = `x₁ ${place[0].toFixed(2)}, x₂ ${place[1].toFixed(2)}: P(${this.points.classes[best]}) ${p.toFixed(2)}`;
    }
    this.say(".hd-plane-reads", text.replaceAll("-", "−"));
  }

  // The point is there at once, and goes again where it is refused; that it counts shows with the next run.
  click(event) {
    const place = this.placeOf(event);
    if (!place || this.data.label === null) return;
    const number = performance.now();
    this.added.push([...place, this.data.label, false, number]);
    this.draw();
    this.tell({ x1: place[0], x2: place[1], label: this.data.label, number });
  }

  end() {
    this.ended = true;
    clearInterval(this.themeTimer);
    cancelAnimationFrame(this.frame);
    this.sizes.disconnect();
    this.watch?.leave();
  }
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const view = planes.get(parentElement) ?? new PlaneView(parentElement);
  planes.set(parentElement, view);
  view.show(data, (point) => setTriggerValue("clicked", point));
  return () => {
    planes.delete(parentElement);
    view.end();
  };
}
