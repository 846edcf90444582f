// Plotly's bundle, loaded once for all charts of the page.
function loadPlotly(address) {
  window.hyperdialPlotly ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => loaded(window.Plotly);
    script.onerror = failed;
    document.head.append(script);
  });
  return window.hyperdialPlotly;
}
