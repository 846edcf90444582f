// The best trials of a search as a table; each can be opened. While it changes, the focus stays where it was.
export default function ({ data: [data], parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".hd-ranking");
  const told = JSON.stringify(data);
  if (place.dataset.told !== told) {
    place.dataset.told = told;
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.trial : undefined;
    place.replaceChildren(table(data));
    if (focused !== undefined) place.querySelector(`[data-trial="${focused}"]`)?.focus();
  }
  place.onclick = ({ target }) => {
    const { trial } = target.closest("button")?.dataset ?? {};
    if (trial !== undefined) setTriggerValue("opened", trial);
  };
}

function table({ caption, columns, rows }) {
  const whole = element("table", "");
  whole.append(element("caption", caption));
  const head = whole.createTHead().insertRow();
  for (const { label, number } of columns) {
    const cell = element("th", label, number ? "hd-number" : "");
    cell.scope = "col";
    head.append(cell);
  }
  head.append(element("th", "")); // over the buttons
  const body = whole.createTBody();
  for (const { trial, cells, label } of rows) {
    const row = body.insertRow();
    cells.forEach(([text, note], i) => {
      const cell = element("td", text, columns[i].number ? "hd-number" : "");
      if (note) cell.append(element("small", note));
      row.append(cell);
    });
    const button = element("button", "Open in the lab");
    button.type = "button";
    button.dataset.trial = trial;
    button.setAttribute("aria-label", label);
    row.insertCell().append(button);
  }
  return whole;
}

function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}
