// A list of messages. What did not change stays the same element, so focus and screen readers keep their place.
import { base, avatar, h, link } from "./dom.js";
import { Roving } from "./rove.js";
import { clockTime, dayKey, dayName, fullMoment } from "./dates.js";
import { slackBody } from "./slack/message.js";
import { teamsBody } from "./teams/message.js";

const NEAR_END = 120;

export class Messages {
  constructor(pane, kind) {
    this.pane = pane;
    this.kind = kind;
    this.known = new Map();
    this.list = h("ol", { class: "messages", "aria-live": "polite", "aria-relevant": "additions", "aria-label": kind === "main" ? "Messages" : "Replies" });
    this.node = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": kind === "main" ? "Message history" : "Thread history",
      "aria-description": "Up and down go from message to message, right into its buttons, Escape back out." }, this.list);
    this.roving = new Roving(this.node, () => [...this.list.querySelectorAll(":scope > .message")]);
  }

  clear() {
    this.known.clear();
    this.list.replaceChildren();
  }

  draw(messages) {
    const { me, state } = this.pane;
    const fresh = this.known.size === 0;
    const atEnd = fresh || this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END;
    this.list.setAttribute("aria-live", fresh ? "off" : "polite");
    const nodes = [];
    const kept = new Map();
    let before = null;
    for (const message of messages) {
      if (!before || dayKey(before.at, me) !== dayKey(message.at, me)) nodes.push(this.day(message.at, kept));
      const joined = before && !before.quiet && !message.quiet && before.author === message.author && before.place === message.place && !message.only_you && !before.only_you
        && message.at - before.at < 300000 && dayKey(before.at, me) === dayKey(message.at, me);
      const key = JSON.stringify([message, joined, me.id, Object.keys(state.users).length]);
      const old = this.known.get(message.id);
      const node = old?.key === key ? old.node : this.item(message, joined);
      kept.set(message.id, { key, node });
      nodes.push(node);
      before = message;
    }
    if (!messages.length) nodes.push(h("li", { class: "empty" }, "Nothing here yet."));
    const left = [...this.known].find(([, old]) => old.node.contains(document.activeElement));
    this.known = kept;
    place(this.list, nodes);
    this.roving.draw();
    if (left && !this.node.contains(document.activeElement)) (kept.get(left[0])?.node || this.node).focus();
    if (atEnd) this.node.scrollTop = this.node.scrollHeight;
    requestAnimationFrame(() => this.list.setAttribute("aria-live", "polite"));
  }

  day(at, kept) {
    const id = `day ${dayKey(at, this.pane.me)}`;
    const name = dayName(at, this.pane.me);
    const old = this.known.get(id);
    const node = old?.key === name ? old.node : h("li", { class: "day" }, h("span", {}, name));
    kept.set(id, { key: name, node });
    return node;
  }

  item(message, joined) {
    const { me } = this.pane;
    if (message.quiet) return h("li", { class: "message quiet-line", id: this.id(message), tabindex: "-1" }, slackBody(message, this.pane));
    const body = this.pane.platform === "slack" ? slackBody(message, this.pane) : teamsBody(message, this.pane);
    const classes = ["message", joined && "joined", message.only_you && "only-you", message.pinned && "pinned", message.author === me.id && "own"];
    return h("li", { class: classes.filter(Boolean).join(" "), id: this.id(message), tabindex: "-1" },
      joined ? h("time", { class: "gutter", title: fullMoment(message.at, me) }, clockTime(message.at, me)) : avatar(message.name, message.bot),
      h("article", {},
        message.only_you && h("p", { class: "note" }, "Only visible to you"),
        message.pinned && h("p", { class: "note" }, "Pinned"),
        h("p", { class: joined ? "hidden" : "byline" }, h("strong", {}, message.name), message.bot && h("span", { class: "app" }, "App"),
          h("time", { title: fullMoment(message.at, me) }, clockTime(message.at, me))),
        body,
        message.edited && h("span", { class: "edited" }, "(edited)"),
        this.files(message),
        this.reactions(message),
        this.threadLine(message)));
  }

  id(message) {
    return `${this.pane.platform}-${this.kind}-${message.id.replace(/\W/g, "-")}`;
  }

  jump(id) {
    const node = this.known.get(id)?.node;
    node?.scrollIntoView({ block: "center" });
    node?.focus();
  }

  files(message) {
    if (!message.files.length) return null;
    return h("ul", { class: "files" }, message.files.map((file) => {
      const address = file.url || new URL(`${base()}/api/files/${file.team}/${file.id}`, location.href).href;
      const picture = /\.(png|jpe?g|gif)$/i.test(file.name);
      const size = file.size ? ` · ${Math.max(1, Math.round(file.size / 1024))} KB` : "";
      return h("li", {}, picture && h("img", { src: address, alt: file.alt || file.title || "", loading: "lazy" }),
        link(address, file.title || file.name), h("span", { class: "sub" }, size));
    }));
  }

  reactions(message) {
    const all = Object.entries(message.reactions || {}).filter(([, people]) => people.length);
    return all.length ? h("p", { class: "reactions" }, all.map(([name, people]) => h("span", {}, `${emoji(name)} ${people.length}`))) : null;
  }

  threadLine(message) {
    if (this.kind === "thread" || message.only_you) return null;
    const can = this.pane.platform === "slack" || message.thread;
    if (!can) return null;
    const label = message.replies ? `${message.replies} ${message.replies === 1 ? "reply" : "replies"}` : "Reply in thread";
    return h("button", { type: "button", class: `thread-line${message.replies ? "" : " offered"}`, onclick: () => this.pane.openThread(message.thread || message.id) }, label);
  }
}

export function emoji(name) {
  const known = { like: "👍", heart: "❤️", "+1": "👍", thumbsup: "👍", wave: "👋", tada: "🎉", white_check_mark: "✅", eyes: "👀", raised_hands: "🙌", bulb: "💡", calendar: "📅", seedling: "🌱", pray: "🙏", smile: "😄", thread: "🧵", pushpin: "📌", warning: "⚠️", hourglass: "⌛", star: "⭐", handshake: "🤝", speech_balloon: "💬" };
  return known[name] || `:${name}:`;
}

// Make the children of `list` these nodes, in order, moving as few as possible.
function place(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, at) => { if (list.children[at] !== node) list.insertBefore(node, list.children[at] || null); });
}
