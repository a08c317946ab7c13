/*
 * The page's clock: the server's, or a replay's own, which may run fast or stand still.
 * It is set by each heartbeat and runs on by itself between two, never past the next one missed.
 */

const RUN_ON_MS = 6_000;

export class Clock {
  constructor(at, replay) {
    this.at = Date.parse(at);
    this.set = performance.now();
    this.speed = replay ? 0 : 1;
    this.replay = replay;
  }

  /** Set the clock by a heartbeat. */
  beat(at) {
    const [moment, here] = [Date.parse(at), performance.now()];
    const passed = here - this.set;
    if (this.replay) {
      // The speed is whatever it was between the last two heartbeats.
      if (passed > 1_000) this.speed = Math.max(0, (moment - this.at) / passed);
    } else if (moment < this.now() && moment > this.now() - RUN_ON_MS) {
      return; // The first heartbeat after a connection was made earlier than it came.
    }
    this.at = moment;
    this.set = here;
  }

  /** Go on to what has just happened in a replay: it may come before the first heartbeat. */
  reach(at) {
    if (this.replay && Date.parse(at) > this.now()) this.beat(at);
  }

  now() {
    const passed = performance.now() - this.set;
    return this.at + (this.replay ? Math.min(passed, RUN_ON_MS) : passed) * this.speed;
  }
}
