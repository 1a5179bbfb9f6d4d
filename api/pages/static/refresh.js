// Fetches the page anew: soon after something happened, now and then in any case, never too often, and not while nobody looks.

import { setClock } from "./clock.js";
import { isDoor } from "./door.js";

const REST = 1_000;
const SHARE = 8; // a page that takes long is asked for less often
const SPREAD = 250; // many browsers hear of one event at once
const FIRST_RETRY = 2_000;
const EVERY = 60_000;
const PATIENCE = 30_000;

export class Refresh {
  #timer = 0;
  #due = Infinity;
  #isFetching = false;
  #isStale = false;
  #mayAfter = 0;
  #retry = FIRST_RETRY;
  #isOn = false;

  constructor(address, show, showDoor) {
    this.address = address;
    this.show = show;
    this.showDoor = showDoor;
    document.addEventListener("visibilitychange", () => !document.hidden && this.#isStale && this.soon());
    setInterval(() => this.soon(), EVERY);
  }

  // Whoever asks for it anew does not wait for the last rest to end.
  start() {
    this.#isOn = true;
    this.#mayAfter = 0;
  }

  stop() {
    this.#isOn = false;
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  soon(delay = 0) {
    if (!this.#isOn) return;
    this.#isStale = true;
    const due = Math.max(Date.now() + delay + Math.random() * SPREAD, this.#mayAfter);
    if (document.hidden || this.#isFetching || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#fetch(), due - Date.now());
  }

  async #fetch() {
    this.#due = Infinity;
    this.#isStale = false;
    this.#isFetching = true;
    const began = Date.now();
    let isAgain = false;
    try {
      isAgain = !(await this.#ask());
    } catch {
      isAgain = true;
    }
    this.#isFetching = false;
    this.#mayAfter = Date.now() + Math.max(REST, SHARE * (Date.now() - began));
    if (isAgain) {
      this.soon(this.#retry);
      this.#retry = Math.min(2 * this.#retry, EVERY);
    } else {
      this.#retry = FIRST_RETRY;
      if (this.#isStale) this.soon();
    }
  }

  // Whether it is of any use to ask again: a page that is not there any more stays as it is.
  async #ask() {
    const asked = this.address();
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(asked, { headers: { Accept: "text/html" }, cache: "no-store", signal });
    const arrived = Date.now();
    if (isDoor(response)) this.showDoor(response.url);
    else if (response.ok) {
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      setClock(fresh.getElementById("live")?.dataset.now, arrived);
      if (this.#isOn && asked === this.address()) this.show(fresh);
    }
    return response.status < 500 && response.status !== 429;
  }
}
