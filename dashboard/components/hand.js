// The curve follows the hand: while a slider is dragged, the chart shows what it would come to.
// The slider is Streamlit's own, which tells the page of its value on release only. One that the
// hand or the focus comes to is told to the server, which may train its next notches ahead.
const PATIENCE_MS = 5000; // with a page that does not answer the slider's new value

class Hand {
  constructor() {
    this.sliders = {};
    addEventListener("pointerdown", (event) => event.button === 0 && this.grasp(event.target), true);
    for (const near of ["pointerover", "focusin"]) addEventListener(near, ({ target }) => this.comeNear(target), true);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => this.release(), true);
  }

  // The slider that the target is a part of, where the hand may follow it.
  sliderOf(target) {
    const slider = target.closest?.(".stSlider");
    const key = Object.keys(this.sliders).find((key) => slider?.closest(`.st-key-${key}`));
    const input = slider?.querySelector("input[type=range]");
    if (!key || !input || !window.hyperdialRun) return null;
    return { key, input, at: position(input), token: window.hyperdialRun.token };
  }

  comeNear(target) {
    const near = this.held ? null : this.sliderOf(target);
    const place = near && `${near.token} ${near.key} ${near.at}`;
    if (!near || place === this.near) return;
    this.near = place;
    const stops = this.sliders[near.key];
    const turns = [stops[near.at - 1], stops[near.at + 1]].filter(Boolean).map((turn) => ["turn", turn]);
    post(near.token, `ahead?${new URLSearchParams(turns)}`).catch(() => {});
  }

  grasp(target) {
    const held = (this.held = this.sliderOf(target));
    if (!held) return;
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

function post(token, question) {
  return fetch(`${window.hyperdialRun.base}hyperdial/runs/${token}/${question}`, { method: "POST" });
}

async function preview(token, change) {
  try {
    const answer = await post(token, `preview?${change}`);
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
