// What stands in one Slack message.
import { h } from "../dom.js";
import { blocks } from "./blocks.js";
import { mrkdwn } from "./mrkdwn.js";

export function slackBody(message, pane) {
  const source = { kind: "message", id: message.id, place: message.place };
  const context = pane.context((action, value) => pane.act("press", { source, action, value }), source);
  const body = message.blocks.length ? blocks(message.blocks, context) : mrkdwn(message.text, context);
  return h("div", { class: "body" }, body);
}
