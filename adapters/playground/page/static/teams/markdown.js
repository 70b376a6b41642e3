// The part of Markdown that Teams shows, as elements; built from text nodes, so no markup of people's gets in.
import { h, link } from "../dom.js";

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0", "#39": "'" };
const decoded = (text) => text.replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (whole, name) => ENTITIES[name]);
const ESCAPED = /\\([\\`*_{}[\]()#+\-.!~<>|&:])/g;
const BASE = 0xe000;

export function markdown(text) {
  // Escaped letters step aside into private code points while the marks are read.
  const hidden = text.replace(ESCAPED, (whole, letter) => String.fromCodePoint(BASE + letter.codePointAt(0)));
  const found = [];
  let open = null;
  for (const line of hidden.replace(/\r/g, "").split("\n")) {
    const bullet = /^\s*[-*•] +(.*)$/.exec(line);
    const number = /^\s*(\d+)[.)] +(.*)$/.exec(line);
    const quote = /^> ?(.*)$/.exec(line);
    const heading = /^#{1,4} +(.*)$/.exec(line);
    const kind = bullet ? "ul" : number ? "ol" : quote ? "blockquote" : heading ? "h3" : line.trim() ? "p" : "";
    if (!kind) { open = null; continue; }
    if (open?.kind !== kind || kind === "h3") {
      open = { kind, node: h(kind, kind === "ol" ? { start: number[1] } : {}) };
      found.push(open.node);
    } else if (kind === "p" || kind === "blockquote") open.node.append(h("br"));
    const words = inlineParts((bullet || quote || heading)?.[1] ?? number?.[2] ?? line);
    open.node.append(...(bullet || number ? [h("li", {}, words)] : words));
  }
  return found;
}

// What a phone makes of a text, run by run, as the playground read it.
export function onAPhone(runs) {
  const lines = [[]];
  for (const run of runs) {
    if (run.item && lines.at(-1).length) lines.push([]);
    if (run.item) lines.at(-1).push(`${run.item === "-" ? "•" : run.item} `);
    for (const [at, part] of run.text.split(/\r?\n/).entries()) {
      if (at && lines.at(-1).length) lines.push([]);
      let node = part;
      if (run.italic) node = h("em", {}, node);
      if (run.bold) node = h("strong", {}, node);
      if (run.address) node = link(run.address, node);
      if (part) lines.at(-1).push(node);
    }
  }
  return lines.map((line) => h("p", {}, line));
}

const PATTERN = /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|<at>(.*?)<\/at>|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|(?<![\w*])\*(?!\s)([^*]+?)\*(?![\w*])|(?<!\w)_(?!\s)([^_]+?)_(?!\w)/;

function inlineParts(text) {
  const found = PATTERN.exec(text);
  if (!found) return text ? [shown(text)] : [];
  const [whole, code, label, address, at, bold, bold2, struck, italic, italic2] = found;
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + whole.length);
  let node;
  if (code) node = h("code", {}, shown(code));
  else if (label) node = link(shown(address), inlineParts(label));
  else if (at !== undefined) node = h("span", { class: "mention" }, shown(at));
  else if (bold || bold2) node = h("strong", {}, inlineParts(bold || bold2));
  else if (struck) node = h("s", {}, inlineParts(struck));
  else node = h("em", {}, inlineParts(italic || italic2));
  return [...inlineParts(before), node, ...inlineParts(after)];
}

const shown = (text) => decoded(text).replace(/[\ue000-\ue0ff]/g, (letter) => String.fromCodePoint(letter.codePointAt(0) - BASE));
