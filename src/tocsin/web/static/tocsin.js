/*
 * The small client: what stands in some areas, how far to believe it, and what has just changed.
 * It needs nothing but a browser, and is the module that Tocsin's own page lives on:
 *
 *   import { follow } from "./tocsin.js";
 *   const kyiv = follow(server, ["UA-30"], ({ began }) => draw(kyiv.state, began));
 *
 * The rules are those of Python's `tocsin.client`, and shared vectors hold one against the other:
 * an all-clear never overtakes its alert, a board replaces what was known before it, silence is
 * not safety, and a drill is never an alert.
 */

const SILENCE_MS = 12_000; // Two heartbeats of 5 s missed and 2 s for the network.
const LONGEST_PAUSE_MS = 15_000;
const MESSAGES = ["alert", "update", "all-clear", "correction"];
const KINDS = [...MESSAGES, "board", "heartbeat", "stale"];

/** The most dangerous first; calm only when nothing else is left. */
const DANGER = ["warning", "watch", "unknown", "drill"];

/** What an alert asks of people. A level that we don't know is taken for the graver one. */
export const kindOf = ({ status, level }) =>
  status === "Exercise" || status === "Test" ? "drill" : level === "watch" ? level : "warning";

// What can't be read throws, here or where it is taken apart.
const are = (type, ...them) => {
  if (them.some((it) => typeof it !== type)) throw new TypeError(type);
};
const readable = (alerts) => {
  for (const { id, area, version } of alerts) {
    are("string", id, area.code);
    are("number", version);
  }
};

/** What stands, folded from the stream. `told` of an area: by a "board", "placed" or "placeless". */
export class Standing {
  constructor() {
    Object.assign(this, { epoch: "", position: 0, replay: false, unknown: [], base: -1, areas: new Map() });
  }

  get alerts() {
    return [...this.areas.keys()].sort().flatMap((code) => this.areas.get(code).alerts);
  }

  /** Take an event in; says if it changed what stands. Throws where it can't be read. */
  take(kind, data) {
    if (kind === "board") return this.board(data);
    are("string", data.epoch);
    if (kind === "heartbeat") are("number", data.position);
    return MESSAGES.includes(kind) && this.message(data);
  }

  board(board) {
    const { epoch, position, replay, unknown } = board;
    are("string", epoch, ...unknown.map(({ area }) => area.code));
    are("number", position);
    readable(board.alerts);
    const before = this.print();
    // In a replay the positions need not follow the clock, which may be set back.
    const same = epoch === this.epoch && !replay;
    if (same && position < this.base) return false;
    const areas = new Map();
    const newer = (known) => known && (known.at > position || (known.told === "placeless" && known.at === position));
    const here = (version = 0) => ({ version, at: position, told: "board", alerts: [] });
    if (same) for (const [code, known] of this.areas) areas.set(code, newer(known) ? known : here(known.version));
    for (const alert of board.alerts) {
      const { code } = alert.area;
      if (!areas.has(code)) areas.set(code, here());
      const known = areas.get(code);
      if (newer(known)) continue;
      known.alerts.push(alert);
      known.version = Math.max(known.version, alert.version);
    }
    Object.assign(this, { areas, epoch, replay, unknown, base: position });
    this.position = same ? Math.max(this.position, position) : position;
    return this.print() !== before;
  }

  message({ epoch, area, version, standing, alert, position = null }) {
    are("string", area.code);
    are("number", version, position ?? 0);
    readable(alert ? [...standing, alert] : standing);
    if (this.epoch && epoch !== this.epoch) return false;
    const placed = position !== null;
    if (placed && position <= this.base && !this.replay) return false;
    const known = this.areas.get(area.code);
    const told = { version, at: position ?? this.position, told: placed ? "placed" : "placeless", alerts: standing };
    if (known && version <= known.version) {
      const twice = known.told === (placed ? "placeless" : "placed");
      if (version < known.version || !twice) return false;
      // Both that claim one version are kept, until the next version says what is so.
      const more = known.alerts.filter(({ id }) => !standing.some((one) => one.id === id));
      Object.assign(told, { at: Math.max(told.at, known.at), told: "placed", alerts: [...standing, ...more] });
    }
    this.epoch = epoch;
    this.position = Math.max(this.position, told.at);
    this.areas.set(area.code, told);
    return version > (known?.version ?? -1) || told.alerts.length > known.alerts.length;
  }

  print() {
    return JSON.stringify([this.epoch, this.alerts, this.unknown, this.replay]);
  }
}

/** What one listener knows, and since when; times are milliseconds of one clock. */
export class Following {
  /** `known` is a board from earlier; `fresh` says that it was made just now. */
  constructor(now, known, fresh = false, silence = SILENCE_MS) {
    this.standing = new Standing();
    if (known) this.standing.take("board", known);
    Object.assign(this, { silence, heard: now, vouched: now, begun: fresh, stale: false, told: false });
    this.shown = this.list();
  }

  list() {
    return new Map(this.standing.alerts.map((alert) => [alert.id, alert]));
  }

  /** When the connection is given up if nothing comes. */
  get deadline() {
    return (this.stale || this.told ? this.heard : this.vouched) + this.silence;
  }

  lost(now) {
    return !this.begun || this.stale || this.told || now - this.vouched > this.silence;
  }

  state(now) {
    const kinds = this.standing.alerts.map(kindOf);
    if (this.lost(now) || this.standing.unknown.length) kinds.push("unknown");
    return DANGER.find((state) => kinds.includes(state)) ?? "calm";
  }

  /**
   * Take an event in; gives a change `{ why, began, changed, ended }`, or null. Where the event
   * can't be read the link is lost and this throws: come back without a place, for a board.
   */
  take(kind, data, now) {
    if (kind === "stale") {
      this.stale = true;
      this.heard = now;
      return this.look(now);
    }
    if (!KINDS.includes(kind)) return null;
    const { standing } = this;
    let changed;
    try {
      changed = standing.take(kind, data);
    } catch (error) {
      this.stale = true;
      throw error;
    }
    const message = MESSAGES.includes(kind);
    const behind = !message && !standing.replay && data.position < standing.position;
    const first = kind === "board" && !this.begun;
    const back = data.epoch === standing.epoch && !behind && this.vouch(kind, now);
    const news = changed || first ? this.news(kind, message ? data.alert : null) : null;
    if (news && (kind === "board" || news.began.length + news.changed.length + news.ended.length)) return news;
    return back ? change("back") : null;
  }

  /** Say once that the link is lost, when it is. */
  look(now) {
    if (this.told || !(this.stale || now - this.vouched > this.silence)) return null;
    this.told = true;
    return change("lost");
  }

  /** Believe what is shown from now on; say whether that is news. */
  vouch(kind, now) {
    if (kind === "heartbeat") this.stale = false;
    this.heard = now;
    if (this.stale || this.standing.base < 0) return false;
    this.begun = true;
    this.vouched = now;
    const back = this.told;
    this.told = false;
    return back;
  }

  news(why, said) {
    const before = this.shown;
    const after = (this.shown = this.list());
    const list = [...after.values()];
    return change(why,
      list.filter(({ id }) => !before.has(id)),
      list.filter(({ id, version }) => before.has(id) && before.get(id).version !== version),
      [...before.values()].filter(({ id }) => !after.has(id)).map((alert) => (said?.id === alert.id ? said : alert)));
  }
}

const change = (why, began = [], changed = [], ended = []) => ({ why, began, changed, ended });

/**
 * Follow areas for as long as you like. `hear(change)` is told what a person or a device may have
 * to act on; the answer shows what is known at any moment. For those who draw more than that:
 * `heard(kind, data, change)` is told all that came, `turned(lost)` that the link was lost or
 * found, `answered()` that a server is there; `still` makes no connection until `retry()`.
 */
export function follow(url, areas, hear, { known, resume = known, fresh, silence, still, heard, turned, answered } = {}) {
  const now = () => performance.now();
  const following = new Following(now(), known, fresh, silence);
  const { standing } = following;
  let place = resume && !known.replay ? `${known.epoch}:${known.position}` : "";
  let [lost, tries] = [false, 0];
  let again, source, checks;

  function drop() {
    clearTimeout(again);
    again = null;
    source?.close();
  }

  function connect() {
    drop();
    checks ||= setInterval(check, 500);
    const asked = new URLSearchParams({ ...(areas.length && { areas: areas.join() }), ...(place && { since: place }) });
    const mine = (source = new EventSource(`${url}/api/v1/stream?${asked}`));
    for (const kind of KINDS) mine.addEventListener(kind, (event) => mine === source && take(kind, event));
    mine.onopen = () => {
      following.heard = now();
      answered?.();
    };
    mine.onerror = () => mine === source && mine.readyState === 2 && later();
    following.heard = now();
  }

  function take(kind, { data, lastEventId }) {
    let told, change;
    try {
      told = JSON.parse(data);
      change = following.take(kind, told, now());
    } catch {
      // What stands is asked for anew: nothing may hide behind what can't be read.
      following.stale = true;
      place = "";
      check();
      return later();
    }
    // A replay's positions need not follow its clock: it is given a board each time.
    place = standing.replay ? "" : lastEventId || place;
    tries = 0;
    heard?.(kind, told, change);
    turn(change);
  }

  function check() {
    turn(following.look(now()));
    if (!again && now() > following.deadline) later();
  }

  function turn(change) {
    if (change) hear?.(change);
    if (lost !== (lost = following.lost(now()))) turned?.(lost);
  }

  function later() {
    drop();
    const pause = Math.min(500 * 2 ** tries++, LONGEST_PAUSE_MS);
    again = setTimeout(connect, pause * (0.5 + Math.random() / 2));
  }

  /** The reader asks to try again now. */
  function retry() {
    tries = 0;
    connect();
  }

  // A phone that slept has missed heartbeats without noticing.
  for (const event of ["pageshow", "online", "visibilitychange"]) addEventListener(event, () => checks && check(), true);
  if (!still) connect();
  return {
    standing,
    retry,
    get state() { return following.state(now()); },
    get lost() { return following.lost(now()); },
    close() {
      drop();
      checks = clearInterval(checks);
    },
  };
}
