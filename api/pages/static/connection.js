// How a tab hears what happens: by the connection that all tabs of the browser share, or by one of its own where they cannot.

import { Stream } from "./stream.js";

export function connection(name, hear) {
  try {
    return shared(name, hear);
  } catch {
    return own(hear);
  }
}

// The name is that of the session: whoever signs in anew hears by a connection of their own.
function shared(name, hear) {
  const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { type: "module", name });
  worker.port.onmessage = ({ data }) => hear(data);
  return {
    listen: (position) => worker.port.postMessage({ says: "listen", position }),
    leave: () => worker.port.postMessage({ says: "leave" }),
  };
}

// A browser has few connections to one host: a tab that nobody sees gives its own back.
function own(hear) {
  const stream = new Stream("/live", hear);
  let isWanted = false;
  const mind = () => (isWanted && !document.hidden ? stream.open() : stream.close());
  document.addEventListener("visibilitychange", mind);
  return {
    listen: (position) => {
      stream.position ??= position;
      isWanted = true;
      mind();
    },
    leave: () => {
      isWanted = false;
      mind();
    },
  };
}
