// The list of runs as a table: a box to choose each by, its name to be written into, its pin. Every row
// is laid out for itself (style.css), so that hundreds cost no more than the few in sight; for a reader
// that hears it, the roles say that it is a table all the same.
// What a person does is told to the server in one list of numbered wishes, which it says it has heard:
// none is lost or done twice, however fast they come.
const runLists = (window.hyperdialRunLists ??= new WeakMap());

function make(tag, { text, ...properties } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

class RunList {
  constructor(place) {
    this.place = place.querySelector(".hd-runs");
    this.rows = new Map(); // by run: its element, and what it was made from
    this.wishes = [];
    this.number = 0;
    this.marked = new Map(); // by run: its place among the chosen, as shown
    this.head = make("tr", { role: "row" });
    this.body = make("tbody", { role: "rowgroup" });
    this.table = make("table", { role: "table" }, make("thead", { role: "rowgroup" }, this.head), this.body);
    this.place.replaceChildren(this.table);
  }

  wish(what, run, value) {
    this.number = Math.max(Date.now(), this.number + 1);
    this.wishes.push({ number: this.number, what, run, value });
    this.tell(this.wishes);
  }

  show(data, tell) {
    this.tell = tell;
    this.data = data;
    this.wishes = this.wishes.filter((wish) => wish.number > data.heard);
    if (!this.wishes.length || !this.chosen) this.chosen = data.chosen;
    this.table.setAttribute("aria-label", data.caption);
    this.showHead();
    const shown = data.rows.map((row) => this.rowOf(row));
    const listed = new Set(data.rows.map((row) => row.run));
    for (const run of [...this.rows.keys()]) if (!listed.has(run)) this.rows.delete(run);
    if (shown.length !== this.body.children.length || shown.some((row, i) => this.body.children[i] !== row)) {
      const held = this.body.contains(document.activeElement) ? document.activeElement : null;
      this.body.replaceChildren(...shown);
      held?.focus();
    }
    this.showChosen();
  }

  showHead() {
    const { columns, sort } = this.data;
    if (!this.head.children.length) {
      const unseen = (text) => make("th", { role: "columnheader" }, make("span", { className: "hd-unseen", text }));
      this.head.append(unseen("Compare"), unseen("Pinned"));
      for (const { by, label, number } of columns) {
        const button = make("button", { type: "button", onclick: () => this.wish("sort", "", by) }, label);
        button.dataset.by = by;
        this.head.append(make("th", { role: "columnheader", className: number ? "hd-number" : "" }, button));
      }
      this.head.append(unseen("What to do"));
    }
    for (const button of this.head.querySelectorAll("button")) {
      const order = button.dataset.by !== sort.by ? "none" : sort.descending ? "descending" : "ascending";
      button.parentElement.setAttribute("aria-sort", order);
    }
  }

  rowOf(row) {
    const told = JSON.stringify(row);
    const known = this.rows.get(row.run);
    if (known?.told === told) return known.element;
    // Somebody may be writing into the old one just now: then its name stays as it is.
    const writing = known?.element.contains(document.activeElement) && document.activeElement;
    const element = this.makeRow(row);
    if (known?.element.isConnected) known.element.replaceWith(element);
    this.marked.delete(row.run);
    if (writing) {
      const again = element.querySelector(`.${[...writing.classList].join(".")}`);
      if (again && writing.matches("input.hd-name")) again.value = writing.value;
      again?.focus();
    }
    this.rows.set(row.run, { told, element });
    return element;
  }

  makeRow({ run, title, name, settings, note, cells, pinned, href, deleted }) {
    const box = make("input", { type: "checkbox", className: "hd-choose", "aria-label": `Compare ${title}` });
    box.onchange = () => this.choose(run, box.checked);
    const letter = make("span", { className: "hd-letter", "aria-hidden": "true" });
    const pin = make("button", {
      type: "button", className: "hd-pin", text: pinned ? "★" : "☆",
      "aria-label": `Pin ${title}`, "aria-pressed": String(pinned), title: pinned ? "Pinned" : "Pin",
      onclick: () => this.wish("pin", run, !pinned),
    });
    const write = make("input", {
      className: "hd-name", value: name, placeholder: settings, maxLength: 60,
      "aria-label": `Name of ${title}`, title: name ? "" : `${settings}: click to give it a name`, spellcheck: false,
    });
    write.onchange = () => this.wish("name", run, write.value);
    write.onkeydown = (event) => {
      if (event.key === "Enter") write.blur();
      if (event.key === "Escape") { write.value = name; write.blur(); }
      event.stopPropagation(); // letters written here are no shortcuts
    };
    const open = make("a", { className: "hd-open", text: "Open", href: this.data.lab + href, "aria-label": `Open ${title} in the lab` });
    open.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
      event.preventDefault();
      this.wish("open", run, true);
    };
    const away = make("button", {
      type: "button", className: "hd-delete", text: deleted ? "Take back" : "Delete",
      "aria-label": `${deleted ? "Take back" : "Delete"} ${title}`,
      onclick: () => this.wish(deleted ? "restore" : "delete", run, true),
    });
    const told = [];
    if (name) told.push(make("span", { className: "hd-settings", text: settings }));
    if (note) told.push(make("span", { className: "hd-note", text: note }));
    return make(
      "tr", { role: "row", className: pinned ? "hd-pinned" : "" },
      make("td", { role: "cell", className: "hd-box" }, make("label", {}, box, letter)),
      make("td", { role: "cell", className: "hd-pinning" }, pin),
      make("th", { role: "rowheader" }, make("span", { className: "hd-naming" }, write), ...told),
      ...cells.map(([value, small], i) => {
        const cell = make("td", { role: "cell", className: this.data.columns[i + 1].number ? "hd-number" : "" }, value);
        cell.dataset.label = this.data.columns[i + 1].label;
        if (small) cell.append(make("small", { text: small }));
        return cell;
      }),
      make("td", { role: "cell", className: "hd-doing" }, ...(deleted ? [] : [open]), away),
    );
  }

  choose(run, chosen) {
    this.chosen = [...this.chosen.filter((other) => other !== run), ...(chosen ? [run] : [])];
    this.showChosen();
    this.wish("choose", "", this.chosen);
  }

  showChosen() {
    const places = new Map(this.chosen.map((run, place) => [run, place]));
    for (const [run, { element }] of this.rows) {
      const place = places.get(run) ?? -1;
      if (this.marked.get(run) === place) continue;
      this.marked.set(run, place);
      element.querySelector(".hd-choose").checked = place >= 0;
      const letter = element.querySelector(".hd-letter");
      letter.textContent = place < 0 ? "" : (this.data.letters[place] ?? "");
      letter.className = `hd-letter hd-curve-${place % this.data.inks}`;
      element.classList.toggle("hd-chosen", place >= 0);
    }
  }
}

export default function ({ data: [data], parentElement, setStateValue }) {
  const list = runLists.get(parentElement) ?? new RunList(parentElement);
  runLists.set(parentElement, list);
  list.show(data, (wishes) => setStateValue("wishes", [...wishes]));
  return () => runLists.delete(parentElement);
}
