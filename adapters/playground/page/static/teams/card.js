// Adaptive Cards, drawn by Microsoft's own renderer in the page's colours.
import { h, link } from "../dom.js";
import { cardDates } from "../dates.js";
import { markdown, onAPhone } from "./markdown.js";

const { AdaptiveCards } = window;
const INK = { default: "var(--ink)", subtle: "var(--muted)" };
const colour = (name) => ({ default: `var(--${name})`, subtle: `var(--${name})` });
const COLOURS = {
  default: INK, dark: INK, light: colour("muted"), accent: colour("accent-ink"), good: colour("good"), warning: colour("warn"), attention: colour("bad"),
};
const container = (background) => ({ backgroundColor: background, borderColor: "var(--line)", foregroundColors: COLOURS });

const LOOK = new AdaptiveCards.HostConfig({
  fontFamily: "inherit",
  spacing: { small: 6, default: 10, medium: 14, large: 20, extraLarge: 28, padding: 14 },
  separator: { lineThickness: 1, lineColor: "var(--line)" },
  supportsInteractivity: true,
  fontSizes: { small: 12, default: 14, medium: 16, large: 19, extraLarge: 23 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
  imageSizes: { small: 40, medium: 80, large: 160 },
  containerStyles: {
    default: container("transparent"), emphasis: container("var(--soft)"), good: container("var(--good-soft)"),
    attention: container("var(--bad-soft)"), warning: container("var(--warn-soft)"), accent: container("var(--accent-soft)"),
  },
  actions: { maxActions: 6, spacing: "default", buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left",
    showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" } },
  adaptiveCard: { allowCustomStyle: false },
  inputs: { label: { inputSpacing: 4, requiredInputs: { weight: "bolder", suffix: " *", suffixColor: "attention" }, optionalInputs: { weight: "bolder" } },
    errorMessage: { color: "attention", weight: "default" } },
  factSet: { title: { weight: "bolder", wrap: true, maxWidth: 180 }, value: { wrap: true }, spacing: 12 },
  textBlock: { headingLevel: 3 },
});

AdaptiveCards.GlobalSettings.setTabIndexAtCardRoot = false; // the message around it takes the focus

let phone = null; // while a card is drawn as on a phone: the runs of each of its texts
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = h("div", {}, phone?.[text] ? onAPhone(phone[text]) : markdown(text)).innerHTML;
  result.didProcess = true;
};

function localised(node, me) {
  if (typeof node === "string") return cardDates(node, me);
  if (Array.isArray(node)) return node.map((one) => localised(one, me));
  if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, name === "data" ? value : localised(value, me)]));
  return node;
}

// `pressed(actionId, values)` is told of every button but links, which open. `looks`: of its texts on a phone.
export function drawCard(payload, me, pressed, looks = null) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = LOOK;
  card.onExecuteAction = async (action) => {
    if (action instanceof AdaptiveCards.OpenUrlAction) { link(action.url).click(); return; }
    const values = Object.fromEntries(card.getAllInputs().filter((input) => input.value !== undefined).map((input) => [input.id, input.value]));
    const button = action.renderedElement;
    button?.classList.add("busy");
    await pressed(action.id, values);
    button?.classList.remove("busy");
  };
  card.parse(localised(payload, me));
  phone = looks;
  const drawn = card.render();
  phone = null;
  return h("div", { class: "adaptive", lang: payload.lang || null }, drawn || h("p", { class: "sub" }, payload.fallbackText || "This card cannot be shown."));
}
