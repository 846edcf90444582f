// One Plotly chart that stays alive while runs come and go, and is given only their points.
//
// When a knob is turned, it asks the server itself for the run that comes of it, and turns to that:
// its curve is there before the page has been drawn anew.
const MOST_POINTS = 600;
const charts = (window.hyperdialCharts ??= new WeakMap());
const costAxis = (window.hyperdialCostAxis ??= { log: false }); // as the person wants it, on every page

// Of each stretch of a long curve the lowest and the highest point: spikes are the lesson.
function thinned({ x, y }) {
  if (x.length <= MOST_POINTS) return { x, y };
  const stretch = Math.ceil((2 * x.length) / MOST_POINTS);
  const kept = new Set([0, x.length - 1]);
  for (let start = 0; start < x.length; start += stretch) {
    let low = start, high = start;
    for (let i = start; i < Math.min(start + stretch, x.length); i++) {
      if (y[i] < y[low]) low = i;
      if (y[i] > y[high]) high = i;
    }
    kept.add(low).add(high);
  }
  const order = [...kept].sort((a, b) => a - b);
  return { x: order.map((i) => x[i]), y: order.map((i) => y[i]) };
}

// Where a person turns knobs: the widgets at the side, and the lists that these open.
const TOUCHES = ["keydown", "pointerup"];
const KNOBS = '[data-testid="stSidebar"], [role="listbox"]';

const last = (feed) => feed?.curves.train.x.at(-1);

class LiveChart {
  constructor(place) {
    this.place = place;
    this.element = place.querySelector(".hyperdial-chart");
    this.frame = 0;
    this.told = new Set();
    this.followed = {}; // by role: the run itself, its ghost, what branches from it or it from
    this.axis = place.querySelector(".hd-switch");
    this.axis.firstElementChild.checked = costAxis.log;
    this.axis.onchange = ({ target }) => { costAxis.log = target.checked; this.paint(); };
    addEventListener("hyperdial-preview", (this.onPreview = ({ detail }) => this.foresee(detail)));
    this.onTouch = ({ target }) => target.closest?.(KNOBS) && this.expect();
    for (const touch of TOUCHES) addEventListener(touch, this.onTouch, true);
    this.themeTimer = setInterval(() => this.theme() !== this.drawnTheme && this.draw(), 700);
  }

  theme() {
    const style = getComputedStyle(this.element);
    const read = (name) => style.getPropertyValue(name).trim();
    return JSON.stringify({
      ink: read("--st-text-color"), accent: read("--st-primary-color"),
      grid: read("--st-border-color"), paper: read("--st-background-color"),
    });
  }

  async show(data, tell) {
    this.data = data;
    this.tell = tell;
    this.element.setAttribute("aria-label", data.summary);
    if (data.alone) this.axis.remove();
    this.plotly ??= await loadPlotly(data.plotly);
    if (this.data !== data || this.ended) return; // a newer call took over while Plotly loaded
    this.followAll(data.news);
    this.page = data;
    for (const [role, { feed }] of Object.entries(this.followed)) if (feed) this.tellChange(feed, data.runs[role].state);
    this.draw();
  }

  // A knob was touched: what comes of it? Asked once at a time.
  async expect() {
    const { base, marked, runs } = this.data ?? {};
    this.touched = true;
    if (this.expecting || !runs || marked !== null || Object.keys(runs).some((role) => role.startsWith("other"))) return;
    this.expecting = true;
    while (this.touched && !this.ended) {
      this.touched = false;
      const { token } = this.data.runs.run;
      const next = await successor(base, token);
      if (next && !this.ended && this.plotly && this.data.runs.run.token === token) this.turnTo(next);
    }
    this.expecting = false;
  }

  // The page will say the same, and more, a little later.
  turnTo(next) {
    const { figure, runs } = this.data;
    const xaxis = { ...figure.layout.xaxis, range: [0, next.num_iterations] };
    this.data = {
      ...this.data, trunk: next.token,
      runs: { ...runs, ...(next.ghost ? { ghost: runs.run } : {}), run: { token: next.token, state: next.state } },
      figure: { ...figure, layout: { ...figure.layout, xaxis } },
    };
    this.followAll(next);
    this.paint();
  }

  followAll(news) {
    const { runs, trunk } = this.data;
    window.hyperdialRun = { base: this.data.base, token: trunk };
    for (const role of Object.keys(this.followed)) if (!runs[role]) this.leave(role);
    for (const [role, { token }] of Object.entries(runs)) this.follow(role, token, role === "run" ? news : null);
  }

  leave(role) {
    this.followed[role]?.leave();
    delete this.followed[role];
  }

  follow(role, token, news) {
    if (this.followed[role]?.token === token) return;
    this.leave(role);
    const follower = (this.followed[role] = { token, leave: () => {} });
    follower.leave = follow(this.data.base, token, (feed) => {
      follower.feed = feed;
      // The end of a run is painted first; the page's other parts, which then come anew, can wait.
      if (role === "run" && feed.final) this.paint(); else this.draw();
      if (this.page?.runs[role]?.token === token) this.tellChange(feed, this.page.runs[role].state);
    }, news);
  }

  // What a slider under way would come to, in place of the run; null when it came to rest where it was.
  foresee(preview) {
    this.preview = preview;
    this.draw();
  }

  // The preview stays until the run that was chosen has got as far.
  previewed() {
    const feed = this.followed.run?.feed;
    const chosen = this.preview && this.data.trunk !== this.preview.of;
    if (chosen && (feed?.final || last(feed) >= last(this.preview))) this.preview = null;
    return this.preview;
  }

  // The points of the curves drawn in a role: a preview has the run's, and the run the ghost's.
  shown(role, preview) {
    if (preview && role === "run") return preview;
    const before = preview && role === "ghost" && this.data.trunk === preview.of;
    return this.followed[before ? "run" : role]?.feed;
  }

  // The page was drawn when the run was in the state `drawn`; when that is over, it draws itself anew.
  tellChange({ token, state }, drawn) {
    const news = `${token} ${state}`;
    if ((FINAL.includes(state) || state === "paused") && state !== drawn && !this.told.has(news)) {
      this.told.add(news);
      this.tell(news);
    }
  }

  // At the end of each curve the name of its run, where there is more than one to tell apart. Every
  // name has a column of its own, so that none hides another.
  ends(traces, log) {
    const named = traces.filter((trace) => trace.meta.label && trace.x.length);
    return named.map((trace) => {
      let last = trace.y.length - 1;
      while (last > 0 && trace.y[last] === null) last--;
      const y = log ? Math.log10(trace.y[last]) : trace.y[last];
      return {
        x: trace.x[last], y, text: trace.meta.label, showarrow: false, xanchor: "left",
        xshift: 3 + 13 * trace.meta.column, opacity: trace.opacity, font: { color: trace.line.color, size: 12 },
      };
    });
  }

  draw() {
    if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.paint(); });
  }

  // What the picture shows, but for what a preview is of, and that.
  scene(preview) {
    const { figure, marked } = this.data, { log } = costAxis;
    const feeds = Object.entries(this.followed).map(([role, { token, feed }]) => [role, token, feed?.state, feed?.since]);
    return [JSON.stringify([figure, log, marked, this.drawnTheme, feeds, preview?.iterations]), `${preview?.label} ${last(preview)}`];
  }

  paint() {
    if (!this.plotly || this.ended) return;
    this.drawnTheme = this.theme();
    const preview = this.previewed();
    // A picture takes a tenth of a second: not one of what is to be seen already.
    const [scene, previewed] = this.scene(preview);
    const same = scene === this.drawn?.scene;
    if (same && previewed === this.drawn.previewed) return;
    this.drawn = { scene, previewed };
    const colours = JSON.parse(this.drawnTheme);
    const { figure, marked } = this.data, { log } = costAxis;
    const traces = figure.data.map((trace) => {
      const { role, curve, ink } = trace.meta;
      const points = this.shown(role, preview)?.curves[curve] ?? { x: [], y: [] };
      const line = { ...trace.line, color: colours[ink] };
      const marker = { ...trace.marker, color: colours.paper, line: { color: colours[ink], width: 1.5 } };
      return { ...trace, ...thinned(points), line, marker, visible: points.x.length > 0 || role === "run" };
    });
    if (same && preview && moveCurves(this.element, traces, ({ meta }) => meta.role === "run")) {
      [...this.element.querySelectorAll(".annotation-text")].at(-1).textContent = preview.label;
      this.tellPainted(preview);
      return;
    }
    const axis = { gridcolor: colours.grid, zerolinecolor: colours.grid, linecolor: colours.grid };
    const mark = { type: "line", x0: marked, x1: marked, y0: 0, y1: 1, yref: "paper", line: { color: colours.ink, width: 1.5, dash: "dot" } };
    const label = { text: preview?.label, xref: "paper", yref: "paper", x: 1, y: 1, xanchor: "right", yanchor: "top", showarrow: false, bgcolor: colours.paper };
    const xaxis = preview ? { ...figure.layout.xaxis, range: [0, preview.iterations] } : figure.layout.xaxis;
    const layout = {
      ...figure.layout,
      shapes: marked === null ? [] : [mark],
      annotations: [...this.ends(traces, log), ...(preview ? [label] : [])],
      modebar: modebar(colours.ink),
      font: { ...figure.layout.font, color: colours.ink, family: getComputedStyle(this.element).fontFamily },
      xaxis: { ...xaxis, ...axis },
      yaxis: { ...figure.layout.yaxis, ...axis, type: log ? "log" : "linear", rangemode: log ? "normal" : "tozero" },
    };
    // Always the same object: to another one Plotly answers with a new chart, without the zoom.
    this.config ??= chartConfig("hyperdial", { modeBarButtonsToAdd: [this.svgButton()] });
    drawChart(this.plotly, this.element, traces, layout, this.config);
    this.tellPainted(preview);
  }

  tellPainted(preview) {
    const { run } = this.followed;
    const [token, state, at] = preview ? [preview.of, "preview", preview.label] : [run?.token, run?.feed?.state, last(run?.feed)];
    this.element.dataset.painted = `${token} ${state} ${at ?? ""}`;
  }

  // Plotly's own camera saves PNG; this one SVG.
  svgButton() {
    return {
      name: "Download plot as an SVG", icon: this.plotly.Icons.disk,
      click: (chart) => this.plotly.downloadImage(chart, { format: "svg", filename: "hyperdial" }),
    };
  }

  end() {
    this.ended = true;
    clearInterval(this.themeTimer);
    removeEventListener("hyperdial-preview", this.onPreview);
    for (const touch of TOUCHES) removeEventListener(touch, this.onTouch, true);
    cancelAnimationFrame(this.frame);
    for (const role of Object.keys(this.followed)) this.leave(role);
    discardChart(this.plotly, this.element);
  }
}

async function successor(base, token) {
  try {
    const answer = await fetch(`${base}hyperdial/runs/${token}/successor`, { cache: "no-store" });
    return answer.status === 200 ? await answer.json() : null;
  } catch {
    return null; // the server is away: the page will tell
  }
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const chart = charts.get(parentElement) ?? new LiveChart(parentElement);
  charts.set(parentElement, chart);
  chart.show(data, (news) => setTriggerValue("changed", news));
  return () => {
    charts.delete(parentElement);
    chart.end();
  };
}
