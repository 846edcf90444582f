// Plotly's bundle, loaded once for all charts of the page. It is on its way since the page began
// (first_load.py), unless the page is of before an update.
function loadPlotly(address) {
  window.hyperdialPlotly ??= new Promise((loaded, failed) => {
    if (window.Plotly) return loaded(window.Plotly);
    const begun = document.querySelector(`script[src="${address}"]:not([data-failed])`);
    const script = begun ?? document.createElement("script");
    script.addEventListener("load", () => loaded(window.Plotly));
    script.addEventListener("error", () => {
      script.dataset.failed = "1"; // it tells so only once
      failed(new Error("Plotly could not be loaded"));
    });
    if (begun) return;
    script.src = address;
    document.head.append(script);
  }).catch((error) => {
    window.hyperdialPlotly = undefined; // the next chart tries again
    throw error;
  });
  return window.hyperdialPlotly;
}

function drawChart(plotly, element, ...figure) {
  element.drawing = plotly.react(element, ...figure);
  return element.drawing;
}

// Ends a chart whose place on the page goes: once what Plotly has under way there is done, which would
// otherwise stumble over what is missing.
function discardChart(plotly, element) {
  Promise.resolve(element.drawing).catch(() => {}).then(() => {
    plotly?.purge(element);
    element.emit = () => {};
  });
}

// A chart's own buttons stand on no ground of their own; where it is narrow, they leave its legend free.
function modebar(ink) {
  return { bgcolor: "rgba(0,0,0,0)", color: ink, activecolor: ink, orientation: innerWidth < 640 ? "v" : "h" };
}

// What a chart's own buttons do. The one to share a chart is not among them: it would send it to
// another host.
function chartConfig(filename, more = {}) {
  return {
    responsive: true, displaylogo: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "sendChartToCloud"],
    toImageButtonOptions: { filename, scale: 2 }, ...more,
  };
}
