// What time it is at the service, whatever this device thinks.

let ahead = 0;

export const now = () => Date.now() + ahead;

// Told an instant, and when it arrived here.
export function setClock(instant, arrived = Date.now()) {
  const told = Date.parse(instant ?? "");
  if (!Number.isNaN(told)) ahead = told - arrived;
}
