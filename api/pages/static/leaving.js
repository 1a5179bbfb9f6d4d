// Whoever signs out in one tab is signed out in all: each is told, and none goes on as if it were live.

const CHANNEL = "ticketclock.session";

export function tellOfLeaving(page) {
  const told = new BroadcastChannel(CHANNEL);
  page.querySelector('form[action="/sign-out"]')?.addEventListener("submit", () => told.postMessage("left"));
}

export function whenLeft(act) {
  new BroadcastChannel(CHANNEL).addEventListener("message", () => act());
}
