// Keeps a page as it is at the service: hears that something moved, fetches the page anew, and changes what has changed.

import { now, setClock } from "./clock.js";
import { connection } from "./connection.js";
import { Countdown } from "./countdown.js";
import { hasTyped, showDoor, whenKeptShut } from "./door.js";
import { isHeld, whenReleased } from "./hold.js";
import { whenLeft } from "./leaving.js";
import { keepingPlace, morph } from "./morph.js";
import { Refresh } from "./refresh.js";

const PAUSED = "ticketclock.paused";
const TO_THE_MINUTE = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const GRACE = 1_100; // a limit of "at most" is still kept at its last second

export function stayLive(page) {
  const header = page.getElementById("live");
  if (header) new Live(page, header).begin();
}

class Live {
  #fresh = null;
  #wasLost = false;

  constructor(page, header) {
    this.page = page;
    this.header = header;
    this.says = header.dataset;
    this.switch = header.querySelector("[data-switch]");
    this.news = page.getElementById("news");
    this.refresh = new Refresh(
      () => address(this.says),
      (fresh) => this.show(fresh),
      (door) => showDoor(page, door),
    );
    this.countdown = new Countdown(page, this.says.overdue, () => this.refresh.soon(GRACE));
    this.connection = connection(this.says.stream, (message) => this.hear(message));
  }

  begin() {
    const [navigation] = performance.getEntriesByType("navigation");
    setClock(this.says.now, performance.timeOrigin + (navigation?.responseStart ?? performance.now()));
    this.header.hidden = false;
    if (this.says.posted !== undefined) keepAnswer(this.page);
    this.switch.addEventListener("click", () => this.turn(!isPaused()));
    this.news.addEventListener("click", () => this.apply(true));
    addEventListener("storage", (event) => event.key === PAUSED && this.obey());
    addEventListener("pagehide", () => this.connection.leave());
    addEventListener("pageshow", (event) => event.persisted && this.obey(true));
    this.page.addEventListener("visibilitychange", () => isPaused() || this.countdown.tick());
    whenReleased(this.page, () => this.apply());
    whenLeft(() => this.leave());
    whenKeptShut(this.page, () => this.stop());
    this.obey();
  }

  turn(pause) {
    try {
      if (pause) localStorage.setItem(PAUSED, new Date(now()).toISOString());
      else localStorage.removeItem(PAUSED);
    } catch {
      // Where nothing may be kept, a page is live.
    }
    this.obey(true);
  }

  // What stands here stays to be read until somebody looks; then the page asks anew, and is shown the door.
  leave() {
    this.connection.leave();
    this.countdown.stop();
    this.tell("signed-out");
    this.refresh.start();
    this.refresh.soon(GRACE);
  }

  stop() {
    this.refresh.stop();
    this.connection.leave();
    this.countdown.stop();
    this.tell("signed-out");
  }

  obey(anew = false) {
    this.switch.textContent = isPaused() ? this.says.sayGoOn : this.says.sayPause;
    if (isPaused()) {
      this.connection.leave();
      this.refresh.stop();
      this.countdown.stop();
      this.#fresh = null;
      this.news.hidden = true;
      this.tell("paused");
    } else {
      this.tell("connecting");
      this.refresh.start();
      this.countdown.start();
      this.connection.listen(shown(this.says.position));
      if (anew) this.refresh.soon();
    }
  }

  hear(message) {
    if (isPaused()) return;
    if (message.kind === "there") {
      this.tell("live");
      if (this.#wasLost) this.refresh.soon();
      this.#wasLost = false;
    } else if (message.kind === "lost") {
      this.tell("reconnecting");
      this.#wasLost = true;
      this.refresh.soon(GRACE);
    } else {
      setClock(message.now);
      this.countdown.tick();
      if (this.concerns(message)) this.refresh.soon();
    }
  }

  // A page that is about one ticket says so with `data-about`; others are about all.
  concerns({ kind, position, tickets, many }) {
    if (kind === "snapshot") return true;
    if (kind === "time" || position <= shown(this.says.position)) return false;
    const about = this.page.querySelector("[data-about]")?.dataset.about;
    return !about || many || tickets.includes(about);
  }

  show(fresh) {
    this.#fresh = fresh;
    if (isOfAnotherVersion(this.page, fresh) && this.says.posted === undefined && !hasTyped(this.page)) location.reload();
    this.says.position = fresh.getElementById("live")?.dataset.position ?? this.says.position;
    this.apply();
  }

  apply(all = false) {
    if (!this.#fresh) return;
    let waiting = 0;
    keepingPlace(() => {
      for (const region of this.page.querySelectorAll("[data-live][id]")) {
        const fresh = this.#fresh.getElementById(region.id);
        if (!fresh || region.parentElement.closest("[data-live]")) continue;
        waiting += morph(region, fresh, { mayMove: all || !isHeld(region), came: shine });
        region.dispatchEvent(new CustomEvent("morphed", { bubbles: true }));
      }
    });
    this.page.title = this.#fresh.title;
    if (!waiting) this.#fresh = null;
    this.countdown.tick();
    this.offer(waiting);
  }

  offer(waiting) {
    const text = waiting === 1 ? this.news.dataset.sayOne : this.news.dataset.sayMany.replace("{count}", waiting);
    if (waiting && this.news.textContent !== text) this.news.textContent = text;
    this.news.hidden = !waiting;
  }

  tell(state) {
    if (this.header.dataset.state === state) return;
    this.header.dataset.state = state;
    const { text, sign } = this.header.querySelector(`template[data-state="${state}"]`).dataset;
    const since = state === "paused" ? pausedAt().toLocaleTimeString(undefined, TO_THE_MINUTE) : "";
    this.header.querySelector("use").setAttribute("href", `#i-${sign}`);
    this.header.querySelector(".word").textContent = text.replace("{since}", since);
  }
}

function isPaused() {
  try {
    return localStorage.getItem(PAUSED) !== null;
  } catch {
    return false;
  }
}

const pausedAt = () => new Date(localStorage.getItem(PAUSED));

// Up to which position of the log a page had come, where it knows.
const shown = (told) => (told ? Number(told) : null);

// Where the page is to be had: what answers a form stands in for the page that the form was on.
const address = ({ posted }) =>
  posted !== undefined && document.referrer.startsWith(`${location.origin}/`) ? document.referrer : location.href;

// What answers a form, a refusal and all that was filled in, stays until somebody goes on from it.
function keepAnswer(page) {
  for (const said of page.querySelectorAll("main form, main [role=alert]")) {
    (said.closest("main details") ?? said).setAttribute("data-keep", "");
  }
}

// A new version of the program comes with scripts and styles of its own.
function isOfAnotherVersion(page, fresh) {
  const script = (one) => one.querySelector("script[type=module]")?.getAttribute("src");
  return script(page) !== script(fresh);
}

// What has just come or moved catches the eye for a moment.
function shine(row) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  row.animate([{ backgroundColor: "var(--warn-back)" }, {}], { duration: 1_200, easing: "ease-out" });
}
