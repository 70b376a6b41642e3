// What goes wrong on the platforms, switched on and off: to see what the bot makes of it.
import { act, look } from "./api.js";
import { h } from "./dom.js";

const NAMES = { slack: "Slack", teams: "Teams" };

export class FaultDial {
  constructor() {
    this.mark = h("span", { class: "count", hidden: true });
    this.list = h("div", { class: "fault-list" });
    this.node = h("details", { class: "faults", ontoggle: () => this.node.open && this.load() },
      h("summary", {}, "Faults", this.mark), this.list);
  }

  async load() {
    this.draw(await look("faults") || []);
  }

  draw(faults) {
    const on = faults.filter((one) => one.on).length;
    this.mark.textContent = on ? String(on) : "";
    this.mark.hidden = !on;
    this.list.replaceChildren(...Object.entries(NAMES).map(([platform, name]) =>
      h("fieldset", {}, h("legend", {}, name),
        faults.filter((one) => one.platform === platform).map((one) => h("label", {},
          h("input", { type: "checkbox", checked: one.on, onchange: (event) => this.change(one.name, event.target.checked) }),
          one.label, one.played ? h("span", { class: "sub" }, ` · ${one.played} refused`) : null)))));
  }

  async change(name, on) {
    const told = await act("faults", { name, on });
    if (told.faults) this.draw(told.faults);
  }
}
