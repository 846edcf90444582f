// Keys for the run's buttons and the time machine, where no key means something else already.
const TAKEN = "input, textarea, select, button, a, summary, [contenteditable], [role=slider], [role=tab], [role=option], [role=radio], [role=combobox], [role=dialog]";

class Keyboard {
  constructor() {
    // Before Streamlit, which runs its script again at an R.
    addEventListener("keydown", (event) => this.press(event), true);
    addEventListener("focusin", () => this.tell(), true); // buttons come and go
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    if (document.querySelector("[role=dialog]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const slider = document.querySelector(`.st-key-${this.slider} input[type=range]`);
    // The slider has its own arrows, and no use for a space.
    if (event.target === slider ? key !== " " : event.target.closest?.(TAKEN)) return;
    const button = this.button(key);
    if (!button && !(slider && this.turns.includes(key))) return;
    event.preventDefault(); // or the page scrolls
    event.stopImmediatePropagation();
    if (event.repeat && button) return; // held down, it is meant once
    if (button) button.click();
    else turn(slider, event);
  }

  button(key) {
    const name = this.buttons[key]?.find((name) => document.querySelector(`.st-key-${name} button`));
    return name && document.querySelector(`.st-key-${name} button`);
  }

  // A screen reader tells the key with the button's name.
  tell() {
    document.querySelectorAll("button[aria-keyshortcuts=Space]").forEach((button) => button.removeAttribute("aria-keyshortcuts"));
    for (const key of Object.keys(this.buttons)) {
      this.button(key)?.setAttribute("aria-keyshortcuts", key === " " ? "Space" : key);
    }
  }
}

// The slider hears the key as if it had the focus; from then on it has.
function turn(slider, { key, code }) {
  slider.focus();
  for (const kind of ["keydown", "keyup"]) slider.dispatchEvent(new KeyboardEvent(kind, { key, code, bubbles: true, cancelable: true }));
}

export default function ({ data: [data] }) {
  const keyboard = (window.hyperdialKeyboard ??= new Keyboard());
  Object.assign(keyboard, data);
  keyboard.tell();
}
