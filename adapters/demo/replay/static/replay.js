// A recorded series: be anybody, move through time, and see why each message went.
import { fullMoment } from "../../../playground/page/static/dates.js";
import { h, toast } from "../../../playground/page/static/dom.js";
import { Messages } from "../../../playground/page/static/messages.js";

const PLATFORMS = { slack: "Slack", teams: "Teams", email: "E-mail" };
const EVERYWHERE = "";

async function unpacked() {
  const packed = Uint8Array.from(atob(document.getElementById("recording").content.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// The playground's list of messages, with where each was said and why it went.
class RecordedMessages extends Messages {
  item(message, joined) {
    const node = message.platform === "email" ? this.letter(message) : super.item(message, joined);
    const article = node.querySelector("article") || node;
    if (message.where || message.thread) article.prepend(h("p", { class: "note" }, [message.where, message.thread && "a thread"].filter(Boolean).join(", ")));
    if (message.bot && !message.quiet) article.append(this.why(message));
    for (const anchor of node.querySelectorAll("a[href]")) anchor.replaceWith(h("span", { class: "dead-link" }, anchor.textContent));
    return node;
  }

  letter(message) {
    return h("li", { class: "message", id: this.id(message), tabindex: "-1" },
      h("span", { class: "avatar slate", "aria-hidden": "true" }, "✉"),
      h("article", {}, h("p", { class: "byline" }, h("strong", {}, message.name), h("time", {}, fullMoment(message.at, this.pane.me))),
        h("h3", { class: "header" }, message.subject), h("p", { class: "letter-text" }, message.text)));
  }

  why({ why }) {
    const { me } = this.pane;
    if (!why) return h("details", { class: "why" }, h("summary", {}, "Why this?"), h("p", {}, "An answer to what somebody said or pressed. Nobody planned it."));
    const line = (one) => [h("dt", {}, one.kind + (one.session ? `, session ${one.session}` : "")),
      h("dd", {}, `${one.rule} Due ${fullMoment(one.due, me)}${one.because ? ` (${one.because})` : ""}.`)];
    return h("details", { class: "why" }, h("summary", {}, `Why this? ${why.kind}`),
      h("dl", {}, line(why), why.parts.map(line)),
      h("p", {}, `${PLATFORMS[me.platform]} took it ${fullMoment(why.sent, me)}.`));
  }

  threadLine() { return null; }

  files(message) {
    return message.files.length ? h("ul", { class: "files" }, message.files.map((file) => h("li", { class: "sub" }, file.title || file.name))) : null;
  }
}

class Replay {
  constructor(recording) {
    this.recording = recording;
    const known = new URLSearchParams(location.hash.slice(1));
    const { people } = recording;
    this.me = people.find((one) => `${one.platform} ${one.id}` === known.get("person")) || people.find((one) => one.role === "participant") || people[0];
    this.until = Math.min(Number(known.get("at")) || recording.ended, recording.ended);
    this.place = EVERYWHERE;
    this.build();
    this.become();
  }

  // What the playground's renderers ask of a window.
  get platform() { return this.me.platform === "teams" ? "teams" : "slack"; }
  get state() { return { users: this.recording.users }; }
  context(press, source = null) { return { me: this.me, users: this.recording.users, places: [], press, pane: this, source, input: () => h("p", { class: "sub" }, "(a field)") }; }
  async act() { toast("This is a recording: what came of it stands in the messages that follow."); }
  openThread() {}

  build() {
    const groups = Object.entries(PLATFORMS).map(([platform, name]) => {
      const here = this.recording.people.filter((one) => one.platform === platform);
      return here.length && h("optgroup", { label: name }, here.map((one) => h("option", { value: `${platform} ${one.id}` }, `${one.name}${one.role ? `, ${one.role}` : ""}`)));
    });
    this.who = h("select", { id: "who", onchange: () => this.choose() }, groups);
    this.where = h("select", { id: "where", onchange: () => { this.place = this.where.value; this.draw(); } });
    this.time = h("input", { id: "time", type: "range", min: "0", step: "1", oninput: () => this.moveTo(Number(this.time.value)) });
    this.moment = h("strong", { class: "moment-read" });
    const step = (label, by) => h("button", { type: "button", class: "move", onclick: () => this.moveTo(Number(this.time.value) + by) }, label);
    this.back = step("Earlier", -1);
    this.on = step("Later", 1);
    this.stops = h("select", { id: "stops", onchange: () => this.toSession() },
      h("option", { value: "" }, "Go to …"), this.recording.sessions.map((one) => h("option", { value: one.at }, one.title)), h("option", { value: this.recording.ended }, "The end"));
    const field = (name, id, node) => h("p", { class: "choice" }, h("label", { for: id }, name), node);
    document.getElementById("topbar").append(
      h("h1", {}, "Throughline", h("span", { class: "sub" }, " a whole series, recorded")),
      field("You are", "who", this.who), field("You read", "where", this.where), field("Session", "stops", this.stops),
      h("div", { class: "choice travel" }, h("label", { for: "time" }, "Time"), this.back, this.time, this.on, this.moment));
    this.messages = new RecordedMessages(this, "main");
    this.list = this.messages.node;
    this.unsent = h("details", { class: "unsent" });
    document.getElementById("read").append(h("h2", { class: "hidden" }, "Messages"), this.unsent, this.list,
      h("p", { class: "sub foot" }, "Recorded in the playground; nobody here is real. Messages stand as they did at the end of the series. This file fetches nothing and sends nothing."));
  }

  choose() {
    this.me = this.recording.people.find((one) => `${one.platform} ${one.id}` === this.who.value);
    this.place = EVERYWHERE;
    this.become();
  }

  become() {
    const { me } = this;
    this.who.value = `${me.platform} ${me.id}`;
    this.mine = this.recording.messages.filter((one) => one.platform === me.platform && one.readers.includes(me.id))
      .map((one) => (one.own?.[me.id] ? { ...one, cards: one.own[me.id] } : one));
    const places = [...new Set(this.mine.map((one) => one.where))].filter(Boolean).sort();
    this.where.replaceChildren(h("option", { value: EVERYWHERE }, "Everything"), h("option", { value: "direct" }, "Only chats"),
      ...places.map((place) => h("option", { value: place }, place)));
    document.body.dataset.platform = me.platform;
    this.list.className = `scroller pane ${me.platform}`;
    this.messages.clear();
    this.draw();
  }

  shown() {
    return this.mine.filter((one) => !this.place || (this.place === "direct" ? !one.where : one.where === this.place));
  }

  moveTo(count) {
    const all = this.shown();
    const at = Math.max(0, Math.min(all.length, count));
    this.until = at === 0 ? (all[0]?.at ?? 1) - 1 : at === all.length ? this.recording.ended : all[at - 1].at;
    this.draw();
  }

  toSession() {
    if (this.stops.value) this.until = Number(this.stops.value);
    this.stops.value = "";
    this.draw();
  }

  // What was due until now, as the messages are.
  drawUnsent() {
    const { me } = this;
    const left = this.recording.unsent.filter((one) => one.to === me.email && one.at <= this.until);
    this.unsent.hidden = !left.length;
    this.unsent.replaceChildren(h("summary", {}, `What did not go to ${me.name}: ${left.length}`),
      h("ul", {}, left.map((one) => h("li", {}, `${fullMoment(one.at, me)}: ${one.kind}, ${one.reason}.`))));
  }

  draw() {
    const all = this.shown();
    const seen = all.filter((one) => one.at <= this.until);
    this.where.value = this.place;
    this.time.max = String(all.length);
    this.time.value = String(seen.length);
    const told = `${fullMoment(this.until, this.me)}, ${seen.length} of ${all.length} messages`;
    this.moment.textContent = told;
    this.time.setAttribute("aria-valuetext", told);
    this.back.disabled = !seen.length;
    this.on.disabled = seen.length === all.length;
    this.messages.draw(seen);
    this.drawUnsent();
    this.list.scrollTop = this.list.scrollHeight;
    history.replaceState(null, "", `#${new URLSearchParams({ person: this.who.value, at: String(this.until) })}`);
  }
}

new Replay(await unpacked());
document.documentElement.dataset.ready = "yes";
