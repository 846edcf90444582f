// Curves of several finished runs in one chart. Each carries its run's letter, so that no colour is needed.
const overlays = (window.hyperdialOverlays ??= new WeakMap());

class OverlayChart {
  constructor(place) {
    this.element = place.querySelector(".hyperdial-overlay");
    this.themeTimer = setInterval(() => this.theme() !== this.drawnTheme && this.paint(), 700);
  }

  theme() {
    const style = getComputedStyle(this.element);
    return ["--st-text-color", "--st-border-color", "--st-background-color"]
      .map((name) => style.getPropertyValue(name).trim()).join(" ");
  }

  async show(data) {
    this.data = data;
    this.element.setAttribute("aria-label", data.summary);
    this.plotly ??= await loadPlotly(data.plotly);
    if (this.data === data) this.paint();
  }

  // The style sheet has a colour for light and one for dark; only an element knows which one holds.
  ink(i) {
    const probe = document.createElement("span");
    probe.className = `hd-curve-${i}`;
    this.element.parentElement.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  }

  paint() {
    if (!this.plotly || this.ended) return;
    this.drawnTheme = this.theme();
    const [text, grid, paper] = this.drawnTheme.split(" ");
    const { curves, places, layout, log, dash } = this.data;
    const inks = curves.map((curve) => this.ink(curve.ink));
    const traces = curves.map(({ letter, name, x, y }, i) => ({
      x, y, name: `${letter} ${name.length > 40 ? `${name.slice(0, 39)}…` : name}`.replaceAll("<", "&lt;"),
      mode: "lines", line: { color: inks[i], width: 2, dash }, hovertemplate: "%{y:.4f}",
    }));
    const annotations = places.flatMap((place, i) => (!place || (log && place[1] <= 0) ? [] : [{
      x: place[0], y: log ? Math.log10(place[1]) : place[1], text: `<b>${curves[i].letter}</b>`, showarrow: false,
      font: { color: inks[i], size: 12 }, bgcolor: paper, bordercolor: inks[i], borderwidth: 1, borderpad: 2,
    }]));
    const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid };
    const font = { ...layout.font, color: text, family: getComputedStyle(this.element).fontFamily };
    const hoverlabel = { bgcolor: paper, bordercolor: grid, font: { color: text }, namelength: -1 };
    const xaxis = { ...layout.xaxis, ...axis };
    const yaxis = { ...layout.yaxis, ...axis, type: log ? "log" : "linear", rangemode: log ? "normal" : "tozero" };
    this.config ??= chartConfig("hyperdial-runs");
    drawChart(this.plotly, this.element, traces, { ...layout, modebar: modebar(text), font, hoverlabel, xaxis, yaxis, annotations }, this.config);
    this.element.dataset.painted = curves.map(({ letter }) => letter).join("");
  }

  end() {
    this.ended = true;
    clearInterval(this.themeTimer);
    discardChart(this.plotly, this.element);
  }
}

export default function ({ data: [data], parentElement }) {
  const chart = overlays.get(parentElement) ?? new OverlayChart(parentElement);
  overlays.set(parentElement, chart);
  chart.show(data);
  return () => {
    overlays.delete(parentElement);
    chart.end();
  };
}
