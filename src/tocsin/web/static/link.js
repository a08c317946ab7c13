/*
 * The link to the server: one event stream, its heartbeat, and the moment it was last heard.
 * A heartbeat comes every 5 s. With nothing for `lost_after_s` the link is lost, whatever the
 * browser thinks of its connection, and a new one is tried with growing, jittered pauses. A server
 * that says it is stale is kept, since it will say when it hears again, and counts as lost at once.
 */

const LONGEST_PAUSE_MS = 15_000;

export class Link {
  /**
   * `address(since)` gives the stream's address; `hear(kind, data)` takes what comes;
   * `changed(lost)` is told when the link is lost or found again, `answered()` when a server is there.
   */
  constructor(given) {
    Object.assign(this, given);
    this.heard = performance.now();
    this.lost = false;
    this.tries = 0;
    this.place = "";
  }

  start() {
    this.connect();
    setInterval(() => this.check(), 500);
    // A phone that slept has missed heartbeats without noticing.
    for (const event of ["pageshow", "online"]) addEventListener(event, () => this.check());
    document.addEventListener("visibilitychange", () => this.check());
  }

  connect() {
    clearTimeout(this.again);
    this.source?.close();
    const source = new EventSource(this.address(this.place));
    this.source = source;
    for (const kind of ["alert", "update", "all-clear", "correction", "board", "heartbeat", "stale"]) {
      source.addEventListener(kind, (event) => this.take(kind, event));
    }
    source.onopen = () => {
      this.open = true; // Not yet heard: only what the stream brings counts for that.
      this.answered();
    };
    source.onerror = () => {
      if (source === this.source && source.readyState === EventSource.CLOSED) this.later();
    };
    this.opened = performance.now();
  }

  take(kind, event) {
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return; // Half a message is no message; the heartbeat will tell if the link is bad.
    }
    if (event.lastEventId) this.place = event.lastEventId;
    this.heard = performance.now();
    this.tries = 0;
    if (kind === "stale") {
      // Whoever speaks lives, but hears nothing itself: only a heartbeat ends that.
      this.stale = true;
      if (!this.lost) this.turn(true);
      return;
    }
    if (kind === "heartbeat") this.stale = false;
    this.hear(kind, data);
    if (this.lost && !this.stale) this.turn(false);
  }

  check() {
    const silence = performance.now() - this.heard;
    if (silence <= this.lostAfterMs) return;
    if (!this.lost) {
      this.turn(true);
      this.later();
    } else if (performance.now() - this.opened > this.lostAfterMs) {
      this.later();
    }
  }

  turn(lost) {
    this.lost = lost;
    this.changed(lost);
  }

  later() {
    this.source?.close();
    clearTimeout(this.again);
    this.opened = performance.now() + LONGEST_PAUSE_MS;
    const pause = Math.min(500 * 2 ** this.tries++, LONGEST_PAUSE_MS);
    this.again = setTimeout(() => this.connect(), pause * (0.5 + Math.random() / 2));
  }

  /** The reader asks to try again now. */
  retry() {
    this.tries = 0;
    this.connect();
  }
}
