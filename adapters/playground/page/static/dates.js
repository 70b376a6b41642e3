// Moments in the zone and language of the person one is.

const SAFE = { hour: "numeric", minute: "2-digit" };

function format(at, me, options) {
  const zone = me?.tz || "UTC";
  for (const locale of [me?.locale || "en-US", "en-US"]) {
    try {
      return new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(at);
    } catch { /* an unknown locale: the next one */ }
  }
  return new Date(at).toISOString();
}

export const clockTime = (at, me) => format(at, me, SAFE);
export const dayName = (at, me) => format(at, me, { weekday: "long", month: "long", day: "numeric" });
export const fullMoment = (at, me) =>
  format(at, me, { weekday: "short", month: "short", day: "numeric", year: "numeric", ...SAFE });
export const dayKey = (at, me) => format(at, { ...me, locale: "en-CA" }, { year: "numeric", month: "2-digit", day: "2-digit" });

// Slack's <!date> tokens: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { month: "long", day: "numeric", year: "numeric" },
  date_short: { month: "short", day: "numeric", year: "numeric" },
  date_long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  date_pretty: { month: "long", day: "numeric", year: "numeric" },
  date_short_pretty: { month: "short", day: "numeric", year: "numeric" },
  date_long_pretty: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  time: SAFE,
  time_secs: { ...SAFE, second: "2-digit" },
};

export function slackDate(seconds, pattern, me) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "ago") return fullMoment(seconds * 1000, me);
    return TOKENS[name] ? format(seconds * 1000, me, TOKENS[name]) : whole;
  });
}

// A wall-clock "YYYY-MM-DDTHH:MM" in a person's zone as UNIX seconds, and back.
export function zonedSeconds(local, me) {
  const wanted = Date.parse(`${local}Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) guess += wanted - Date.parse(`${zonedLocal(guess / 1000, me)}Z`);
  return Math.floor(guess / 1000);
}

export function zonedLocal(seconds, me) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: me?.tz || "UTC", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(seconds * 1000);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

// Adaptive Cards' {{DATE(…)}} and {{TIME(…)}}, in the person's zone instead of the browser's.
export function cardDates(text, me) {
  return text.replace(/\{\{(DATE|TIME)\(([^,)]+)(?:,\s*(\w+))?\)\}\}/g, (whole, kind, moment, style) => {
    const at = Date.parse(moment.trim());
    if (Number.isNaN(at)) return whole;
    if (kind === "TIME") return clockTime(at, me);
    const options = { LONG: TOKENS.date_long, SHORT: { weekday: "short", month: "short", day: "numeric", year: "numeric" } };
    return format(at, me, options[style] || TOKENS.date_num);
  });
}
