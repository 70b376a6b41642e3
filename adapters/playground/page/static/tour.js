// What to try next: three steps, each one press; after them, what happened on both platforms.
import { act } from "./api.js";
import { h } from "./dom.js";

const LAST_SHOWN = 3;

export class Tour {
  constructor(page) {
    this.page = page;
    this.sent = [];
    this.steps = [
      this.step("Ask on Slack what goes out next", () => this.ask("slack", "/throughline nudges", page.panes.slack.where)),
      this.step("Skip to after the next session", () => this.skip()),
      this.step("Ask the same on Teams", () => this.ask("teams", "nudges", "bot")),
    ];
    this.happened = h("div", { class: "happened", role: "status" });
    this.node = h("details", { class: "tour", open: matchMedia("(min-width: 761px)").matches },
      h("summary", {}, "What to try next"),
      h("ol", { class: "steps" }, this.steps.map((one) => h("li", {}, one))),
      this.happened);
  }

  step(label, does) {
    const button = h("button", { type: "button", class: "move" }, label);
    button.addEventListener("click", async () => {
      button.disabled = true;
      const done = await does();
      button.disabled = false;
      if (!done) return;
      button.classList.add("done");
      button.textContent = `✓ ${label}`;
      if (this.steps.every((one) => one.classList.contains("done"))) this.tell();
    });
    return button;
  }

  async ask(platform, text, place) {
    const pane = this.page.panes[platform];
    this.page.show(platform);
    const told = await act(`${platform}/say`, { person: pane.me.id, place, text });
    pane.refresh();
    return !told.problem;
  }

  async skip() {
    const told = await this.page.clock.skipToNextSession();
    this.sent = told?.sent ?? this.sent;
    return Boolean(told?.sent);
  }

  tell() {
    this.page.show("both");
    const column = (platform, name) => {
      const mine = this.sent.filter((one) => one.platform === platform);
      return h("div", {},
        h("h3", {}, `${name} took ${mine.length} message${mine.length === 1 ? "" : "s"}`),
        h("ul", {}, mine.slice(-LAST_SHOWN).map((one) => h("li", {}, `${one.to || "someone"}: ${one.text || "a card"}`))));
    };
    this.happened.replaceChildren(h("h2", {}, "What happened"), h("div", { class: "both" }, column("slack", "Slack"), column("teams", "Teams")));
  }
}
