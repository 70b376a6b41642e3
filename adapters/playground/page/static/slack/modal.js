// A Slack form (view) in front of a person: inputs, errors by field, what was typed is kept over updates.
import { h } from "../dom.js";
import { blocks } from "./blocks.js";
import { control, newId } from "./elements.js";
import { plainText } from "./mrkdwn.js";

export class SlackModal {
  constructor(pane) {
    this.pane = pane;
    this.node = h("dialog", { class: "form-window", "aria-labelledby": "" });
    this.node.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
    this.view = null;
  }

  show(view, depth) {
    if (!view || !this.pane.shown) {
      this.view = null;
      if (this.node.open) this.node.close();
      return;
    }
    if (this.view?.id !== view.id || this.view?.hash !== view.hash) this.draw(view, depth);
    this.view = view;
    this.tell(view.errors, false);
    if (!this.node.open) {
      this.node.showModal();
      this.node.querySelector("[data-field] input, [data-field] textarea, [data-field] select")?.focus();
    }
  }

  draw(view, depth) {
    const typed = this.view?.id === view.id ? this.values() : {};
    this.fields = new Map();
    const title = newId();
    this.node.setAttribute("aria-labelledby", title);
    const source = { kind: "view", id: view.id };
    const press = (action, value) => this.pane.act("press", { source, action, value });
    const context = { ...this.pane.context(press, source), input: (block) => this.input(block, context) };
    this.submitButton = view.submit && h("button", { class: "button primary" }, view.submit);
    this.node.replaceChildren(
      h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.submit(); } },
        h("header", {}, h("h2", { id: title }, view.title),
          h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => this.close() }, "✕")),
        h("div", { class: "form-body" }, blocks(view.blocks, context)),
        h("footer", { class: "row end" },
          h("button", { type: "button", class: "button", onclick: () => this.close() }, view.close || (depth > 1 ? "Back" : "Cancel")),
          this.submitButton)));
    this.restore(view, typed);
  }

  restore(view, typed) {
    for (const [name, field] of this.fields) if (name in typed) field.write(typed[name]);
  }

  input(block, context) {
    const one = block.element;
    const id = newId();
    const error = h("p", { class: "error", id: `${id}-error`, hidden: true });
    const hint = block.hint && h("p", { class: "hint", id: `${id}-hint` }, plainText(block.hint));
    const field = control(one, context, { id, describedby: `${id}-error${hint ? ` ${id}-hint` : ""}` });
    const grouped = field.node.matches(".ticks");
    const words = [plainText(block.label), block.optional && h("span", { class: "sub" }, " (optional)")];
    const label = grouped ? h("p", { class: "label", id: `${id}-label` }, words) : h("label", { class: "label", for: id }, words);
    if (grouped) field.node.setAttribute("aria-labelledby", `${id}-label`);
    if (!block.optional) field.node.setAttribute("aria-required", "true");
    if (block.dispatch_action) field.node.addEventListener("change", () => context.press(one.action_id, field.read()));
    this.fields.set(`${block.block_id}/${one.action_id}`, { ...field, block: block.block_id, error });
    return h("div", { class: "field", "data-field": block.block_id }, label, field.node, hint, error);
  }

  values() {
    return Object.fromEntries([...(this.fields || [])].map(([name, field]) => [name, field.read()]));
  }

  tell(errors, focus) {
    let first = null;
    for (const field of this.fields.values()) {
      const message = errors[field.block];
      field.error.hidden = !message;
      if (field.error.textContent !== (message || "")) field.error.textContent = message || "";
      field.node.setAttribute("aria-invalid", String(Boolean(message)));
      if (message && !first) first = field.node;
    }
    if (focus && first) (first.matches("input,select,textarea") ? first : first.querySelector("input"))?.focus();
  }

  async submit() {
    if (!this.submitButton || this.submitButton.disabled) return;
    this.submitButton.disabled = true;
    const told = await this.pane.act("submit", { view: this.view.id, values: this.values() });
    this.submitButton.disabled = false;
    if (told.errors) {
      if (this.view) this.view.errors = told.errors;
      this.tell(told.errors, true);
    }
    await this.pane.refresh();
  }

  async close() {
    await this.pane.act("close");
    await this.pane.refresh();
  }
}
