// A Teams dialog (task module) in front of a person: an Adaptive Card, or a page that opens elsewhere.
import { h, link } from "../dom.js";
import { newId } from "../slack/elements.js";
import { drawCard } from "./card.js";

export class TeamsDialog {
  constructor(pane) {
    this.pane = pane;
    this.node = h("dialog", { class: "form-window" });
    this.node.addEventListener("cancel", (event) => { event.preventDefault(); this.close(); });
    this.key = "";
  }

  show(dialog) {
    if (!dialog || !this.pane.shown) {
      this.key = "";
      if (this.node.open) this.node.close();
      return;
    }
    const key = JSON.stringify(dialog);
    if (key !== this.key) this.draw(dialog);
    this.key = key;
    if (!this.node.open) {
      this.node.showModal();
      this.node.querySelector(".form-body input, .form-body textarea, .form-body select")?.focus();
    }
  }

  draw(dialog) {
    const title = newId();
    this.node.setAttribute("aria-labelledby", title);
    this.problem = h("p", { class: "error", role: "alert", hidden: true });
    const inside = dialog.card
      ? drawCard(dialog.card, this.pane.me, (action, values) => this.submit(action, values))
      : h("p", {}, "This form is a web page: ", link(dialog.url, "open it"));
    this.node.replaceChildren(
      h("div", { class: "form" },
        h("header", {}, h("h2", { id: title }, dialog.title || "Form"),
          h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => this.close() }, "✕")),
        h("div", { class: "form-body" }, inside, this.problem)));
  }

  async submit(action, values) {
    const told = await this.pane.act("submit", { action, values });
    const words = Object.entries(told.errors || {}).map(([name, reason]) => `${name}: ${reason}`).join("; ");
    this.problem.textContent = words;
    this.problem.hidden = !words;
    await this.pane.refresh();
  }

  async close() {
    await this.pane.act("close");
    await this.pane.refresh();
  }
}
