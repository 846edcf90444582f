// Curves of a chart that is drawn already, moved on its axes as they are: for a hand that drags a
// slider, as Plotly takes a tenth of a second for a picture and this a hundredth of that.
const LEAST_HEIGHT = 0.4; // of the axis: curves that have become flatter want another one

// Gives the lines of the `traces` that `moves` their new points; false, and nothing done, where
// they do not fit the axes.
function moveCurves(element, traces, moves) {
  const { xaxis, yaxis } = element._fullLayout;
  const inside = (pixel) => pixel >= 0 && pixel <= yaxis._length;
  const paths = [];
  let top = yaxis._length;
  for (const [i, trace] of traces.entries()) {
    const heights = trace.y.filter(Number.isFinite).map((y) => yaxis.d2p(y));
    if (!heights.length) continue;
    top = Math.min(top, ...heights);
    if (!moves(trace)) continue;
    const lines = element.querySelectorAll(`.scatterlayer .trace${element._fullData[i].uid} .js-line`);
    if (!lines.length || !heights.every(inside)) return false;
    let pen = "M";
    const steps = trace.y.map((y, k) => {
      const step = Number.isFinite(y) ? `${pen}${xaxis.d2p(trace.x[k]).toFixed(2)},${yaxis.d2p(y).toFixed(2)}` : "";
      pen = step ? "L" : "M";
      return step;
    });
    paths.push([lines, steps.join("")]);
  }
  if (top > (1 - LEAST_HEIGHT) * yaxis._length) return false;
  for (const [lines, path] of paths) lines.forEach((line, k) => line.setAttribute("d", k ? "" : path));
  return true;
}
