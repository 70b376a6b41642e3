// One window on one platform, as one person: sidebar, conversation, thread, forms.
import { act, look } from "./api.js";
import { Composer } from "./composer.js";
import { avatar, h, link } from "./dom.js";
import { Messages } from "./messages.js";
import { blocks } from "./slack/blocks.js";
import { Roving } from "./rove.js";
import { SlackModal } from "./slack/modal.js";
import { TeamsDialog } from "./teams/dialog.js";

const NAMES = { slack: "Slack", teams: "Teams" };
const HOME = "home";

export class Pane {
  constructor(platform, people, person, where, moved) {
    this.platform = platform;
    this.people = people;
    this.me = people.find((one) => one.id === person) || people.find((one) => one.first) || people[0];
    this.where = where;
    this.moved = moved;
    this.thread = null;
    this.state = null;
    this.build();
  }

  build() {
    const name = NAMES[this.platform];
    this.chooser = h("select", { "aria-label": `Who you are on ${name}`, onchange: () => this.become(this.chooser.value) },
      this.people.map((one) => h("option", { value: one.id }, one.name + (one.role ? ` · ${one.role}` : ""))));
    if (this.me) this.chooser.value = this.me.id;
    this.card = h("div", { class: "person-card" });
    const phone = this.platform === "teams" && h("button", { type: "button", class: "quiet as-phone", "aria-pressed": "false",
      title: "Cards as the Teams apps for iOS and Android read their Markdown", onclick: () => this.showAsPhone(phone) }, "Show as a phone");
    this.places = h("nav", { class: "places", "aria-label": `${name} conversations` });
    this.side = h("aside", { class: "sidebar" },
      h("div", { class: "who" }, h("label", { class: "you" }, h("span", {}, "You are"), this.chooser), this.card, phone),
      this.places);
    this.head = h("header", { class: "place-head" });
    this.above = h("div", { class: "above" });
    this.messages = new Messages(this, "main");
    this.composer = new Composer(this, () => null);
    this.home = h("div", { class: "home-tab", hidden: true, tabindex: "0", role: "region", "aria-label": "Home" });
    this.main = h("section", { class: "conversation", "aria-label": `${name} conversation` },
      this.head, this.above, this.messages.node, this.home, this.composer.node);
    this.replies = new Messages(this, "thread");
    this.replyComposer = new Composer(this, () => this.thread);
    const close = h("button", { type: "button", class: "quiet", "aria-label": "Close thread", onclick: () => this.openThread(null) }, "✕");
    this.threadBox = h("section", { class: "thread", "aria-label": "Thread", hidden: true },
      h("header", { class: "place-head" }, h("h2", {}, "Thread"), close), this.replies.node, this.replyComposer.node);
    this.modal = this.platform === "slack" ? new SlackModal(this) : new TeamsDialog(this);
    this.node = h("div", { class: `pane ${this.platform}` }, this.side,
      h("div", { class: "scrim", onclick: () => this.toggleSide(false) }), this.main, this.threadBox, this.modal.node);
    this.node.addEventListener("keydown", (event) => { if (event.key === "Escape") this.toggleSide(false); });
    this.roving = [this.places, this.above, this.home].map((one) => new Roving(one));
    this.side.prepend(h("button", { type: "button", class: "skip-link", onclick: () => this.composer.input.focus() }, "Skip to the message box"));
  }

  // Places, what stands above the messages, and home are one Tab stop each.
  rove() {
    this.roving.forEach((one) => one.draw());
  }

  // What F6 goes through, in order: the places, the messages (or home), the message box, the thread's.
  stops() {
    const here = this.places.querySelector('button.place[tabindex="0"]');
    const shown = [here, this.home.hidden ? this.messages.node : this.home, this.composer.input, this.replyComposer.input];
    return shown.filter((one) => one?.checkVisibility({ visibilityProperty: true }));
  }

  showAsPhone(button) {
    this.phone = !this.phone;
    button.setAttribute("aria-pressed", String(this.phone));
    this.node.classList.toggle("phone", this.phone);
    this.messages.clear();
    this.replies.clear();
    this.refresh();
  }

  setShown(shown) {
    this.shown = shown;
    if (shown) this.refresh();
  }

  become(id) {
    this.me = this.people.find((one) => one.id === id);
    this.where = null;
    this.composer.leave();
    this.openThread(null);
    this.messages.clear();
    this.moved();
    this.refresh();
  }

  toggleSide(open) {
    this.node.classList.toggle("side-open", open);
    if (open) this.chooser.focus();
  }

  heard() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), 60);
  }

  ask(what, more = {}) {
    return look(`${this.platform}/${what}`, { person: this.me.id, ...more });
  }

  act(deed, body = {}) {
    return act(`${this.platform}/${deed}`, { person: this.me.id, ...body });
  }

  // One look at a time; a change during it is looked at right after.
  async refresh() {
    if (!this.shown || !this.me) return;
    if (this.looking) { this.again = true; return; }
    this.looking = true;
    try {
      do {
        this.again = false;
        await this.lookOnce();
      } while (this.again);
    } finally {
      this.looking = false;
    }
  }

  async lookOnce() {
    const me = this.me;
    const state = await this.ask("state");
    if (!state || me !== this.me) { this.again = this.again || me !== this.me; return; }
    this.state = state;
    this.drawCard();
    if (this.where !== HOME && !state.places.some((place) => place.id === this.where)) {
      const first = state.places.find((place) => place.bot) || state.places[0];
      this.where = first?.id || null;
      this.moved();
    }
    this.drawPlaces();
    this.modal.show(state.modal, state.modal_depth);
    if (this.where === HOME) await this.drawHome();
    else if (this.where) await this.drawPlace();
  }

  drawCard() {
    const { me } = this;
    const fact = (label, value) => value && [h("dt", {}, label), h("dd", {}, value)];
    const worded = (value) => (value || "").replaceAll("_", " ");
    const key = JSON.stringify(me);
    if (this.card.dataset.key === key) return;
    this.card.dataset.key = key;
    this.card.replaceChildren(
      avatar(me.name),
      h("div", {}, h("p", { class: "name" }, me.name), h("p", { class: "sub" }, this.state.workspace)),
      h("dl", {}, fact("Role", worded(me.role)), fact("Job", worded(me.job)), fact("State", me.state), fact("Works at", me.organisation),
        fact("Zone", worded(me.tz) || "not known"), fact("Language", me.language || me.locale)));
  }

  drawPlaces() {
    const groups = [
      ["Channels", this.state.places.filter((place) => ["public", "private", "channel"].includes(place.kind))],
      ["Group chats", this.state.places.filter((place) => place.kind === "mpim")],
      ["Direct messages", this.state.places.filter((place) => place.kind === "im")],
    ];
    const key = JSON.stringify([this.state.places, this.where, this.state.bot]);
    if (this.places.dataset.key === key) return;
    this.places.dataset.key = key;
    const focused = document.activeElement?.dataset?.place;
    const inside = this.places.contains(document.activeElement);
    const home = this.platform === "slack" && this.state.bot
      && h("ul", {}, h("li", {}, this.placeButton({ id: HOME, name: `${this.state.bot.name} home`, kind: "home", unread: 0 })));
    this.places.replaceChildren(...[home, ...groups.filter(([, places]) => places.length).map(([title, places]) =>
      h("div", { class: "group" }, h("h2", {}, title), h("ul", {}, places.map((place) => h("li", {}, this.placeButton(place))))))].filter(Boolean));
    this.rove();
    if (inside) [...this.places.querySelectorAll("button")].find((one) => one.dataset.place === focused)?.focus();
  }

  placeButton(place) {
    const mark = { public: "#", channel: "#", private: "◇", im: "●", mpim: "◍", home: "⌂" }[place.kind];
    return h("button", {
      type: "button", class: `place${place.unread ? " unread" : ""}`, "data-place": place.id,
      "aria-current": place.id === this.where ? "page" : null, onclick: () => this.go(place.id),
    }, h("span", { class: `mark ${place.kind}`, "aria-hidden": "true" }, mark), h("span", { class: "label" }, place.name),
    place.unread ? h("span", { class: "count" }, String(place.unread), h("span", { class: "hidden" }, " unread")) : null);
  }

  async go(where) {
    this.where = where;
    this.composer.leave();
    this.openThread(null);
    this.messages.clear();
    this.toggleSide(false);
    this.moved();
    if (where === HOME) this.act("home");
    await this.refresh();
    if (where !== HOME) this.composer.focus();
  }

  drawHead(title, line, more = null) {
    const key = JSON.stringify([title, line, more?.textContent]);
    if (this.head.dataset.key === key) return;
    this.head.dataset.key = key;
    this.head.replaceChildren(
      h("button", { type: "button", class: "quiet menu", "aria-label": "People and conversations", onclick: () => this.toggleSide(true) }, "☰"),
      h("div", { class: "titles" }, h("h2", {}, title), line && h("p", { class: "sub" }, line)),
      ...[more, h("span", { class: `badge ${this.platform}` }, NAMES[this.platform])].filter(Boolean));
  }

  async drawHome() {
    const view = await this.ask("home");
    this.messages.node.hidden = this.composer.node.hidden = true;
    this.home.hidden = false;
    this.above.replaceChildren();
    this.drawHead(`${this.state.bot?.name || "App"} home`, "");
    const key = view ? view.id + view.hash : "none";
    if (!view && !this.asked) { this.asked = true; this.act("home").then(() => this.refresh()); }
    if (this.home.dataset.key === key) return;
    this.home.dataset.key = key;
    const press = (action, value) => this.act("press", { source: { kind: "view", id: view.id }, action, value });
    this.home.replaceChildren(view
      ? h("div", { class: "home-inner" }, blocks(view.blocks, this.context(press)))
      : h("p", { class: "empty" }, "The app has not written this page yet."));
    this.rove();
  }

  context(press, source = null) {
    return { me: this.me, users: this.state.users, places: this.state.places, press, pane: this, source };
  }

  async drawPlace() {
    const { where } = this;
    const phone = this.phone;
    const place = await this.ask("place", phone ? { place: where, phone: 1 } : { place: where });
    if (phone !== this.phone) { this.again = true; return; }
    if (!place || where !== this.where) { this.again = this.again || Boolean(place); return; }
    this.messages.node.hidden = this.composer.node.hidden = false;
    this.home.hidden = true;
    delete this.home.dataset.key;
    const direct = ["im", "mpim"].includes(place.kind);
    const people = h("details", { class: "members" }, h("summary", {}, `${place.size} ${place.size === 1 ? "member" : "members"}`), h("p", {}, place.members.join(", ")));
    this.drawHead((direct ? "" : "# ") + place.name, place.topic, direct && place.kind === "im" ? null : people);
    this.drawAbove(place);
    this.messages.draw(place.messages.filter((one) => !one.thread || one.thread === one.id));
    if (this.thread) this.replies.draw(place.messages.filter((one) => one.thread === this.thread || one.id === this.thread));
    this.composer.set(place, this.state);
    this.replyComposer.set(place, this.state);
    if (place.unread && document.visibilityState === "visible") {
      await this.act("read", { place: where });
      this.again = true;
    }
  }

  drawAbove(place) {
    const pins = place.messages.filter((one) => one.pinned);
    const key = JSON.stringify([place.bookmarks, pins.map((one) => [one.id, one.text])]);
    if (this.above.dataset.key === key && this.above.childNodes.length) return;
    this.above.dataset.key = key;
    const jump = (id) => this.messages.jump(id);
    this.above.replaceChildren(...[
      place.bookmarks.length && h("ul", { class: "bookmarks", "aria-label": "Bookmarks" }, place.bookmarks.map((one) => h("li", {}, link(one.link, one.title)))),
      pins.length && h("ul", { class: "pins", "aria-label": "Pinned" }, pins.map((one) =>
        h("li", {}, h("button", { type: "button", class: "quiet", onclick: () => jump(one.id) }, "Pinned: ", one.text || "Pinned message")))),
    ].filter(Boolean));
    this.rove();
  }

  openThread(id) {
    const from = this.thread;
    this.thread = id;
    this.threadBox.hidden = !id;
    this.node.classList.toggle("thread-open", Boolean(id));
    this.replies.clear();
    if (id) this.refresh().then(() => this.replyComposer.focus());
    else if (from) this.messages.jump(from);
  }
}
