// Slack's mrkdwn as elements. https://docs.slack.dev/messaging/formatting-message-text
import { h, link } from "../dom.js";
import { slackDate } from "../dates.js";
import { emoji } from "../messages.js";

const decode = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const STYLES = [["*", "strong"], ["_", "em"], ["~", "s"]];

export function mrkdwn(text, context) {
  const parts = [];
  text.split(/```\n?([\s\S]*?)```/).forEach((part, at) => {
    if (at % 2) parts.push(h("pre", {}, h("code", {}, plainTokens(part))));
    else if (part) parts.push(lines(part, context));
  });
  return parts.flat();
}

function plainTokens(text) {
  return decode(text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (whole, target, label) => label || target));
}

// Paragraph lines, quotes and bullet lines.
function lines(text, context) {
  const found = [];
  let open = null;
  for (const line of text.replace(/^\n|\n$/g, "").split("\n")) {
    const quote = /^&gt; ?(.*)$/.exec(line);
    const bullet = /^\s*[•◦▪-] +(.*)$/.exec(line);
    const kind = quote ? "blockquote" : bullet ? "ul" : "p";
    if (open?.kind !== kind) {
      open = { kind, node: h(kind, kind === "p" ? { class: "text" } : {}) };
      found.push(open.node);
    } else if (kind !== "ul") open.node.append(h("br"));
    const words = inline(quote ? quote[1] : bullet ? bullet[1] : line, context);
    open.node.append(...(kind === "ul" ? [h("li", {}, words)] : words));
  }
  return found;
}

export function inline(text, context) {
  const parts = [];
  text.split(/(<[^<>]+>|`[^`]+`)/).forEach((part) => {
    if (!part) return;
    if (part.startsWith("<") && part.endsWith(">")) parts.push({ node: token(part.slice(1, -1), context) });
    else if (part.startsWith("`") && part.length > 2) parts.push({ node: h("code", {}, plainTokens(part.slice(1, -1))) });
    else parts.push({ text: part });
  });
  return styled(parts);
}

// Bold, italic and struck runs, which may stretch over links and mentions.
function styled(parts) {
  for (const [mark, tag] of STYLES) {
    const opening = new RegExp(`(^|[\\s(\\[{.,;:!?"'*_~-])\\${mark}(?=\\S)`);
    for (let at = 0; at < parts.length; at += 1) {
      const start = parts[at].text === undefined ? null : opening.exec(parts[at].text);
      if (!start) continue;
      const begin = start.index + start[1].length;
      const end = closing(parts, at, begin + 1, mark);
      if (!end) continue;
      const before = [...parts.slice(0, at), { text: parts[at].text.slice(0, begin) }];
      const inside = end.at === at
        ? [{ text: parts[at].text.slice(begin + 1, end.index) }]
        : [{ text: parts[at].text.slice(begin + 1) }, ...parts.slice(at + 1, end.at), { text: parts[end.at].text.slice(0, end.index) }];
      const after = [{ text: parts[end.at].text.slice(end.index + 1) }, ...parts.slice(end.at + 1)];
      return [...styled(before), h(tag, {}, styled(inside)), ...styled(after)];
    }
  }
  return parts.map((part) => part.node || words(part.text)).filter((part) => part !== "");
}

function closing(parts, at, from, mark) {
  const ending = new RegExp(`(?<=\\S)\\${mark}(?=$|[\\s)\\]}.,;:!?"'*_~-])`, "g");
  for (let index = at; index < parts.length; index += 1) {
    if (parts[index].text === undefined) continue;
    ending.lastIndex = index === at ? from : 0;
    const found = ending.exec(parts[index].text);
    if (found && (index > at || found.index > from - 1)) return { at: index, index: found.index };
  }
  return null;
}

const words = (text) => decode(text).replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name));

function token(inner, context) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : decode(inner.slice(bar + 1));
  if (target.startsWith("@")) return mention(target.slice(1), context, label);
  if (target.startsWith("#")) return channel(target.slice(1), context, label);
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, address] = target.split("^");
    const shown = h("time", { class: "moment", title: label }, slackDate(Number(seconds), decode(pattern), context.me));
    return address ? link(decode(address), shown) : shown;
  }
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${label || target.slice(1).split("^")[0]}`);
  return link(decode(target), label || decode(target));
}

export function mention(id, context, label = "") {
  const own = id === context.me.id;
  return h("span", { class: `mention${own ? " me" : ""}` }, `@${context.users[id]?.name || label || "someone"}`);
}

export function channel(id, context, label = "") {
  return h("span", { class: "mention" }, `#${context.places.find((place) => place.id === id)?.name || label || "private channel"}`);
}

// A text object, plain or mrkdwn.
export function textObject(text, context) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text, context) : [h("p", { class: "text" }, words(text.text))];
}

export const plainText = (text) => words(text?.text || "");
