// Makes a part of the page like its new form in place: what stays is the same element, with focus, text, ticks and scrolling.
//
// Children are told apart by `data-key`, by id, or by their kind and number. What a visitor or another script changes is left
// alone: typed text, checked boxes, chosen options, opened details, `style`, and whatever carries `data-keep`.

const TICKING = "[data-until], [data-left]";
const LEFT_ALONE = new Set(["open", "style"]);

// With `mayMove` false only what stands there changes its text; what would come, go or change places is counted and waits.
// Inside a row everything may change: a row is what one looks at as a whole. `came` is told each row that came or moved.
export function morph(old, fresh, { mayMove = true, came = () => {} } = {}) {
  return element(old, fresh, { mayMove, came });
}

// Whatever is done to the page, who has typed goes on typing, and whose row has gone is at the one now in its place.
export function keepingPlace(change) {
  const focus = document.activeElement;
  const [start, end] = isText(focus) ? [focus.selectionStart, focus.selectionEnd] : [];
  const inItsPlace = neighbour(focus);
  change();
  if (!focus || focus === document.activeElement) return;
  if (!focus.isConnected) return inItsPlace()?.querySelector("a[href], button, input")?.focus({ preventScroll: true });
  focus.focus({ preventScroll: true });
  if (start !== undefined && start !== null) focus.setSelectionRange(start, end);
}

// What finds the row that stands where the row around an element does now, or the last one where there are fewer.
function neighbour(element) {
  const row = element?.closest("[data-key]"), parent = row?.parentElement;
  if (!row) return () => null;
  const rows = () => [...parent.children].filter((child) => child.hasAttribute("data-key"));
  const place = rows().indexOf(row);
  return () => rows()[place] ?? rows().at(-1);
}

const isText = (node) => node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && node.selectionStart !== null);

function element(old, fresh, how) {
  if (old.hasAttribute("data-keep")) return 0;
  attributes(old, fresh);
  if (old.matches(TICKING) && fresh.matches(TICKING)) return 0;
  const chosen = isChosen(old) ? old.value : null;
  const waiting = children(old, fresh, old.hasAttribute("data-key") ? { ...how, mayMove: true } : how);
  if (chosen !== null) old.value = chosen;
  return waiting;
}

// A select of which no option is marked shows the first one, which nobody has chosen.
function isChosen(node) {
  if (!(node instanceof HTMLSelectElement)) return false;
  const marked = [...node.options].findIndex((option) => option.defaultSelected);
  return node.selectedIndex !== Math.max(marked, 0);
}

function attributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (!LEFT_ALONE.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!LEFT_ALONE.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

function children(old, fresh, how) {
  const present = named(old), wanted = named(fresh);
  const stays = [...wanted.keys()].filter((name) => present.has(name));
  let waiting = 0;
  for (const name of stays) waiting += node(present.get(name), wanted.get(name), how);
  const gone = [...present.keys()].filter((name) => !wanted.has(name) && !isKept(present.get(name)));
  const places = new Map([...present.keys()].map((name, place) => [name, place]));
  const still = new Set(inOrder(stays, (name) => places.get(name)));
  if (!how.mayMove) {
    const coming = [...wanted.keys()].filter((name) => !present.has(name));
    const moving = stays.filter((name) => !still.has(name));
    return waiting + [
      ...gone.map((name) => present.get(name)),
      ...[...coming, ...moving].map((name) => wanted.get(name)),
    ].filter((one) => one instanceof Element).length;
  }
  for (const name of gone) present.get(name).remove();
  let next = null;
  for (const [name, one] of [...wanted].reverse()) {
    let here = present.get(name);
    if (!still.has(name)) {
      here ??= document.importNode(one, true);
      old.insertBefore(here, next);
      if (here instanceof Element && here.hasAttribute("data-key")) how.came(here);
    }
    next = here;
  }
  return waiting;
}

const isKept = (node) => node instanceof Element && node.hasAttribute("data-keep");

function node(old, fresh, how) {
  if (old instanceof Element) return old.isEqualNode(fresh) ? 0 : element(old, fresh, how);
  if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
  return 0;
}

// The children by names that tell them apart. Between rows space means nothing.
function named(parent) {
  const found = new Map(), numbers = new Map();
  const hasRows = [...parent.children].some((child) => child.hasAttribute("data-key"));
  for (const child of parent.childNodes) {
    if (hasRows && child.nodeType === Node.TEXT_NODE && !child.nodeValue.trim()) continue;
    const own = child instanceof Element && (child.getAttribute("data-key") ?? child.id);
    let name = own ? `${child.nodeName} ${own}` : child.nodeName;
    const number = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, number);
    if (!own || number > 1) name = `${name} no. ${number}`;
    found.set(name, child);
  }
  return found;
}

// The most of them that are in order already, so that as few as can be are moved: a longest increasing subsequence.
function inOrder(names, place) {
  const tails = [], before = new Map();
  for (const name of names) {
    let low = 0, high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (place(tails[middle]) < place(name)) low = middle + 1;
      else high = middle;
    }
    before.set(name, tails[low - 1]);
    tails[low] = name;
  }
  const found = [];
  for (let name = tails.at(-1); name !== undefined; name = before.get(name)) found.push(name);
  return found;
}
