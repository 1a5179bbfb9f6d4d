// Holds the one connection of a browser, and tells all its tabs what arrives by it.

import { Stream } from "./stream.js";

const tabs = new Set();
let moved = -1;

const stream = new Stream("/live", (message) => {
  if (message.kind === "moved" || message.kind === "snapshot") moved = message.position;
  for (const tab of tabs) tab.postMessage(message);
});

addEventListener("connect", ({ ports: [tab] }) => {
  tab.onmessage = ({ data: { says, position } }) => (says === "listen" ? join(tab, position) : leave(tab));
});

// A tab knows up to which position the page had come that it shows.
function join(tab, position) {
  tabs.add(tab);
  if (tabs.size === 1) stream.open(position);
  if (!stream.isThere) return;
  tab.postMessage({ kind: "there" });
  if (position === null || position < moved) tab.postMessage({ kind: "moved", position: moved, many: true });
}

function leave(tab) {
  tabs.delete(tab);
  if (!tabs.size) stream.close();
}
