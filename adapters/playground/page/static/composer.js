// Where one writes: Enter sends, Shift+Enter is a new line, "/" (Slack) or a first word (Teams) suggests commands.
import { h } from "./dom.js";

const MOST = 8;
let count = 0;

export class Composer {
  constructor(pane, thread) {
    this.pane = pane;
    this.thread = thread;
    this.chosen = -1;
    const id = `composer-${(count += 1)}`;
    this.input = h("textarea", {
      rows: 1, disabled: true, autocomplete: "off", "aria-label": "Message", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list",
      "aria-controls": `${id}-list`, oninput: () => this.typed(), onkeydown: (event) => this.key(event), onblur: () => setTimeout(() => this.suggest([]), 150),
    });
    this.list = h("ul", { class: "suggestions", id: `${id}-list`, role: "listbox", "aria-label": "Commands", hidden: true });
    this.mention = h("button", { type: "button", class: "quiet mention", hidden: true, onclick: () => this.addMention() });
    this.node = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.list, this.input, this.mention, h("button", { class: "primary send", "aria-label": "Send" }, "Send"));
    this.id = id;
  }

  // Until it is known where, nothing can be written: it would go nowhere, or to the place before.
  leave() {
    this.place = null;
    this.input.disabled = true;
  }

  set(place, state) {
    this.place = place;
    this.hints = state.hints;
    this.bot = state.bot?.name || "";
    const name = ["im", "mpim"].includes(place.kind) ? place.name : `#${place.name}`;
    this.input.placeholder = this.thread() ? "Reply…" : `Message ${name}`;
    this.input.disabled = place.archived;
    if (this.wanted && !place.archived) this.input.focus();
    this.wanted = false;
    this.mention.hidden = !(this.pane.platform === "teams" && place.kind !== "im");
    this.mention.textContent = `@${this.bot}`;
    this.mention.setAttribute("aria-label", `Mention ${this.bot}, so that it hears you`);
  }

  focus() {
    if (!matchMedia("(min-width: 700px)").matches) return;
    this.wanted = this.input.disabled;
    this.input.focus();
  }

  addMention() {
    if (!this.input.value.includes(`@${this.bot}`)) this.input.value = `@${this.bot} ${this.input.value}`;
    this.input.focus();
    this.typed();
  }

  typed() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 200)}px`;
    const { before, text } = this.written();
    const offering = this.pane.platform === "slack" ? text.startsWith("/") : text.length > 1 && (before || this.place?.kind === "im");
    const typed = text.toLowerCase();
    const people = this.people();
    if (people.length) { this.suggest(people); return; }
    const fits = offering && !text.includes("\n")
      ? (this.hints || []).filter((hint) => hint.insert.toLowerCase().startsWith(typed) || (text.startsWith("/") && text.length > 2 && hint.insert.toLowerCase().includes(typed.slice(1)))) : [];
    this.suggest(fits.slice(0, MOST));
  }

  // After an @ before the cursor: who of this place is meant. Slack takes handles, Teams names.
  people() {
    const [, typed] = /(?:^|\s)"?@(\p{L}[\p{L}\p{M}.\- ]{0,40})$/u.exec(this.input.value.slice(0, this.input.selectionStart)) || [];
    if (!typed) return [];
    const wanted = typed.toLowerCase();
    return (this.place?.people || []).filter((one) => one.name.toLowerCase().startsWith(wanted) || one.insert.toLowerCase().startsWith(`@${wanted}`))
      .slice(0, MOST).map((one) => ({ insert: one.insert, summary: one.name, replaces: typed.length + 1 }));
  }

  // The text split into a mention of the bot at its start, and the rest.
  written() {
    const text = this.input.value;
    const mention = `@${this.bot} `;
    return text.startsWith(mention) ? { before: mention, text: text.slice(mention.length) } : { before: "", text };
  }

  suggest(hints) {
    this.shown = hints;
    this.chosen = -1;
    this.list.hidden = !hints.length;
    this.input.setAttribute("aria-expanded", String(hints.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...hints.map((hint, at) =>
      h("li", { role: "option", id: `${this.id}-${at}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); this.take(hint); } },
        h("code", {}, hint.insert), hint.usage && h("span", { class: "usage" }, hint.usage), h("span", { class: "sub" }, hint.summary))));
  }

  choose(at) {
    this.chosen = (at + this.shown.length) % this.shown.length;
    [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === this.chosen)));
    this.input.setAttribute("aria-activedescendant", `${this.id}-${this.chosen}`);
    this.list.children[this.chosen].scrollIntoView({ block: "nearest" });
  }

  take(hint) {
    if (hint.replaces) {
      const end = this.input.selectionStart;
      const start = end - hint.replaces - (this.input.value[end - hint.replaces - 1] === '"' ? 1 : 0);
      this.input.setRangeText(`${hint.insert} `, start, end, "end");
      this.suggest([]);
      this.input.focus();
      return;
    }
    this.input.value = `${this.written().before}${hint.insert} `;
    this.suggest([]);
    this.input.focus();
  }

  key(event) {
    const open = this.shown?.length > 0;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.choose(this.chosen + (event.key === "ArrowDown" ? 1 : this.chosen < 0 ? 0 : -1));
    } else if (open && event.key === "Escape") {
      event.stopPropagation();
      this.suggest([]);
    } else if (open && this.chosen >= 0 && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      this.take(this.shown[this.chosen]);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  async send() {
    const text = this.input.value.trim();
    if (!text || !this.place) return;
    this.input.value = "";
    this.typed();
    const told = await this.pane.act("say", { place: this.place.id, text, thread: this.thread() });
    if (told.problem && !this.input.value) this.input.value = text;
  }
}
