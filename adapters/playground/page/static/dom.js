// Elements without markup strings: whatever people wrote enters the page as text nodes only.

export function h(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (["value", "checked", "disabled", "required", "selected", "multiple"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// A link that opens elsewhere; anything but a web or mail address is shown as text.
export function link(address, ...label) {
  if (!/^(https?:|mailto:)/i.test(address)) return h("span", {}, ...label);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

const HUES = ["teal", "plum", "amber", "slate", "moss", "rust", "sky"];

export function avatar(name, bot = false) {
  if (bot) {
    const icon = document.querySelector("meta[name=playground-icon]")?.content; // a recording has it in itself
    const image = h("img", { src: icon || `${base()}/static/icon.svg`, alt: "", width: 36, height: 36 });
    return h("span", { class: "avatar bot", "aria-hidden": "true" }, image);
  }
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  const letters = name.split(/\s+/).filter(Boolean).map((part) => [...part][0]).slice(0, 2).join("").toUpperCase();
  return h("span", { class: `avatar ${HUES[sum % HUES.length]}`, "aria-hidden": "true" }, letters);
}

export function base() {
  return document.querySelector("meta[name=playground-base]").content;
}

export function toast(text, kind = "notice") {
  const note = h("div", { class: `toast ${kind}` }, h("span", {}, text),
    h("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: () => note.remove() }, "✕"));
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), kind === "problem" ? 12000 : 6000);
}
