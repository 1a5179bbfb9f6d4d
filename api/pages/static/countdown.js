// Counts down what is left, once a second, from the service's time.
//
// `data-until` names an absolute instant. `data-left` are counted seconds as of `data-left-at`, which pass until
// `data-left-until`, when the next closing stops the count; without it they go on passing. With `data-exact` it is told to the
// second, else by the two greatest units; of counted time these are hours at most, since its days are not of 24 hours.

import { now } from "./clock.js";

const UNITS = [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]];

// The two greatest units that count, as the service writes them.
export function about(seconds, units = UNITS) {
  let rest = Math.abs(seconds);
  const parts = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || parts.length) parts.push([count, unit]);
    if (parts.length === 2) break;
  }
  return parts.filter(([count]) => count).map(([count, unit]) => `${count} ${unit}`).join(" ") || "0 s";
}

export const inHours = (seconds) => about(seconds, UNITS.slice(1));

// To the second, as the service writes it.
export function exactly(seconds) {
  const rest = Math.abs(seconds);
  const counts = [Math.floor(rest / 3_600), Math.floor(rest / 60) % 60, rest % 60];
  const parts = ["h", "min", "s"].map((unit, place) => counts[place] && `${counts[place]} ${unit}`);
  return parts.filter(Boolean).join(" ") || "0 min";
}

export class Countdown {
  #passedUpTo = now();
  #timer = 0;

  // `overdue` is a text with a place for a span; `passed` is called when an instant has come.
  constructor(page, overdue, passed) {
    this.page = page;
    this.overdue = overdue;
    this.passed = passed;
  }

  start() {
    if (this.#timer) return;
    this.tick();
    this.#timer = setInterval(() => this.tick(), 1_000);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  tick() {
    if (this.page.hidden) return;
    const at = now();
    let hasPassed = false;
    for (const element of this.page.querySelectorAll("[data-until], [data-left]")) {
      const { ends, left } = element.dataset.until === undefined ? counted(element, at) : absolute(element, at);
      if (Number.isNaN(left)) continue;
      this.#write(element, left);
      hasPassed ||= ends.some((end) => this.#passedUpTo < end && end <= at);
    }
    this.#passedUpTo = at;
    if (hasPassed) this.passed();
  }

  #write(element, left) {
    const isCounted = element.dataset.until === undefined;
    const span = (element.hasAttribute("data-exact") ? exactly : isCounted ? inHours : about)(left);
    const text = left < 0 ? this.overdue.replace("{span}", span) : span;
    if (element.textContent !== text) element.textContent = text;
  }
}

function absolute(element, at) {
  const until = Date.parse(element.dataset.until);
  return { ends: [until], left: Math.ceil((until - at) / 1_000) };
}

function counted(element, at) {
  const { left, leftAt, leftUntil } = element.dataset;
  const since = Date.parse(leftAt), closing = leftUntil ? Date.parse(leftUntil) : Infinity;
  const passes = Math.max(0, Math.min(at, closing) - since);
  return { ends: [closing, since + Number(left) * 1_000], left: Math.ceil(Number(left) - passes / 1_000) };
}
