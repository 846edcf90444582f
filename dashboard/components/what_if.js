// What-if arrows: below each slider, what one notch down and one up would come to. They are asked
// for once the run is over, of the sliders in sight only, and come in as the server finds them.
const COMPLETE = ["finished", "diverged", "dead"];
const ASK_MS = 400; // while answers are to come
const LOOK_MS = 1000; // for sliders that came into sight
const SIGNS = { down: "▼", up: "▲" };
const WAYS = { down: "One notch down", up: "One notch up" };

class WhatIf {
  constructor() {
    this.sliders = [];
    this.answers = new Map(); // by turn, of the run in the chart
    this.look();
  }

  show(sliders, apply) {
    Object.assign(this, { sliders, apply });
    this.fill();
  }

  async look() {
    let waiting = 0;
    try {
      if (!document.hidden && !window.hyperdialHand?.held) waiting = await this.ask();
      this.fill();
    } catch {
      // The server is away: it is asked again.
    }
    setTimeout(() => this.look(), waiting ? ASK_MS : LOOK_MS);
  }

  async ask() {
    const { base, token } = window.hyperdialRun ?? {};
    if (token !== this.token) this.answers.clear();
    this.token = token;
    if (!token || !COMPLETE.includes(feedOf(base, token).state)) return 0;
    const turns = this.sliders.filter(({ key }) => inSight(rowOf(key)))
      .flatMap(({ notches }) => Object.values(notches).map(({ turn }) => turn))
      .filter((turn) => !this.answers.has(turn));
    if (!turns.length) return 0;
    const query = new URLSearchParams(turns.map((turn) => ["turn", turn]));
    const answer = await fetch(`${base}hyperdial/runs/${token}/what-if?${query}`, { method: "POST" });
    if (!answer.ok || token !== window.hyperdialRun.token) return 0;
    const { answers, waiting } = await answer.json();
    for (const [turn, told] of Object.entries(answers)) this.answers.set(turn, told);
    return waiting;
  }

  fill() {
    for (const slider of this.sliders) {
      const row = rowOf(slider.key);
      if (!row) continue;
      if (!row.children.length) row.replaceChildren(...Object.keys(SIGNS).map((way) => this.arrow(slider.key, way)));
      Object.keys(SIGNS).forEach((way, place) => this.tell(row.children[place], slider, way));
    }
  }

  arrow(key, way) {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => this.apply([key, way]));
    return button;
  }

  tell(button, { label, notches }, way) {
    const notch = notches[way];
    button.style.visibility = notch ? "" : "hidden";
    if (!notch) return;
    const told = this.answers.get(notch.turn);
    const text = `${SIGNS[way]} ${notch.value}${told ? `: ${told.short}` : ""}`;
    const title = `${WAYS[way]}: ${label}, ${notch.value}. ${told?.told ?? ""}`.trim();
    if (button.firstChild?.textContent === text && button.title === title) return;
    const below = document.createElement("small");
    below.textContent = told?.below ?? "";
    button.replaceChildren(text, below);
    button.title = title;
    button.setAttribute("aria-label", title);
    button.classList.toggle("sure", Boolean(told?.sure));
  }
}

function rowOf(key) {
  return document.querySelector(`.hd-what-if[data-slider="${key}"]`);
}

// Not in a folded group, not in a folded sidebar, not scrolled away.
function inSight(row) {
  if (!row?.getClientRects().length || row.closest("[inert]")) return false;
  const { top, bottom, right } = row.getBoundingClientRect();
  return bottom > 0 && top < innerHeight && right > 0;
}

export default function ({ data: [data], setTriggerValue }) {
  const whatIf = (window.hyperdialWhatIf ??= new WhatIf());
  whatIf.show(data.sliders, (pressed) => setTriggerValue("apply", pressed));
}
