// The clock that one can move, and what was sent while it moved.
import { act, look } from "./api.js";
import { clockTime, fullMoment } from "./dates.js";
import { h } from "./dom.js";

export class ClockBar {
  constructor(me) {
    this.me = me;
    this.now = Date.now();
    this.time = h("strong", { class: "time" });
    this.zone = h("span", { class: "zone" });
    this.buttons = [
      this.button("+1 hour", { hours: 1 }),
      this.button("+1 day", { hours: 24 }),
      this.button("Next nudge", { to: "nudge" }),
    ];
    this.stops = h("select", { "aria-label": "Skip to after a session", onchange: () => this.skipToSession() });
    this.node = h("div", { class: "clock", role: "group", "aria-label": "Simulated clock" },
      h("div", { class: "reading" }, this.time, this.zone),
      h("div", { class: "moves" }, this.buttons, this.stops));
    this.report = h("dialog", { class: "report", "aria-labelledby": "report-title" });
    document.body.append(this.report);
  }

  button(label, body) {
    return h("button", { type: "button", class: "move", onclick: () => this.skip(body) }, label);
  }

  async load() {
    const clock = await look("clock");
    if (!clock) return;
    this.set(clock.now);
    this.buttons[2].hidden = !clock.next;
    this.stops.hidden = clock.sessions.length === 0;
    this.stops.replaceChildren(
      h("option", { value: "" }, "After session…"),
      ...clock.sessions.map((stop) =>
        h("option", { value: stop.number, disabled: stop.over }, `${stop.number}. ${stop.title}${stop.over ? " (over)" : ""}`)));
  }

  set(now) {
    this.now = now;
    this.draw();
  }

  draw() {
    const me = this.me();
    this.time.textContent = fullMoment(this.now, me);
    this.zone.textContent = me?.tz ? me.tz.replaceAll("_", " ") : "UTC (no zone known)";
  }

  skipToSession() {
    const number = Number(this.stops.value);
    this.stops.value = "";
    if (number) this.skip({ session: number });
  }

  async skipToNextSession() {
    const next = [...this.stops.options].find((one) => one.value && !one.disabled);
    return next ? this.skip({ session: Number(next.value) }) : null;
  }

  // Returns what was sent on the way; null when the clock did not move.
  async skip(body) {
    const parts = [...this.buttons, this.stops];
    const focused = document.activeElement;
    parts.forEach((part) => { part.disabled = true; });
    this.node.setAttribute("aria-busy", "true");
    const told = await act("clock", body);
    parts.forEach((part) => { part.disabled = false; });
    this.node.removeAttribute("aria-busy");
    focused?.focus();
    if (told.now === undefined) return null;
    this.set(told.now);
    await this.load();
    this.show(told);
    return told;
  }

  show({ from, now, sent }) {
    const me = this.me();
    const lines = sent.slice(-60).map((one) =>
      h("li", {},
        h("span", { class: `badge ${one.platform}` }, one.platform === "slack" ? "Slack" : "Teams"),
        h("span", { class: "to" }, one.to || "someone"),
        h("span", { class: "what" }, one.text || "a card"),
        h("time", {}, clockTime(one.at, me))));
    const count = sent.length === 1 ? "One message was sent" : `${sent.length || "No"} messages were sent`;
    this.report.replaceChildren(
      h("form", { method: "dialog" },
        h("h2", { id: "report-title" }, count),
        h("p", { class: "span" }, `${fullMoment(from, me)} → ${fullMoment(now, me)}`),
        sent.length > 60 && h("p", { class: "span" }, "The last 60:"),
        h("ol", { class: "sent" }, lines),
        h("div", { class: "row end" }, h("button", { class: "primary", autofocus: true }, "Done"))));
    if (!this.report.open) this.report.showModal();
  }
}
