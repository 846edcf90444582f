// A picture from the clipboard takes the way of every upload: it is put into Streamlit's own file
// input, so that the same limits and checks hold for it.
const pastes = (window.hyperdialPastes ??= new WeakMap());

function give(pasting, files) {
  const input = document.querySelector(`${pasting.into} input[type=file]`);
  const pictures = [...files].filter((file) => file.type.startsWith("image/"));
  if (!input || !pictures.length) {
    pasting.say(pasting.empty);
    return;
  }
  const transfer = new DataTransfer();
  pictures.slice(0, input.multiple ? pictures.length : 1).forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  pasting.say("");
}

async function read(pasting) {
  try {
    const files = [];
    for (const item of await navigator.clipboard.read()) {
      const type = item.types.find((one) => one.startsWith("image/"));
      if (type) files.push(new File([await item.getType(type)], `pasted.${type.split("/")[1].split("+")[0]}`, { type }));
    }
    give(pasting, files);
  } catch {
    pasting.say(pasting.refused); // the browser asks the person first, or has no such thing
  }
}

export default function ({ data: [data], parentElement }) {
  const pasting = pastes.get(parentElement) ?? {};
  Object.assign(pasting, data);
  if (pasting.end) return pasting.end;
  const words = parentElement.querySelector(".hd-paste span");
  pasting.say = (sentence) => { words.textContent = sentence || pasting.hint; };
  pasting.say("");
  parentElement.querySelector(".hd-paste button").onclick = () => read(pasting);
  const listen = (event) => {
    const files = event.clipboardData?.files;
    const writing = event.target.closest?.("input:not([type=file]):not([type=range]), textarea, [contenteditable]");
    if (!files?.length || writing) return;
    event.preventDefault();
    give(pasting, files);
  };
  document.addEventListener("paste", listen);
  pasting.end = () => {
    document.removeEventListener("paste", listen);
    pastes.delete(parentElement);
  };
  pastes.set(parentElement, pasting);
  return pasting.end;
}
