// What a run's network makes of the plane, shared by all components that paint it.
class PlaneFeed {
  constructor(base, token) {
    this.base = base;
    this.token = token;
    this.address = `${base}hyperdial/planes/${token}/`;
    this.iteration = null; // wanted; null is now
    this.points = null;
    this.maps = null;
    this.focus = null;
    this.loading = false;
    this.stale = false;
    this.listeners = new Set();
  }

  async loadPoints() {
    try {
      this.asked ??= fetch(`${this.address}points`).then((answer) => (answer.ok ? answer.json() : null));
      this.points = await this.asked;
    } catch {
      this.asked = null;
      await lost();
      if (this.listeners.size) this.loadPoints();
      return;
    }
    this.tell();
  }

  // Of many wishes while one is under way, the last is fulfilled.
  async load() {
    this.stale = true;
    if (this.loading) return;
    this.loading = true;
    while (this.stale && this.listeners.size) {
      this.stale = false;
      try {
        const answer = await fetch(this.address + (this.iteration ?? "now"));
        if (answer.status === 200) {
          this.maps = unpacked(await answer.json());
          this.tell();
        }
      } catch {
        this.stale = true;
        await lost();
      }
    }
    this.loading = false;
  }

  show(iteration) {
    if (this.iteration === iteration && this.maps) return;
    this.iteration = iteration;
    this.load();
  }

  // The pointer is on one hidden unit's map: { layer, unit }, or null.
  lookAt(focus) {
    this.focus = focus;
    this.tell();
  }

  tell() {
    for (const listener of [...this.listeners]) listener(this);
  }
}

// An answer that was lost is asked for again: of a run that is over nothing else would bring it.
const lost = () => new Promise((done) => setTimeout(done, PAUSE_LOST_MS));

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function pairs(array) {
  const view = new DataView(array.buffer);
  return Array.from({ length: array.length / 2 }, (_, i) => view.getUint16(2 * i, true));
}

function unpacked(maps) {
  return {
    ...maps,
    P: maps.P.map((text) => Float32Array.from(pairs(bytes(text)), (p) => p / 65535)),
    layers: maps.layers.map((layer) => ({ ...layer, maps: layer.maps.map(bytes) })),
    wrong: { train: new Set(maps.wrong.train), test: new Set(maps.wrong.test) },
  };
}

function planeOf(base, token) {
  const planes = (window.hyperdialPlanes ??= new Map());
  const plane = planes.get(token) ?? new PlaneFeed(base, token);
  planes.delete(token);
  planes.set(token, plane); // the newest last
  for (const [old, kept] of planes) {
    if (planes.size <= KEPT_FEEDS) break;
    if (!kept.listeners.size) planes.delete(old);
  }
  return plane;
}

// Calls `listener(plane)` whenever there is something new to paint; returns what ends it.
function watchPlane(base, token, listener) {
  const plane = planeOf(base, token);
  plane.listeners.add(listener);
  plane.loadPoints();
  let seen = "";
  const leave = follow(base, token, (feed) => {
    const news = `${feed.state} ${feed.curves.train.x.at(-1)}`;
    if (news !== seen && plane.iteration === null) plane.load();
    seen = news;
  });
  if (plane.maps) listener(plane);
  return { plane, leave: () => { plane.listeners.delete(listener); leave(); } };
}

// Colours of the theme as numbers. A probe is asked, as a custom property says only how it was written.
function coloursOf(element, names) {
  const probe = document.createElement("span");
  element.append(probe);
  const found = {};
  for (const name of names) {
    probe.style.color = `var(${name})`;
    found[name] = getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  }
  probe.remove();
  return found;
}

const css = (colour, opacity = 1) => `rgb(${colour.join(" ")} / ${opacity})`;

// Paints a map of bytes on a canvas of as many pixels; colour(i) gives red, green and blue.
function paintMap(canvas, side, colour) {
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let i = 0; i < side * side; i++) {
    const [red, green, blue] = colour(i);
    image.data.set([red, green, blue, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

// The colour of each byte of a unit's map: 128 is 0, and nothing; less is minus, more is plus.
function unitColours(minus, plus, zero, strength) {
  return Array.from({ length: 256 }, (_, byte) => {
    const value = (byte - 128) / 127;
    return mixed(zero, value < 0 ? minus : plus, strength * Math.min(1, Math.abs(value)));
  });
}

const mixed = (a, b, share) => a.map((value, i) => value + (b[i] - value) * share);
