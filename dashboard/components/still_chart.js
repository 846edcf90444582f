// One Plotly chart of heat maps and lines in the theme's colours, kept while its figure changes.
const stills = (window.hyperdialStills ??= new WeakMap());

class StillChart {
  constructor(place) {
    this.element = place.querySelector(".hyperdial-still");
    this.themeTimer = setInterval(() => this.theme() !== this.drawnTheme && this.paint(), 700);
  }

  theme() {
    const style = getComputedStyle(this.element);
    return ["--st-text-color", "--st-primary-color", "--st-border-color", "--st-background-color"]
      .map((name) => style.getPropertyValue(name).trim()).join(" ");
  }

  async show(data) {
    this.data = data;
    this.element.setAttribute("aria-label", data.summary);
    this.element.style.height = `${data.figure.layout.height}px`;
    this.plotly ??= await loadPlotly(data.plotly);
    if (this.data === data) this.paint();
  }

  paint() {
    if (!this.plotly || this.ended) return;
    this.drawnTheme = this.theme();
    const [ink, accent, grid, paper] = this.drawnTheme.split(" ");
    const { data, layout } = this.data.figure;
    const shades = [[0, `${accent}00`], [1, accent]];
    const traces = data.map((trace) => ({
      ...trace,
      ...(trace.type === "heatmap" ? { colorscale: shades } : { line: { ...trace.line, color: ink } }),
    }));
    const axis = { gridcolor: grid, linecolor: grid, tickcolor: grid };
    const axes = Object.keys(layout).filter((name) => /^[xy]axis/.test(name));
    const coloured = {
      ...layout,
      ...Object.fromEntries(axes.map((name) => [name, { ...layout[name], ...axis }])),
      modebar: modebar(ink),
      shapes: layout.shapes.map((shape) => ({ ...shape, line: { ...shape.line, color: ink } })),
      font: { ...layout.font, color: ink, family: getComputedStyle(this.element).fontFamily },
      hoverlabel: { bgcolor: paper, bordercolor: grid, font: { color: ink } },
    };
    this.config ??= chartConfig("hyperdial-layers");
    drawChart(this.plotly, this.element, traces, coloured, this.config);
  }

  end() {
    this.ended = true;
    clearInterval(this.themeTimer);
    discardChart(this.plotly, this.element);
  }
}

export default function ({ data: [data], parentElement }) {
  const chart = stills.get(parentElement) ?? new StillChart(parentElement);
  stills.set(parentElement, chart);
  chart.show(data);
  return () => {
    stills.delete(parentElement);
    chart.end();
  };
}
