// The run's state in one line of words while it changes; a screen reader hears only its turns.
const lines = (window.hyperdialStatusLines ??= new WeakMap());

export default function ({ data: [data], parentElement }) {
  const shown = parentElement.querySelector(".hyperdial-status-text");
  const old = lines.get(parentElement);
  if (old?.token === data.token) return old.end;
  old?.leave();
  shown.textContent = data.text;
  let state = "";
  const leave = follow(data.base, data.token, (feed) => {
    if (!feed.status) return;
    shown.textContent = feed.status;
    if (feed.state !== state) speak(feed.status);
    state = feed.state;
  });
  const line = { token: data.token, leave };
  line.end = () => {
    lines.delete(parentElement);
    line.leave();
  };
  lines.set(parentElement, line);
  return line.end;
}
