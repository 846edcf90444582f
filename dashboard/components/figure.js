// A Plotly figure that stays alive while its data change, in the colours of the theme. In the figure
// they are tokens: $ink, $accent, $danger, $paper, $grid, $quiet, $scale, $shade:0.4, a place on that
// scale, $on:0.4, what can be read on it, and $ink/0.4, a colour that shines through.
const figures = (window.hyperdialFigures ??= new WeakMap());

class LiveFigure {
  constructor(place) {
    this.element = place.querySelector(".hyperdial-figure");
    this.themeTimer = setInterval(() => this.theme() !== this.drawnTheme && this.paint(), 700);
  }

  theme() {
    const style = getComputedStyle(this.element);
    return ["text", "primary", "background", "border"]
      .map((name) => style.getPropertyValue(`--st-${name}-color`).trim()).join("|");
  }

  async show(data, tell) {
    this.tell = tell;
    if (JSON.stringify(data) === this.shown) return;
    this.shown = JSON.stringify(data);
    this.data = data;
    this.element.setAttribute("aria-label", data.summary);
    this.element.style.height = `${data.figure.layout.height}px`;
    this.plotly ??= await loadPlotly(data.plotly);
    if (this.data === data) this.paint();
  }

  colours() {
    const [ink, accent, paper, grid] = this.drawnTheme.split("|");
    const shade = (t) => mixed(paper, accent, 0.08 + 0.92 * t);
    const scale = [0, 0.25, 0.5, 0.75, 1].map((t) => [t, shade(t)]);
    const on = (t) => [ink, paper].sort((a, b) => contrast(b, shade(t)) - contrast(a, shade(t)))[0];
    const plain = { ink, accent, paper, grid, quiet: mixed(paper, ink, 0.6), danger: this.danger() };
    return { ...plain, scale, places: { shade, on } };
  }

  // The style sheet has a colour for light and one for dark; only an element knows which one holds.
  danger() {
    const probe = document.createElement("span");
    probe.className = "hd-danger";
    this.element.parentElement.append(probe);
    const colour = getComputedStyle(probe).borderLeftColor;
    probe.remove();
    return colour;
  }

  paint() {
    if (!this.plotly || this.ended || !this.data) return;
    this.drawnTheme = this.theme();
    const colours = this.colours();
    const { data, layout } = coloured(this.data.figure, colours);
    const axis = { gridcolor: colours.grid, zerolinecolor: colours.grid, linecolor: colours.grid };
    const axes = Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
    for (const key of axes) layout[key] = { ...axis, ...layout[key] };
    const font = { size: 13, color: colours.ink, family: getComputedStyle(this.element).fontFamily };
    const hoverlabel = { bgcolor: colours.paper, bordercolor: colours.grid, font: { ...font }, align: "left" };
    const whole = { ...layout, template: "none", modebar: modebar(colours.ink), font, hoverlabel, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", uirevision: this.data.zoom };
    // Always the same object: to another one Plotly answers with a new chart, without the zoom.
    this.config ??= chartConfig("hyperdial-search");
    drawChart(this.plotly, this.element, data, whole, this.config).then(() => this.painted());
  }

  painted() {
    if (this.ended) return;
    this.element.dataset.painted = this.data.version;
    if (this.listens || !this.data.clicks) return;
    this.listens = true;
    this.element.on("plotly_click", ({ points }) => {
      const told = points.map((point) => point.customdata).find(Boolean);
      if (told) this.tell(told);
    });
  }

  end() {
    this.ended = true;
    clearInterval(this.themeTimer);
    discardChart(this.plotly, this.element);
  }
}

function coloured(part, colours) {
  if (typeof part === "string" && part[0] === "$") {
    const [token, strength] = part.slice(1).split("/");
    if (strength) return mixed(colours[token], colours[token], 1).replace("(", "a(").replace(")", `,${strength})`);
    const [name, place] = token.split(":");
    return place ? (colours.places[name]?.(Number(place)) ?? part) : (colours[name] ?? part);
  }
  if (Array.isArray(part)) return typeof part[0] === "number" ? part : part.map((one) => coloured(one, colours));
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, coloured(one, colours)]));
}

// `share` of the second colour in the first.
function mixed(first, second, share) {
  const [a, b] = [first, second].map(channels);
  return `rgb(${[0, 1, 2].map((i) => Math.round(a[i] + share * (b[i] - a[i]))).join(",")})`;
}

// Red, green and blue of any colour of CSS, from 0 to 255.
function channels(colour) {
  const pen = (channels.pen ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return pen.getImageData(0, 0, 1, 1).data;
}

// The contrast of two colours as WCAG has it, 1 to 21.
function contrast(first, second) {
  const [a, b] = [first, second].map((colour) => {
    const [red, green, blue] = [...channels(colour)].map((c) => (c > 10 ? ((c / 255 + 0.055) / 1.055) ** 2.4 : c / 3294.6));
    return 0.05 + 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return Math.max(a, b) / Math.min(a, b);
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const figure = figures.get(parentElement) ?? new LiveFigure(parentElement);
  figures.set(parentElement, figure);
  figure.show(data, (told) => setTriggerValue("clicked", told));
  return () => {
    figures.delete(parentElement);
    figure.end();
  };
}
