// The run's figures, kept up to date while it goes on.
const figureLists = (window.hyperdialFigures ??= new WeakMap());

function fill(list, figures) {
  if (list.children.length !== figures.length) {
    list.replaceChildren(...figures.map(() => {
      const item = document.createElement("div");
      item.append(...["dt", "dd", "dd"].map((name) => document.createElement(name)));
      return item;
    }));
  }
  figures.forEach(({ name, value, note }, i) => {
    [name, value, note].forEach((text, part) => {
      const element = list.children[i].children[part];
      if (element.textContent !== text) element.textContent = text;
    });
  });
}

export default function ({ data: [data], parentElement }) {
  const list = parentElement.querySelector("dl");
  const old = figureLists.get(parentElement);
  if (data.token && old?.token === data.token) return old.end;
  old?.leave();
  fill(list, data.figures);
  const leave = !data.token ? () => {} : follow(data.base, data.token, (feed) => feed.figures && fill(list, feed.figures));
  const kept = { token: data.token, leave };
  kept.end = () => {
    figureLists.delete(parentElement);
    kept.leave();
  };
  figureLists.set(parentElement, kept);
  return kept.end;
}
