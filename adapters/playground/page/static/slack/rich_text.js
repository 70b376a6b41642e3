// Slack's rich_text blocks as elements. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
import { h, link } from "../dom.js";
import { slackDate } from "../dates.js";
import { emoji } from "../messages.js";
import { channel, mention } from "./mrkdwn.js";

export function richText(block, context) {
  return h("div", { class: "rich" }, block.elements.map((part) => section(part, context)));
}

function section(part, context) {
  const inside = (part.elements || []).map((one) => leaf(one, context));
  if (part.type === "rich_text_quote") return h("blockquote", {}, inside);
  if (part.type === "rich_text_preformatted") return h("pre", {}, h("code", {}, inside));
  if (part.type !== "rich_text_list") return h("p", { class: "text" }, inside);
  const items = part.elements.map((item) => h("li", {}, item.elements.map((one) => leaf(one, context))));
  const ordered = part.style === "ordered";
  return h(ordered ? "ol" : "ul", { class: `indent-${Math.min(part.indent || 0, 4)}`, start: ordered ? (part.offset || 0) + 1 : null }, items);
}

function leaf(one, context) {
  const found = {
    text: () => lineBreaks(one.text),
    link: () => [link(one.url, one.text || one.url)],
    user: () => [mention(one.user_id, context)],
    channel: () => [channel(one.channel_id, context)],
    usergroup: () => [h("span", { class: "mention" }, "@group")],
    broadcast: () => [h("span", { class: "mention" }, `@${one.range}`)],
    emoji: () => [emoji(one.name)],
    date: () => [h("time", { class: "moment", title: one.fallback }, slackDate(one.timestamp, one.format, context.me))],
    color: () => [one.value],
  }[one.type]?.() ?? [one.text || ""];
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
  return Object.entries(tags).reduce((inner, [style, tag]) => (one.style?.[style] ? [h(tag, {}, inner)] : inner), found);
}

function lineBreaks(text) {
  return text.split("\n").flatMap((line, at) => (at ? [h("br"), line] : [line]));
}
