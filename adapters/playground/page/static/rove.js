// Many controls behind one Tab stop. In a list of messages the arrows go from message to message, and inside one from
// control to control; Escape leads back out. Fields keep their own keys, and are reached by Tab in the message one is in.
const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";
const FIELDS = "input:not([type=button]):not([type=submit]), select, textarea";
const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

export class Roving {
  // `items()` are the parts to go through, in order; a lone part is the node itself.
  constructor(node, items = () => [node]) {
    this.node = node;
    this.items = items;
    node.addEventListener("keydown", (event) => this.key(event));
    node.addEventListener("focusin", (event) => this.hold(event.target));
  }

  // After something was drawn: what Tab reaches.
  draw() {
    const items = this.items();
    this.here = items.includes(this.here) ? this.here : items.findLast((one) => controls(one).length);
    const mine = this.here ? controls(this.here) : [];
    const one = mine.includes(this.held) ? this.held : mine.find((each) => each.getAttribute("aria-current")) || mine[0];
    for (const item of items) {
      for (const control of controls(item)) control.tabIndex = control === one || (item === this.here && control.matches(FIELDS)) ? 0 : -1;
    }
  }

  hold(target) {
    const item = this.items().find((one) => one.contains(target));
    if (!item || (item === target && item === this.here)) return;
    this.here = item;
    this.held = item === target ? null : target;
    this.draw();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches(FIELDS)) return;
    const to = this.next(event.target, event.key);
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    to.focus();
  }

  next(from, key) {
    const items = this.items();
    const item = items.find((one) => one.contains(from));
    if (!item) return key === "ArrowUp" || key === "ArrowDown" ? this.here || items.at(-1) : null;
    const mine = controls(item);
    if (from === item && item !== this.node) {
      if (key === "ArrowRight" || key === "Enter") return mine[0];
      return { ArrowUp: items[items.indexOf(item) - 1], ArrowDown: items[items.indexOf(item) + 1], Home: items[0], End: items.at(-1) }[key];
    }
    if (key === "Escape") return item === this.node ? null : item;
    if (key === "Home" || key === "End") return mine.at(key === "Home" ? 0 : -1);
    return mine[mine.indexOf(from) + (STEPS[key] || NaN)];
  }
}

// What a keyboard can reach in it; what was roved once is known by its mark, whatever its tabindex is by now.
function controls(node) {
  const found = [...node.querySelectorAll(CONTROLS)].filter((one) => "roved" in one.dataset || one.tabIndex >= 0);
  found.forEach((one) => { one.dataset.roved = ""; });
  return found;
}
