/*
 * Sends what waits, in order, one at a time, and asks how the shelter is in between.
 *
 * Only an answer that is Tocsin's own counts: a hotel's login page says 200 too. What was not
 * answered is sent again as it was; what was refused is put aside with the reason, and is not lost;
 * a token that is no longer taken stops everything until there is another.
 */

const LOOK_MS = 5_000;
const ANSWER_WITHIN_MS = 15_000;
const AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const LATER = new Set([408, 425, 429]);
/** As on every page: two heartbeats' time and a little. */
const SILENT_MS = 12_000;

export class Sender {
  /** `at` is asked which shelter is looked at, and by what token; `told` is called at any change. */
  constructor(queue, at, told) {
    Object.assign(this, { queue, at, told, ahead: null, failures: 0, heard: null, lost: false, why: "", locked: false });
    this.known = {}; // By shelter: what the server said last.
    this.run();
  }

  /** Whether what is shown may be old: nobody has answered for a while. */
  get silent() {
    return this.lost || (this.heard !== null && Date.now() - this.heard > SILENT_MS);
  }

  /** Something is to be sent; `now`: at once and whole, for instance because the network is back. */
  wake(now = false) {
    if (this.failures && !now) return; // Who taps meanwhile does not press a server that is down.
    this.hurry ||= now;
    this.woken = true;
    this.rouse?.();
  }

  async run() {
    for (;;) {
      let wait = LOOK_MS;
      try {
        wait = await this.turn();
      } catch (error) {
        if (!(error instanceof Away)) reportError(error);
        this.failed(error);
        wait = error.wait ?? AGAIN_MS[Math.min(this.failures, AGAIN_MS.length) - 1] * (0.75 + Math.random() / 2);
      }
      this.told();
      await this.rest(wait);
    }
  }

  rest(wait) {
    return this.woken ? undefined : new Promise((go) => {
      const timer = setTimeout(go, wait);
      this.rouse = () => {
        clearTimeout(timer);
        go();
      };
    });
  }

  async turn() {
    const { shelter, token } = this.at();
    const asked = this.hurry;
    this.hurry = this.woken = false;
    if (!shelter || !token) return LOOK_MS;
    if (token !== this.tried) this.locked = false;
    this.tried = token;
    // The server's clock must be known before anything is sealed with a time.
    if (this.ahead === null) await this.look(shelter, token);
    const whole = asked || document.hidden;
    let wait = LOOK_MS;
    let sent = asked;
    while (!this.locked) {
      const item = await this.queue.next(this.ahead ?? 0, Date.now(), whole);
      if (item?.wait) wait = Math.min(wait, item.wait);
      if (!item || item.wait) break;
      await this.send(item, token);
      sent = true;
      this.told();
    }
    if (!document.hidden && (sent || Date.now() - (this.heard ?? 0) >= LOOK_MS - 500)) {
      await this.look(shelter, token);
    }
    return Math.min(wait, Math.max(200, (this.heard ?? 0) + LOOK_MS - Date.now()));
  }

  async send(item, token) {
    const path = item.kind === "count" ? "count" : "status";
    const { status, said } = await this.ask(`/api/v1/shelters/${encodeURIComponent(item.shelter)}/${path}`, token, item.body);
    if (status < 300 && said.id) return this.queue.confirm(item);
    if (status === 401) {
      this.locked = true;
      return undefined;
    }
    return this.queue.refuse(item, { status, code: said.code ?? "", detail: said.detail ?? "", at: Date.now() });
  }

  async look(shelter, token) {
    const { status, said } = await this.ask(`/api/v1/shelters/${encodeURIComponent(shelter)}/status`, token);
    if (status === 401) this.locked = true;
    else if (status < 300) {
      this.known[shelter] = { ...said, gone: false };
      // How many are inside is told to whoever may keep it: a token that was unknown is one now.
      if ("occupancy" in said) this.locked = false;
    } else if (status === 404) this.known[shelter] = { gone: true };
  }

  /** Ask, and answer with what the server said; whatever else comes back is as good as nothing. */
  async ask(path, token, body) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ANSWER_WITHIN_MS);
    const headers = { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) };
    let answer, said;
    const since = Date.now();
    try {
      answer = await fetch(path, {
        method: body ? "POST" : "GET", headers, body, signal: stop.signal, keepalive: Boolean(body),
        cache: "no-store", redirect: "manual", credentials: "omit",
      });
      said = await answer.json().catch(() => null);
    } catch {
      throw new Away();
    } finally {
      clearTimeout(timer);
    }
    const { status } = answer;
    if (status >= 500 || LATER.has(status)) {
      const wait = Number(answer.headers.get("retry-after")) * 1000;
      throw new Away(wait > 0 ? Math.min(wait, 60_000) : undefined, "busy");
    }
    if (!said || typeof said !== "object" || !(status < 300 ? said.id : said.code)) throw new Away(undefined, "foreign");
    this.reached(answer.headers.get("date"), since);
    return { status, said };
  }

  reached(date, since) {
    const now = Date.now();
    if (date) {
      // The header has whole seconds: 500 ms are added, and what is below two seconds is no error.
      const ahead = Date.parse(date) + 500 - (since + now) / 2;
      this.ahead = Math.abs(ahead) < 2_000 ? 0 : ahead;
    }
    Object.assign(this, { heard: now, lost: false, why: "", failures: 0 });
  }

  failed(error) {
    this.failures += 1;
    this.why = error.why ?? "";
    // One lost answer is no lost link; the second is.
    this.lost ||= this.failures > 1 || this.heard === null || !navigator.onLine;
  }
}

class Away extends Error {
  constructor(wait, why = "") {
    super("no answer");
    Object.assign(this, { wait, why });
  }
}
