// What stands in one Teams message.
import { h } from "../dom.js";
import { drawCard } from "./card.js";
import { markdown } from "./markdown.js";

export function teamsBody(message, pane) {
  const text = message.format === "plain" ? plainLines(message.text) : markdown(message.text);
  const cards = message.cards.map((card, at) =>
    drawCard(card, pane.me, (action, values) => pane.act("press", { id: message.id, card: at, action, values }), message.phone));
  return h("div", { class: "body" }, message.text && text, cards);
}

const plainLines = (text) => text.replace(/<\/?at>/g, "").split("\n").map((line) => h("p", { class: "text" }, line));
