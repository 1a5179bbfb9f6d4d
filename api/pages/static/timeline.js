// The picture of a ticket under the hand: the wheel comes closer, dragging moves, arrow keys go from part to part; the slider
// replays, and its arrow keys go from event to event.
// Every look is an address, so that it can be kept, sent, and gone back to; without scripts the links and forms do the same.

import { isDoor, showDoor } from "./door.js";
import { keepingPlace, morph } from "./morph.js";

const SETTLED = 180;
const REGIONS = ["head", "owed", "timeline-window", "replay", "clocks", "history", "ledger", "acts"];
const PUT_BACK = [3600, 1800]; // by so many seconds clocks are put back
const ONE_ASIDE = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

let asked = 0;
const held = new WeakSet();

// Shows the page of another address in place, region by region. What is live goes on being live only where it began so.
async function turnTo(address) {
  const turn = ++asked;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (isDoor(answer)) {
    ready();
    return showDoor(document, answer.url);
  }
  if (!answer.ok || answer.redirected) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== asked) return;
  if (!page.getElementById("timeline-window")) return location.assign(address); // it was not opened yet
  keepingPlace(() => {
    for (const id of REGIONS) {
      const old = document.getElementById(id);
      const fresh = page.getElementById(id);
      if (old && fresh) morph(old, fresh);
    }
  });
  document.querySelector(".stood")?.remove();
  const stood = page.querySelector(".stood");
  if (stood) document.querySelector("main").before(stood);
  const live = document.getElementById("live");
  if (live) live.hidden = !page.getElementById("live"); // what stands here as it stood is not live
  history.replaceState(null, "", address);
  ready();
}

const iso = (second) => new Date(Math.round(second) * 1000).toISOString().replace(".000", "");

function addressOf(changed) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changed)) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  for (const name of ["done", "second", "act"]) address.searchParams.delete(name);
  address.hash = "";
  return address.href;
}

// --- closer, wider, aside ---

const stretch = (picture) => {
  const drawn = picture.querySelector("svg.timeline");
  return drawn && { start: Number(drawn.dataset.from), end: Number(drawn.dataset.to), drawn };
};

function hold(picture) {
  let wanted = null;
  let timer = 0;
  let dragged = null;

  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!wanted) return;
      const { start, end } = wanted;
      wanted = null;
      turnTo(addressOf({ from: iso(start), to: iso(end) }));
    }, SETTLED);
  };
  const show = () => {
    const now = stretch(picture);
    if (!now || !wanted) return;
    const scale = (now.end - now.start) / (wanted.end - wanted.start);
    const width = now.drawn.clientWidth;
    const aside = ((now.start - wanted.start) / (wanted.end - wanted.start)) * width;
    now.drawn.style.transformOrigin = "0 0";
    now.drawn.style.transform = `translateX(${aside}px) scaleX(${scale})`;
  };

  picture.addEventListener("wheel", (event) => {
    const now = wanted ?? stretch(picture);
    if (!now || !(event.ctrlKey || event.metaKey)) return; // who only scrolls the page goes on scrolling
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    const at = now.start + ((event.clientX - box.left) / box.width) * (now.end - now.start);
    const by = Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300)));
    const start = at - (at - now.start) * by;
    const end = at + (now.end - at) * by;
    if (end - start < 600 || end - start > 30 * 366 * 86400) return;
    wanted = { start, end };
    show();
    settle();
  }, { passive: false });

  picture.addEventListener("pointerdown", (event) => {
    const now = stretch(picture);
    if (event.button || !now) return;
    dragged = { from: event.clientX, start: now.start, end: now.end, moved: false };
  });
  picture.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const far = event.clientX - dragged.from;
    if (!dragged.moved && Math.abs(far) < 5) return;
    if (!dragged.moved) picture.setPointerCapture(event.pointerId);
    dragged.moved = true;
    picture.classList.add("held");
    const by = (far / picture.clientWidth) * (dragged.end - dragged.start);
    wanted = { start: dragged.start - by, end: dragged.end - by };
    show();
  });
  const drop = () => {
    if (dragged?.moved) settle();
    picture.classList.remove("held");
    setTimeout(() => { dragged = null; });
  };
  picture.addEventListener("pointerup", drop);
  picture.addEventListener("pointercancel", drop);
  picture.addEventListener("click", (event) => {
    if (dragged?.moved) event.preventDefault();
  }, true);
  picture.addEventListener("dragstart", (event) => event.preventDefault());
}

// --- from part to part ---

// One stop of the tabulator for the whole picture; arrow keys go on from there.
function walk(picture) {
  const parts = () => [...picture.querySelectorAll("svg.timeline a")];
  picture.addEventListener("keydown", (event) => {
    const all = parts();
    const place = all.indexOf(document.activeElement);
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: all.length - 1 }[event.key];
    if (place < 0 || to === undefined || !all[to]) return;
    event.preventDefault();
    all[place].setAttribute("tabindex", "-1");
    all[to].setAttribute("tabindex", "0");
    all[to].focus();
  });
}

// What is pointed at or gone to is told below the picture, as long as nothing else is.
function tell(event) {
  const part = event.target.closest?.("svg.timeline a");
  const told = part && document.querySelector("[data-told]");
  if (told) told.textContent = part.querySelector("title").textContent;
}

// What a link of the picture leads to may be folded away.
function unfold(event) {
  const link = event.target.closest?.("svg.timeline a[href^='#']");
  const target = link && document.getElementById(link.getAttribute("href").slice(1));
  target?.closest("details")?.setAttribute("open", "");
}

// --- the slider ---

// An instant as the service writes it: `Mon 23 Nov 08:33:30`; a time that is shown twice with its offset, ` (UTC-5)`.
function written(zone) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit",
    hourCycle: "h23", timeZone: zone || undefined,
  });
  const offset = new Intl.DateTimeFormat("en", { timeZone: zone || undefined, timeZoneName: "shortOffset" });
  const parts = (of, second) =>
    Object.fromEntries(of.formatToParts(new Date(second * 1000)).map(({ type, value }) => [type, value]));
  const shown = (second) => {
    const part = parts(format, second);
    return `${part.weekday} ${part.day} ${part.month} ${part.hour}:${part.minute}:${part.second}`;
  };
  return (second) => {
    const said = shown(second);
    const isTwice = PUT_BACK.some((by) => shown(second - by) === said || shown(second + by) === said);
    return isTwice ? `${said} (${parts(offset, second).timeZoneName.replace("GMT", "UTC")})` : said;
  };
}

// The nearest event before or after, else an end of the slider.
function aside(slider, by) {
  const marks = [...slider.list.options].map((mark) => Number(mark.value)).sort((one, other) => one - other);
  const here = Number(slider.value);
  return by < 0 ? marks.findLast((mark) => mark < here) ?? slider.min : marks.find((mark) => mark > here) ?? slider.max;
}

function replay(form) {
  const slider = form.querySelector("input[type=range]");
  const output = form.querySelector("output");
  const said = written(form.dataset.zone);
  let timer = 0;
  slider.addEventListener("keydown", (event) => {
    const by = ONE_ASIDE[event.key];
    if (!by || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    slider.value = aside(slider, by);
    slider.dispatchEvent(new Event("input"));
  });
  slider.addEventListener("input", () => {
    output.textContent = said(Number(slider.value));
    slider.setAttribute("aria-valuetext", output.textContent);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const isNow = slider.value === slider.max;
      const address = addressOf({ as_of: isNow ? null : iso(Number(slider.value)), known_at: null });
      if (isNow) location.assign(address);
      else turnTo(address);
    }, SETTLED);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    turnTo(addressOf({ as_of: iso(Number(slider.value)) }));
  });
}

// What has to be done for a picture that has come, or was drawn anew.
function ready() {
  for (const picture of document.querySelectorAll("[data-picture]")) {
    if (!held.has(picture)) {
      held.add(picture);
      hold(picture);
      walk(picture);
    }
    const drawn = picture.querySelector("svg.timeline");
    if (drawn?.style.transform) drawn.style.transform = "";
    const parts = [...picture.querySelectorAll("svg.timeline a")];
    const stop = parts.includes(document.activeElement) ? document.activeElement : parts[0];
    parts.forEach((part) => part.setAttribute("tabindex", part === stop ? "0" : "-1"));
  }
}

document.addEventListener("morphed", ready);

document.addEventListener("pointerover", tell);
document.addEventListener("focusin", tell);
document.addEventListener("click", unfold);
document.addEventListener("click", (event) => {
  const way = event.target.closest?.(".window a, .other > a");
  if (!way || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const [address, place] = way.href.split("#");
  turnTo(address).then(() => way.isConnected || document.getElementById(place)?.querySelector("input:not([type=hidden]), select, textarea, button")?.focus());
});
document.querySelectorAll("form.replay").forEach(replay);
document.querySelectorAll(".scripted[hidden]").forEach((one) => one.removeAttribute("hidden"));
ready();
