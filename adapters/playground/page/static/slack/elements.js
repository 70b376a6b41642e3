// Block Kit's interactive elements. In messages, home tabs and a form's own sections each choice is told at once.
import { h, link } from "../dom.js";
import { zonedLocal, zonedSeconds } from "../dates.js";
import { picture } from "./blocks.js";
import { plainText } from "./mrkdwn.js";

let count = 0;
export const newId = () => `field-${(count += 1)}`;

// An element that acts when it is used.
export function element(one, block, context) {
  if (one.type === "button") return button(one, context);
  if (one.type === "image") return picture(one);
  if (one.type === "overflow") return overflow(one, context);
  const field = control(one, context, { label: plainText(one.placeholder) || "Choose" });
  field.node.addEventListener("change", () => confirmed(one.confirm).then((sure) => sure && context.press(one.action_id, field.read())));
  return field.node;
}

function button(one, context) {
  const press = async (event) => {
    const { currentTarget } = event;
    if (!(await confirmed(one.confirm))) return;
    currentTarget.classList.add("busy");
    await context.press(one.action_id, one.value ?? one.text.text);
    currentTarget.classList.remove("busy");
  };
  if (one.url) {
    const anchor = link(one.url, plainText(one.text));
    anchor.classList.add("button", one.style || "default");
    anchor.addEventListener("click", () => context.press(one.action_id, one.value ?? one.text.text));
    return anchor;
  }
  return h("button", { type: "button", class: `button ${one.style || "default"}`, "aria-label": one.accessibility_label, onclick: press }, plainText(one.text));
}

function overflow(one, context) {
  const menu = h("details", { class: "overflow" }, h("summary", { "aria-label": "More" }, "⋯"),
    h("div", { class: "menu" }, one.options.map((option) =>
      h("button", { type: "button", class: "quiet", onclick: () => { menu.open = false; context.press(one.action_id, option.value); } }, plainText(option.text)))));
  return menu;
}

// Slack's confirmation dialog; resolves to whether the person went on.
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const box = h("dialog", { class: "confirm", "aria-label": plainText(confirm.title) },
      h("form", { method: "dialog" }, h("h2", {}, plainText(confirm.title)), h("p", {}, plainText(confirm.text)),
        h("div", { class: "row end" },
          h("button", { value: "no", class: "button" }, plainText(confirm.deny) || "Cancel"),
          h("button", { value: "yes", class: `button ${confirm.style || "primary"}` }, plainText(confirm.confirm) || "Yes"))));
    box.addEventListener("close", () => { box.remove(); resolve(box.returnValue === "yes"); });
    document.body.append(box);
    box.showModal();
  });
}

// A control with `node`, `read()` (what to send) and `write(value)`; `names` are the attributes that label it.
export function control(one, context, names) {
  const labels = { id: names.id, "aria-label": names.id ? null : names.label, "aria-describedby": names.describedby };
  const kind = one.type.replace(/^multi_/, "");
  const many = one.type.startsWith("multi_");
  if (kind === "external_select") return external(one, context, labels, many);
  if (kind.endsWith("_select")) return many ? ticks(choices(one, kind, context), initial(one), labels, "checkbox") : select(one, kind, context, labels);
  if (kind === "checkboxes") return ticks(choices(one, kind, context), initial(one), labels, "checkbox");
  if (kind === "radio_buttons") return radio(one, context, labels);
  return typed(one, context, labels);
}

function choices(one, kind, context) {
  const people = Object.entries(context.users).filter(([, user]) => !user.bot).map(([value, user]) => ({ value, label: user.name }));
  if (kind === "users_select") return people;
  if (kind === "conversations_select" || kind === "channels_select") {
    return context.places.filter((place) => kind !== "channels_select" || place.kind === "public").map((place) => ({ value: place.id, label: place.name }));
  }
  const groups = one.option_groups || [{ options: one.options || [] }];
  return groups.flatMap((group) => group.options.map((option) =>
    ({ value: option.value, label: plainText(option.text), hint: plainText(option.description), group: plainText(group.label) })));
}

function initial(one) {
  const many = one.initial_options?.map((option) => option.value) || one.initial_users || one.initial_conversations || one.initial_channels || [];
  const single = one.initial_option?.value ?? one.initial_user ?? one.initial_conversation ?? one.initial_channel;
  return single === undefined ? many : [single];
}

function select(one, kind, context, labels) {
  const groups = new Map();
  for (const choice of choices(one, kind, context)) {
    if (!groups.has(choice.group)) groups.set(choice.group, []);
    groups.get(choice.group).push(h("option", { value: choice.value }, choice.label));
  }
  const filled = [...groups].flatMap(([group, options]) => (group ? [h("optgroup", { label: group }, options)] : options));
  const node = h("select", labels, h("option", { value: "" }, plainText(one.placeholder) || "Choose…"), filled);
  node.value = initial(one)[0] ?? "";
  return { node, read: () => node.value || null, write: (value) => { node.value = value ?? ""; } };
}

function ticks(options, chosen, labels, type) {
  const name = newId();
  const inputs = options.map((option) => h("input", { type, name, value: option.value, checked: chosen.includes(option.value) }));
  const node = h("div", { ...labels, class: `ticks${options.length > 8 ? " long" : ""}`, role: type === "radio" ? "radiogroup" : "group" },
    options.map((option, at) => h("label", {}, inputs[at], h("span", {}, option.label, option.hint && h("small", {}, option.hint)))));
  const read = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return { node, read, write: (values) => inputs.forEach((input) => { input.checked = (values || []).includes(input.value); }) };
}

function radio(one, context, labels) {
  const group = ticks(choices(one, "radio_buttons", context), initial(one), labels, "radio");
  return { node: group.node, read: () => group.read()[0] ?? null, write: (value) => group.write(value ? [value] : []) };
}

function typed(one, context, labels) {
  const type = { number_input: "text", email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" }[one.type] || "text";
  const tall = one.multiline || one.type === "rich_text_input";
  const node = h(tall ? "textarea" : "input", {
    ...labels, type: tall ? null : type, placeholder: plainText(one.placeholder), rows: tall ? 5 : null,
    inputmode: one.type === "number_input" ? "decimal" : null, "data-most": one.max_length,
  });
  if (one.type === "file_input") { node.disabled = true; node.placeholder = "Files cannot be uploaded in the playground"; }
  const moment = one.type === "datetimepicker";
  const rich = one.type === "rich_text_input";
  const write = (value) => {
    if (value === null || value === undefined) node.value = "";
    else node.value = moment ? zonedLocal(value, context.me) : rich ? richWords(value) : String(value);
  };
  write(one.initial_value ?? one.initial_date ?? one.initial_time ?? one.initial_date_time ?? null);
  const read = () => {
    if (node.value === "") return null;
    if (moment) return zonedSeconds(node.value, context.me);
    return rich ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: node.value }] }] } : node.value;
  };
  return { node, read, write };
}

const richWords = (value) => (value.elements || []).flatMap((part) => part.elements || []).map((leaf) => leaf.text || "").join("");

// The bot is asked for options while one types.
function external(one, context, labels, many) {
  const found = new Map();
  for (const option of one.initial_options || (one.initial_option ? [one.initial_option] : [])) found.set(option.value, option);
  const picked = h("select", { "aria-label": "Found", multiple: many, size: many ? 4 : null });
  const draw = (options) => picked.replaceChildren(...(many ? [] : [h("option", { value: "" }, "Choose…")]), ...options.map((option) => h("option", { value: option.value }, plainText(option.text))));
  const search = h("input", { ...labels, type: "search", placeholder: plainText(one.placeholder) || "Search…" });
  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const told = await context.pane.act("options", { source: context.source, action: one.action_id, typed: search.value });
      (told.options || []).forEach((option) => found.set(option.value, option));
      draw(told.options || []);
    }, 200);
  });
  search.addEventListener("change", (event) => event.stopPropagation());
  draw([...found.values()]);
  [...picked.options].forEach((option) => { option.selected = found.has(option.value) && option.value !== ""; });
  const read = () => {
    const options = [...picked.selectedOptions].filter((option) => option.value).map((option) => found.get(option.value));
    return many ? options : options[0] ?? null;
  };
  return { node: h("div", { class: "external" }, search, picked), read, write: () => {} };
}
