// The page: a bar with the platforms and the clock, and one or two windows on the workplaces.
import { follow, look } from "./api.js";
import { ClockBar } from "./clock.js";
import { base, h } from "./dom.js";
import { FaultDial } from "./faults.js";
import { Pane } from "./pane.js";
import { Tour } from "./tour.js";

const VIEWS = [["slack", "Slack"], ["teams", "Teams"], ["both", "Side by side"]];

class Page {
  constructor(people) {
    this.people = people;
    this.panes = {};
    const known = new URLSearchParams(location.hash.slice(1));
    this.view = VIEWS.some(([name]) => name === known.get("view")) ? known.get("view") : "slack";
    for (const platform of ["slack", "teams"]) {
      const place = () => this.remember();
      this.panes[platform] = new Pane(platform, people[platform], known.get(platform), known.get(`${platform}-place`), place);
    }
    this.clock = new ClockBar(() => this.active().me);
    this.drawBar();
    this.show(this.view);
    document.getElementById("panes").after(new Tour(this).node);
  }

  active() {
    return this.panes[this.view === "teams" ? "teams" : "slack"];
  }

  drawBar() {
    this.tabs = VIEWS.map(([name, label]) =>
      h("button", { type: "button", class: "segment", "aria-pressed": "false", onclick: () => this.show(name) }, label));
    this.state = h("span", { class: "offline", hidden: true }, "Reconnecting…");
    document.getElementById("topbar").append(
      h("div", { class: "brand" },
        h("img", { src: `${base()}/static/icon.svg`, alt: "", width: 30, height: 30 }),
        h("h1", {}, "Throughline", h("span", { class: "sub" }, " playground"))),
      h("div", { class: "segments", role: "group", "aria-label": "Platform" }, this.tabs),
      this.state,
      this.clock.node,
      new FaultDial().node,
      this.themeButton(),
    );
  }

  themeButton() {
    const dark = () => document.documentElement.dataset.theme === "dark"
      || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    const flip = () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; };
    return h("button", { type: "button", class: "quiet theme", "aria-label": "Light or dark", title: "Light or dark", onclick: flip }, "◐");
  }

  show(view) {
    this.view = view;
    VIEWS.forEach(([name], at) => this.tabs[at].setAttribute("aria-pressed", String(name === view)));
    const shown = view === "both" ? ["slack", "teams"] : [view];
    document.getElementById("panes").replaceChildren(...shown.map((platform) => this.panes[platform].node));
    document.body.dataset.view = view;
    for (const platform of ["slack", "teams"]) this.panes[platform].setShown(shown.includes(platform));
    this.clock.draw();
    this.remember();
  }

  // F6 and Shift+F6 go from pane to pane.
  goOn(event) {
    if (event.key !== "F6" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    const shown = this.view === "both" ? ["slack", "teams"] : [this.view];
    const stops = shown.flatMap((platform) => this.panes[platform].stops());
    const at = stops.findIndex((one) => one.contains(document.activeElement) || one.parentElement.closest(".places")?.contains(document.activeElement));
    const to = event.shiftKey ? (at < 0 ? stops.length : at) - 1 : at + 1;
    stops[(to + stops.length) % stops.length]?.focus();
  }

  remember() {
    const known = new URLSearchParams({ view: this.view });
    for (const [platform, pane] of Object.entries(this.panes)) {
      if (pane.me) known.set(platform, pane.me.id);
      if (pane.where) known.set(`${platform}-place`, pane.where);
    }
    history.replaceState(null, "", `#${known}`);
    this.clock?.draw();
  }

  heard(news) {
    if (news.now) this.clock.set(news.now);
    if (news.kind === "clock") this.clock.load();
    if (news.kind === "open") Object.values(this.panes).forEach((pane) => pane.refresh());
    else if (news.platform) this.panes[news.platform].heard(news);
  }
}

const page = new Page(await look("people"));
document.addEventListener("keydown", (event) => page.goOn(event));
follow((news) => page.heard(news), (stands) => { page.state.hidden = stands; });
await page.clock.load();
document.documentElement.dataset.ready = "yes";
