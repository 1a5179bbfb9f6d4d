// Single keys, for whoever works by keyboard alone: through the rows of a table marked `data-rows`, to the search field, to help.
//
// They rest while somebody types, and can be switched off in the dialog that names them.

const OFF = "ticketclock.keys-off";

export function listenToKeys(page) {
  const help = page.getElementById("keys");
  if (!help) return;
  const choice = help.querySelector("input");
  choice.checked = !isOff();
  choice.addEventListener("change", () => remember(!choice.checked));
  page.querySelector("[data-help]")?.addEventListener("click", () => help.showModal());

  const acts = {
    j: () => step(page, 1),
    k: () => step(page, -1),
    ArrowDown: () => isInRows(page) && step(page, 1),
    ArrowUp: () => isInRows(page) && step(page, -1),
    x: () => tick(page),
    Enter: () => page.activeElement?.matches("[type=checkbox]") && press(here(page)?.querySelector("a[href]")),
    "/": () => focusOn(page.querySelector("[data-search], input[type=search]")),
    ".": () => press(page.getElementById("news")),
    p: () => press(page.querySelector("#live [data-switch]")),
    "?": () => (help.showModal(), true),
  };

  page.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    const isCharacter = event.key.length === 1;
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
    if ((isCharacter && isOff()) || page.querySelector("dialog[open]")) return;
    if (act()) event.preventDefault();
  });
}

const isTyping = (target) =>
  target.isContentEditable || target.matches("input:not([type=checkbox]), select, textarea, [role=slider]");

// --- rows ---

const rows = (page) => [...page.querySelectorAll("[data-rows] [data-key]")].filter((row) => row.getClientRects().length);

const here = (page) => page.activeElement?.closest("[data-rows] [data-key]");

const isInRows = (page) => Boolean(here(page));

function step(page, by) {
  const all = rows(page), at = all.indexOf(here(page));
  const next = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
  return focusOn(next?.querySelector("a[href]"));
}

function tick(page) {
  return press(here(page)?.querySelector("input[type=checkbox]"));
}

// --- what keys do ---

function focusOn(element) {
  const around = element?.closest("details:not([open])");
  if (around) around.open = true;
  element?.focus();
  element?.scrollIntoView({ block: "nearest" });
  if (element instanceof HTMLInputElement) element.select();
  return Boolean(element);
}

function press(element) {
  if (!element || element.hidden || element.disabled) return false;
  element.click();
  return true;
}

function isOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(OFF, "");
    else localStorage.removeItem(OFF);
  } catch {
    // Where nothing may be kept, keys act.
  }
}
