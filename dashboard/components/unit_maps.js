// Where on the plane each hidden unit answers, a small map a unit, layer by layer.
const unitViews = (window.hyperdialUnitViews ??= new WeakMap());
const UNIT_COLOURS = ["--hd-class-0", "--hd-class-1", "--hd-paper"];

class UnitMaps {
  constructor(place) {
    this.place = place;
    this.root = place.querySelector(".hd-units");
    this.frame = 0;
    this.themeTimer = setInterval(() => {
      if (JSON.stringify(coloursOf(this.root, UNIT_COLOURS)) !== this.drawnTheme) this.draw();
    }, 700);
  }

  show(data) {
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

  paint() {
    const maps = this.watch?.plane.maps;
    if (this.ended || !maps) return;
    const colours = coloursOf(this.root, UNIT_COLOURS);
    this.drawnTheme = JSON.stringify(colours);
    this.shape(maps.layers);
    const shades = unitColours(...UNIT_COLOURS.map((name) => colours[name]), 0.85);
    maps.layers.forEach((layer, l) => {
      const box = this.root.children[l];
      const [title, row] = box.children;
      if (title.textContent !== layer.says) title.textContent = layer.says;
      layer.maps.forEach((map, unit) => {
        paintMap(row.children[unit], maps.unit_side, (i) => shades[map[i]]);
      });
    });
    this.root.dataset.painted = `${this.watch.plane.token} ${maps.iteration}`;
  }

  // The elements stay as long as the layers do.
  shape(layers) {
    const wanted = layers.map((layer) => layer.maps.length).join();
    if (this.shaped === wanted) return;
    this.shaped = wanted;
    this.root.replaceChildren(...layers.map((layer, l) => {
      const box = document.createElement("div");
      const title = document.createElement("p");
      const row = document.createElement("div");
      row.className = "hd-unit-row";
      row.append(...layer.maps.map((_, unit) => {
        const canvas = document.createElement("canvas");
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", `Hidden layer ${l + 1}, unit ${unit + 1}`);
        canvas.addEventListener("pointerenter", () => this.watch.plane.lookAt({ layer: l, unit }));
        canvas.addEventListener("pointerleave", () => this.watch.plane.lookAt(null));
        return canvas;
      }));
      box.append(title, row);
      return box;
    }));
  }

  end() {
    this.ended = true;
    clearInterval(this.themeTimer);
    cancelAnimationFrame(this.frame);
    this.watch?.leave();
  }
}

export default function ({ data: [data], parentElement }) {
  const view = unitViews.get(parentElement) ?? new UnitMaps(parentElement);
  unitViews.set(parentElement, view);
  view.show(data);
  return () => {
    unitViews.delete(parentElement);
    view.end();
  };
}
