// The series page without leaving it: the same forms, sent in place; messages moved by hand or by keyboard;
// what happens elsewhere shown here within a second. Without this script every deed is one page more.
"use strict";

const LOOK_EVERY = 900; // milliseconds between two questions whether anything has happened
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }; // days

const page = () => document.getElementById("page");
const dialog = document.getElementById("window");
const say = (text) => { document.getElementById("said").textContent = text; };
let moving = null; // the message in hand: {item, from, day, pointer}
let busy = false;

// --- the page, brought up to date -------------------------------------------------------------------------

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

// Keeps what a reader has unfolded, and the place of the keyboard.
const show = (fresh) => {
  const open = [...page().querySelectorAll("details[id][open]")].map((one) => one.id);
  const at = place(document.activeElement);
  page().replaceWith(document.adoptNode(fresh));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  wake();
  if (at) back(at);
};

// Where somebody is: the nearest thing with an id, and which of its controls.
const CONTROLS = "a, button, summary, input, select, textarea, [tabindex]";
const place = (element) => {
  const near = element?.closest?.("#page [id]");
  return near ? { id: near.id, nth: [...near.querySelectorAll(CONTROLS)].indexOf(element) } : null;
};
const back = ({ id, nth }) => {
  const near = document.getElementById(id);
  const control = near && (nth < 0 ? near : near.querySelectorAll(CONTROLS)[nth]);
  control?.focus({ preventScroll: true });
};

const took = (html, address) => {
  const fresh = parsed(html);
  const form = fresh.querySelector("main form[enctype]");
  if (fresh.getElementById("page")) {
    shut();
    show(fresh.getElementById("page"));
    const answer = document.getElementById("answer");
    if (answer) { answer.focus({ preventScroll: true }); answer.scrollIntoView({ block: "nearest" }); }
  } else if (form) {
    window_(fresh, address);
  } else {
    location.assign(address); // a dead link, or a refusal: the page that says so
  }
};

const send = async (address, body) => {
  if (busy) return;
  busy = true;
  try {
    const answer = await fetch(address, body ? { method: "POST", body } : {});
    took(await answer.text(), answer.url);
  } catch {
    say(page().dataset.notSent);
  } finally {
    busy = false;
  }
};

const look = async () => {
  if (document.hidden || busy || moving || dialog.open) return;
  const known = page().dataset.stamp;
  const address = new URL(page().dataset.here, location.href);
  address.searchParams.set("since", known);
  try {
    const answer = await fetch(address);
    if (answer.status !== 200) return;
    const fresh = parsed(await answer.text()).getElementById("page");
    if (!fresh || busy || moving || dialog.open || page().dataset.stamp !== known) return;
    const answered = document.getElementById("answer");
    const changed = bare(fresh) !== bare(page());
    if (answered) fresh.querySelector(".about").after(answered.cloneNode(true));
    if (changed) { show(fresh); say(page().dataset.updated); } else { page().dataset.stamp = fresh.dataset.stamp; }
  } catch { /* asked again in a moment */ }
};

// What a reader sees of it and what its buttons do; links to other pages are made anew each time.
const bare = (one) => {
  const copy = one.cloneNode(true);
  for (const part of copy.querySelectorAll("#answer, #said, #move-hint, .handle")) part.remove();
  const does = [...copy.querySelectorAll("input[name=_value], a[href*='?form=']")];
  return copy.textContent.replace(/\s+/g, " ") + does.map((each) => each.value ?? each.getAttribute("href"));
};

// --- forms in a window ------------------------------------------------------------------------------------

const window_ = (fresh, address) => {
  const main = fresh.querySelector("main");
  main.querySelector("h1").id = "window-title";
  for (const link of main.querySelectorAll("nav a")) link.dataset.shut = "";
  const form = main.querySelector("form[enctype]");
  form.action = address;
  dialog.replaceChildren(...main.children);
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("#problems") ?? dialog.querySelector("form input:not([type=hidden]), form textarea, form select"))?.focus();
};
const shut = () => { if (dialog.open) dialog.close(); dialog.replaceChildren(); };

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  send(form.getAttribute("action") || location.href, body);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("#page a, #window a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ("shut" in link.dataset) { event.preventDefault(); shut(); return; }
  const to = new URL(link.href, location.href);
  if (to.origin !== location.origin || to.pathname !== location.pathname) return;
  if (to.search === location.search && to.hash && !link.closest("#answer, .opened")) return; // a jump on this page
  event.preventDefault();
  goTo(to, !to.searchParams.has("form"));
});

const goTo = async (to, remembered) => {
  const hash = to.hash;
  await send(to.pathname + to.search);
  if (remembered) history.replaceState(null, "", to.pathname + to.search);
  const there = hash && document.getElementById(hash.slice(1));
  if (there) { there.focus({ preventScroll: true }); there.scrollIntoView({ block: "nearest" }); }
};

// --- moving a message -------------------------------------------------------------------------------------

const dayOf = (item) => item.closest(".day").dataset.day;
const cell = (day) => document.querySelector(`.day[data-day="${day}"]`);
const later = (day, days) => {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
};
const called = (day) => cell(day)?.dataset.label
  ?? new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T12:00:00Z`));

const pickUp = (item, pointer) => {
  moving = { item, from: dayOf(item), day: dayOf(item), pointer };
  item.classList.add("moving");
  document.querySelector(".calendar").classList.add("moving-now");
  item.querySelector(".handle").setAttribute("aria-pressed", "true");
};
const over = (day) => {
  document.querySelector(".day.target")?.classList.remove("target");
  moving.day = day;
  const target = cell(day);
  target?.closest("details")?.setAttribute("open", "");
  target?.classList.add("target");
  if (!moving.pointer) target?.scrollIntoView({ block: "nearest" });
};
const putDown = (kept) => {
  const { item, from, day } = moving;
  document.querySelector(".day.target")?.classList.remove("target");
  document.querySelector(".calendar").classList.remove("moving-now");
  item.classList.remove("moving");
  item.querySelector(".handle").setAttribute("aria-pressed", "false");
  moving = null;
  if (!kept || day === from) { say(page().dataset.droppedBack); return; }
  const body = new FormData();
  body.set("day", day);
  body.set("at", item.dataset.at);
  send(item.dataset.move, body);
};

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.(".handle");
  if (!handle) return;
  const keys = ["Enter", " "];
  if (!moving && keys.includes(event.key)) {
    event.preventDefault();
    pickUp(handle.closest(".message"), false);
    say(page().dataset.pickedUp.replace("%", handle.dataset.name));
  } else if (moving && keys.includes(event.key)) {
    event.preventDefault();
    putDown(true);
  } else if (moving && event.key === "Escape") {
    event.preventDefault();
    putDown(false);
  } else if (moving && event.key in STEPS) {
    event.preventDefault();
    over(later(moving.day, STEPS[event.key]));
    say(called(moving.day));
  } else if (moving && event.key === "Tab") {
    putDown(false);
  }
});

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest?.(".handle");
  if (!handle || moving || event.button !== 0) return;
  event.preventDefault();
  handle.focus();
  handle.setPointerCapture(event.pointerId);
  pickUp(handle.closest(".message"), true);
});
document.addEventListener("pointermove", (event) => {
  if (!moving?.pointer) return;
  const day = document.elementFromPoint(event.clientX, event.clientY)?.closest?.(".day")?.dataset.day;
  if (day && day !== moving.day) over(day);
  const edge = event.clientY < 60 ? -12 : event.clientY > innerHeight - 60 ? 12 : 0;
  if (edge) scrollBy(0, edge);
});
document.addEventListener("pointerup", () => { if (moving?.pointer) putDown(true); });
document.addEventListener("pointercancel", () => { if (moving?.pointer) putDown(false); });

// --- begin ------------------------------------------------------------------------------------------------

const wake = () => {
  for (const one of page().querySelectorAll(".handle, #move-hint")) one.hidden = false;
};

wake();
dialog.addEventListener("close", () => dialog.replaceChildren());
setInterval(look, LOOK_EVERY);
document.documentElement.dataset.ready = "";
