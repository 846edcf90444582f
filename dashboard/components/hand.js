// The curve follows the hand: while a slider is dragged, the chart shows what it would come to.
// The slider is Streamlit's own, which tells the page of its value on release only.
const PATIENCE_MS = 5000; // with a page that does not answer the slider's new value

class Hand {
  constructor() {
    this.sliders = {};
    addEventListener("pointerdown", (event) => event.button === 0 && this.grasp(event.target), true);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => this.release(), true);
  }

  grasp(target) {
    const slider = target.closest?.(".stSlider");
    const key = Object.keys(this.sliders).find((key) => slider?.closest(`.st-key-${key}`));
    const input = slider?.querySelector("input[type=range]");
    if (!key || !input || !window.hyperdialRun) return;
    const held = (this.held = { key, input, at: position(input), token: window.hyperdialRun.token });
    held.asked = held.at;
    const look = () => {
      if (this.held !== held) return;
      this.follow(held);
      requestAnimationFrame(look);
    };
    look();
  }

  // One preview at a time; when it is there, the next one is of where the hand is then.
  async follow(held) {
    const at = position(held.input);
    const change = this.sliders[held.key]?.[at];
    if (this.asking || at === held.asked || !change || this.held !== held) return;
    this.asking = true;
    held.asked = at;
    const news = await preview(held.token, change);
    this.asking = false;
    if (this.held !== held) return;
    this.follow(held);
    if (news) foresee({ ...news, of: held.token });
  }

  release() {
    const held = this.held;
    this.held = null;
    // One that is put back changes nothing: no run comes to take the preview's place.
    if (!held) return;
    if (position(held.input) === held.at) foresee(null);
    else setTimeout(() => this.held || window.hyperdialRun.token !== held.token || foresee(null), PATIENCE_MS);
  }
}

// Which of its options the slider stands at, counted from 0.
function position({ value, min, step }) {
  return Math.round((value - min) / step);
}

async function preview(token, change) {
  const { base } = window.hyperdialRun;
  try {
    const answer = await fetch(`${base}hyperdial/runs/${token}/preview?${change}`, { method: "POST" });
    if (!answer.ok) return null;
    const news = await answer.json();
    const curves = curvesOf(news);
    return curves.train.x.length > 1 ? { curves, label: news.label, iterations: news.num_iterations } : null;
  } catch {
    return null; // the server is away, or the page is going: the slider works without
  }
}

function foresee(detail) {
  dispatchEvent(new CustomEvent("hyperdial-preview", { detail }));
}

export default function ({ data: [data] }) {
  (window.hyperdialHand ??= new Hand()).sliders = data.sliders;
}
