// Block Kit as elements. https://docs.slack.dev/reference/block-kit/blocks
import { base, h, link } from "../dom.js";
import { element } from "./elements.js";
import { mrkdwn, plainText, textObject } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

const DRAW = {
  section: (block, context) =>
    h("div", { class: "section" },
      h("div", { class: "section-text" }, textObject(block.text, context), block.fields && fields(block.fields, context)),
      block.accessory && h("div", { class: "accessory" }, element(block.accessory, block, context))),
  header: (block) => h("h3", { class: "header" }, plainText(block.text)),
  divider: () => h("hr"),
  image: (block) => picture(block),
  context: (block, context) =>
    h("div", { class: "context" }, block.elements.map((one) => (one.type === "image" ? picture(one) : h("span", {}, textObject(one, context))))),
  actions: (block, context) => h("div", { class: "actions" }, block.elements.map((one) => element(one, block, context))),
  rich_text: richText,
  markdown: (block, context) => h("div", {}, mrkdwn(block.text.replace(/\*\*(.+?)\*\*/g, "*$1*"), context)),
  video: (block) => h("p", {}, link(block.title_url || block.video_url, plainText(block.title))),
  file: () => h("p", { class: "sub" }, "A file"),
  input: (block, context) => context.input(block),
};

export function blocks(list, context) {
  return list.map((block) => {
    const draw = DRAW[block.type];
    const node = draw ? draw(block, context) : h("p", { class: "sub" }, `(a ${block.type} block)`);
    node.dataset.block = block.block_id || "";
    return node;
  });
}

function fields(list, context) {
  return h("div", { class: "fields" }, list.map((field) => h("div", {}, textObject(field, context))));
}

export function picture(image) {
  const file = image.slack_file;
  const address = image.image_url || (file && (file.url || `${base()}/api/files/${document.body.dataset.team || ""}/${file.id}`));
  const shown = h("img", { src: address, alt: image.alt_text || "", loading: "lazy" });
  shown.addEventListener("error", () => shown.replaceWith(h("span", { class: "no-image" }, image.alt_text || "image")));
  return h("figure", { class: "image" }, image.title && h("figcaption", {}, plainText(image.title)), shown);
}
