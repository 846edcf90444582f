// The learning diary: a row for each test example, a column for each kept moment. Right is a full
// bar and wrong a thin line, so that no colour is needed to tell them apart.
const diaries = (window.hyperdialDiaries ??= new WeakMap());
const BAND = 26; // pixels above each group of rows, with its title
const TALL = 9, LOW = 3, FEW_ROWS = 60; // pixels of a row
const TICKS = 5;

class Diary {
  constructor(place) {
    const find = (name) => place.querySelector(`.hd-diary-${name}`);
    Object.assign(this, { map: find("map"), axis: find("axis"), tip: find("tip") });
    this.canvas = this.map.querySelector("canvas");
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.map);
    this.themeTimer = setInterval(() => this.theme() !== this.drawnTheme && this.draw(), 700);
    this.canvas.onmousemove = (event) => this.point(this.at(event), event);
    this.canvas.onmouseleave = () => { this.tip.hidden = true; };
    this.canvas.onclick = (event) => {
      const hit = this.at(event);
      if (hit) this.tell(`${this.data.indices[hit.row]} ${this.data.iterations[hit.column]}`);
    };
  }

  theme() {
    const style = getComputedStyle(this.map);
    const read = (name) => style.getPropertyValue(name).trim();
    return JSON.stringify({
      ink: read("--st-text-color"), accent: read("--st-primary-color"), line: read("--st-border-color"),
      quiet: read("color"), font: style.fontFamily,
    });
  }

  show(data, tell) {
    if (data.bits !== this.data?.bits) this.bits = Uint8Array.from(atob(data.bits), (c) => c.charCodeAt(0));
    Object.assign(this, { data, tell });
    this.canvas.setAttribute("aria-label", data.summary);
    this.layOut();
    this.draw();
  }

  // Where each row begins, and where the titles of the groups stand.
  layOut() {
    const { indices, groups } = this.data;
    this.tall = indices.length > FEW_ROWS ? LOW : TALL;
    this.tops = [];
    this.titles = [];
    let y = 0;
    for (const { title, count } of groups) {
      if (!count) continue;
      this.titles.push({ title, y: y + BAND - 8 });
      y += BAND;
      for (let i = 0; i < count; i++, y += this.tall) this.tops.push(y);
    }
    this.height = y + 2;
  }

  right(row, column) {
    const bit = row * this.data.iterations.length + column;
    return (this.bits[bit >> 3] >> (7 - (bit & 7))) & 1;
  }

  x(column) {
    return (column * this.width) / this.data.iterations.length;
  }

  draw() {
    if (!this.data || this.ended) return;
    this.drawnTheme = this.theme();
    const { ink, accent, line, quiet, font } = JSON.parse(this.drawnTheme);
    this.width = this.map.clientWidth;
    if (!this.width) return;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.canvas.style.height = `${this.height}px`;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const { iterations, marked, picked, indices } = this.data;
    const t = iterations.length;
    pen.font = `13px ${font}`;
    pen.fillStyle = quiet;
    for (const { title, y } of this.titles) pen.fillText(title, 0, y);
    this.tops.forEach((top, row) => {
      for (let begin = 0, end; begin < t; begin = end) {
        const right = this.right(row, begin);
        for (end = begin + 1; end < t && this.right(row, end) === right; end++);
        pen.fillStyle = right ? accent : line;
        const [y, height] = right ? [top, this.tall - 1] : [top + (this.tall - 1) / 2 - 0.5, 1];
        pen.fillRect(this.x(begin), y, this.x(end) - this.x(begin), height);
      }
    });
    const row = indices.indexOf(picked);
    if (row >= 0) {
      pen.strokeStyle = ink;
      pen.lineWidth = 1.5;
      pen.strokeRect(1, this.tops[row] - 1.5, this.width - 2, this.tall + 2);
    }
    if (marked !== null) {
      pen.strokeStyle = ink;
      pen.lineWidth = 1.5;
      pen.setLineDash([2, 3]);
      pen.beginPath();
      const x = this.x(marked + 0.5);
      pen.moveTo(x, 0);
      pen.lineTo(x, this.height);
      pen.stroke();
    }
    this.drawAxis(t);
    this.canvas.dataset.painted = `${marked} ${picked}`;
  }

  drawAxis(t) {
    const ticks = [...new Set(Array.from({ length: TICKS }, (_, i) => Math.round((i * (t - 1)) / (TICKS - 1))))];
    this.axis.replaceChildren(...ticks.map((column, i) => {
      const tick = document.createElement("span");
      tick.textContent = this.data.iterations[column].toLocaleString("en");
      tick.style.left = `${this.x(column + 0.5)}px`;
      tick.style.transform = `translateX(${i === 0 ? 0 : i === ticks.length - 1 ? -100 : -50}%)`;
      if (i === 0) tick.style.left = 0;
      if (i === ticks.length - 1) tick.style.left = "100%";
      return tick;
    }));
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const y = event.clientY - box.top;
    const column = Math.floor(((event.clientX - box.left) * this.data.iterations.length) / box.width);
    // The last row whose top is above.
    let low = 0, high = this.tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle] <= y) low = middle + 1; else high = middle;
    }
    const row = low - 1;
    const inside = row >= 0 && y < this.tops[row] + this.tall && column >= 0 && column < this.data.iterations.length;
    return inside ? { row, column } : null;
  }

  point(hit, event) {
    this.canvas.style.cursor = hit ? "pointer" : "default";
    this.tip.hidden = !hit;
    if (!hit) return;
    const { indices, names, iterations, pictures, noun } = this.data;
    const index = indices[hit.row];
    const words = document.createElement("span");
    const verdict = this.right(hit.row, hit.column) ? "✓ right" : "✗ wrong";
    words.textContent = `${noun} ${index + 1}, ${names[hit.row]}: ${verdict} after ${iterations[hit.column].toLocaleString("en")} iterations`;
    const parts = [words];
    if (pictures) {
      if (this.tip.dataset.index !== `${index}`) {
        this.picture = document.createElement("img");
        this.picture.alt = "";
        this.picture.src = `${pictures}${index}.png`;
      }
      parts.unshift(this.picture);
    }
    this.tip.dataset.index = index;
    this.tip.replaceChildren(...parts);
    const outer = this.map.parentElement.getBoundingClientRect();
    const x = Math.min(Math.max(event.clientX - outer.left - this.tip.offsetWidth / 2, 0), outer.width - this.tip.offsetWidth);
    this.tip.style.left = `${x}px`;
    this.tip.style.top = `${event.clientY - outer.top + 18}px`;
  }

  end() {
    this.ended = true;
    this.resized.disconnect();
    clearInterval(this.themeTimer);
  }
}

// The forgotten ones as buttons: also for who uses no mouse.
function showForgotten(list, { forgotten, pictures }, tell) {
  list.replaceChildren(...forgotten.map(({ index, iteration, name }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-label", `Open ${name}`);
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = `${pictures}${index}.png`;
    button.append(picture);
    button.onclick = () => tell(`${index} ${iteration}`);
    return button;
  }));
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const tell = (place) => setTriggerValue("picked", place);
  const diary = diaries.get(parentElement) ?? new Diary(parentElement);
  diaries.set(parentElement, diary);
  const told = JSON.stringify(data.forgotten);
  if (diary.told !== told) showForgotten(parentElement.querySelector(".hd-diary-forgotten"), data, tell);
  diary.told = told;
  diary.show(data, tell);
  return () => {
    diaries.delete(parentElement);
    diary.end();
  };
}
