// Buttons in plain HTML, which Streamlit draws but does not listen to.
const presses = (window.hyperdialPresses ??= new WeakMap());

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const known = presses.get(parentElement);
  const heard = known ?? {};
  Object.assign(heard, { inside: data.inside, tell: (what) => setTriggerValue("pressed", what) });
  if (known) return known.end;
  heard.listen = (event) => {
    const button = event.target.closest?.(`${heard.inside} button[data-press]`);
    if (button && !button.disabled) heard.tell(button.dataset.press);
  };
  document.addEventListener("click", heard.listen);
  parentElement.querySelector(".hd-presses").dataset.listening = ""; // until then no button can be pressed
  heard.end = () => {
    document.removeEventListener("click", heard.listen);
    presses.delete(parentElement);
  };
  presses.set(parentElement, heard);
  return heard.end;
}
