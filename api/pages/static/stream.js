// One connection to the service: opened, opened again when it is lost, and what arrives by it told on.

const LONGEST_SILENCE = 40_000; // the service tells at least the time every 15 seconds
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const KINDS = ["snapshot", "moved", "time"];

export class Stream {
  #source = null;
  #wait = FIRST_WAIT;
  #again = 0;
  #silence = 0;

  constructor(address, tell) {
    this.address = address;
    this.tell = tell;
    this.position = null;
    this.isThere = false;
  }

  open(position = this.position) {
    if (this.#source || this.#again) return;
    this.position = position;
    this.#connect();
  }

  close() {
    clearTimeout(this.#again);
    this.#again = 0;
    this.#drop();
  }

  #connect() {
    this.#again = 0;
    const from = this.position === null ? "" : `?after=${this.position}`;
    this.#source = new EventSource(this.address + from);
    for (const kind of KINDS) this.#source.addEventListener(kind, (event) => this.#heard(kind, event));
    this.#source.onerror = () => this.#lost();
    this.#listen();
  }

  #heard(kind, event) {
    this.position = Number(event.lastEventId);
    this.#wait = FIRST_WAIT;
    this.#listen();
    if (!this.isThere) {
      this.isThere = true;
      this.tell({ kind: "there" });
    }
    this.tell({ kind, position: this.position, ...JSON.parse(event.data) });
  }

  // Browsers connect again by themselves, but not after every kind of failure, and not after mere silence.
  #lost() {
    this.#drop();
    this.tell({ kind: "lost" });
    this.#again = setTimeout(() => this.#connect(), this.#wait * (0.5 + Math.random()));
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
  }

  #drop() {
    clearTimeout(this.#silence);
    this.#source?.close();
    this.#source = null;
    this.isThere = false;
  }

  #listen() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), LONGEST_SILENCE);
  }
}
