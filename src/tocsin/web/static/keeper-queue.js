/*
 * What the keeper did and the server has not yet confirmed, kept on disk (IndexedDB).
 *
 * Taps that come within a few seconds of each other are one entry as long as it has never been
 * tried: from then on its text is sealed, with its id and time, and is sent again word for word
 * until somebody answers. So each acts once, whatever dies in between, and two windows of one phone
 * may both send. An entry goes only when the server has it, or when the keeper deletes it.
 */

const MERGED_MS = 6_000;
/** Without a network nobody waits for the figure, and the record keeps the minute. */
const MERGED_OFFLINE_MS = 60_000;
const UNDONE_MOST = 20;

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Look at entries in turn until one is the one wanted. */
const first = (items, direction, wanted) => new Promise((resolve, reject) => {
  const walk = items.openCursor(null, direction);
  walk.onerror = () => reject(walk.error);
  walk.onsuccess = () => {
    const found = walk.result;
    if (found && !wanted(found.value)) found.continue();
    else resolve(found?.value ?? null);
  };
});

/** A random UUID; `crypto.randomUUID` is not there without https. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Queue {
  static async open() {
    const asked = indexedDB.open("tocsin.keeper", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("items", { keyPath: "n", autoIncrement: true });
      asked.result.createObjectStore("notes");
    };
    return new Queue(await done(asked));
  }

  constructor(base) {
    this.base = base;
    base.onversionchange = () => base.close();
  }

  /** Run one transaction; what it answers is on disk. */
  change(work) {
    const change = this.base.transaction(["items", "notes"], "readwrite", { durability: "strict" });
    const [items, notes] = [change.objectStore("items"), change.objectStore("notes")];
    return new Promise((resolve, reject) => {
      let answer;
      work(items, notes).then((value) => { answer = value; }, (error) => {
        reject(error);
        try {
          change.abort();
        } catch {
          // It has ended already.
        }
      });
      change.oncomplete = () => resolve(answer);
      change.onerror = change.onabort = () => reject(change.error);
    });
  }

  /** Count people: more than none came in, fewer went out. */
  tap(shelter, mode, delta, at, offline) {
    return this.change(async (items, notes) => {
      const n = await add(items, shelter, mode, delta, at, offline);
      const undo = (await done(notes.get(`undo:${shelter}`))) ?? [];
      await done(notes.put([...undo, { n, delta, at, mode }].slice(-UNDONE_MOST), `undo:${shelter}`));
      await tally(notes, shelter, delta, at);
    });
  }

  /** Take the last tap back, by taking it out of what waits or by counting the other way. */
  undo(shelter, at) {
    return this.change(async (items, notes) => {
      const undo = (await done(notes.get(`undo:${shelter}`))) ?? [];
      const last = undo.pop();
      if (!last) return null;
      await done(notes.put(undo, `undo:${shelter}`));
      await tally(notes, shelter, -last.delta, at, true);
      const item = await done(items.get(last.n));
      if (!item || (item.body && !item.refused)) {
        await add(items, shelter, last.mode, -last.delta, at);
        return last;
      }
      // It never acted: what is left of it is a new entry, with an id that nobody has seen.
      if (last.delta > 0) item.entered -= last.delta;
      else item.left += last.delta;
      item.taps -= 1;
      if (item.taps > 0) await done(items.put({ ...item, body: null, id: uuid() }));
      else await done(items.delete(item.n));
      return last;
    });
  }

  /** Say how the shelter is, or how many really are inside. */
  say(shelter, mode, said, at) {
    return this.change((items) => done(items.add({ ...fresh(shelter, mode, at), ...said })));
  }

  /**
   * Give the first entry that may be sent, sealed; or `{ wait }`, ms until one may be; or null.
   *
   * `ahead`: how far the server's clock is ahead of ours, in ms. `whole`: take what is open too.
   */
  next(ahead, at, whole) {
    return this.change(async (items) => {
      const item = await first(items, "next", (one) => !one.refused);
      if (!item || item.body) return item;
      const wait = item.since + MERGED_MS - at;
      if (item.kind === "count" && at >= item.since && wait > 0 && !whole) return { wait };
      item.body = JSON.stringify(written(item, Math.min(item.at, at) + ahead));
      await done(items.put(item));
      return item;
    });
  }

  /** The server has it. */
  confirm(item) {
    return this.change(async (items, notes) => {
      if (item.mode === "Exercise" && (await done(items.get(item.n)))) {
        const key = `practice:${item.shelter}`;
        await done(notes.put(after((await done(notes.get(key))) ?? {}, item), key));
      }
      await done(items.delete(item.n));
    });
  }

  /** The server will not have it, and said why. */
  refuse(item, why) {
    return this.change(async (items) => {
      if (await done(items.get(item.n))) await done(items.put({ ...item, refused: why }));
    });
  }

  /** Try again what was refused, or delete it. */
  settle(numbers, again) {
    return this.change(async (items) => {
      for (const n of numbers) {
        const item = await done(items.get(n));
        if (!item?.refused) continue;
        await done(again ? items.put({ ...item, refused: null }) : items.delete(n));
      }
    });
  }

  /** Let the last exercise be over. */
  forget(shelters) {
    return this.change(async (items, notes) => {
      for (const { id } of shelters) await done(notes.delete(`practice:${id}`));
    });
  }

  /** All that is kept, and what belongs to one shelter. */
  async look(shelter) {
    const reading = this.base.transaction(["items", "notes"]);
    const note = (name) => done(reading.objectStore("notes").get(`${name}:${shelter}`));
    const [all, undo, practice, told] = await Promise.all([
      done(reading.objectStore("items").getAll()), note("undo"), note("practice"), note("tally"),
    ]);
    return { all, mine: all.filter((item) => item.shelter === shelter), undo: undo?.at(-1) ?? null, practice, tally: told };
  }
}

const fresh = (shelter, mode, at) =>
  ({ shelter, mode, id: uuid(), at, since: at, taps: 0, entered: 0, left: 0, body: null, refused: null });

async function add(items, shelter, mode, delta, at, offline = false) {
  const last = await first(items, "prev", (item) => item.shelter === shelter);
  const joins = last?.kind === "count" && !last.body && !last.refused && last.mode === mode &&
    at >= last.since && at - last.since < (offline ? MERGED_OFFLINE_MS : MERGED_MS);
  const item = joins ? last : { ...fresh(shelter, mode, at), kind: "count" };
  item.at = at;
  item.taps += 1;
  if (delta > 0) item.entered += delta;
  else item.left -= delta;
  return done(items.put(item));
}

async function tally(notes, shelter, delta, at, back = false) {
  const day = new Date(at).toDateString();
  const kept = await done(notes.get(`tally:${shelter}`));
  const today = kept?.day === day ? kept : { day, entered: 0, left: 0 };
  // A tap that is taken back was never one.
  if (back ? delta < 0 : delta > 0) today.entered = Math.max(0, today.entered + delta);
  else today.left = Math.max(0, today.left - delta);
  await done(notes.put(today, `tally:${shelter}`));
}

function written(item, at) {
  const said = { command_id: item.id, status: item.mode, at: new Date(at).toISOString() };
  if (item.kind === "count") return { ...said, entered: item.entered, left: item.left };
  if (item.kind === "heads") return { ...said, occupancy: item.occupancy };
  return { ...said, state: item.state, ...(item.reason ? { reason: item.reason } : {}) };
}

/** What is known of a shelter once an entry has acted on it. */
export function after(known, item) {
  if (item.kind === "heads") return { ...known, occupancy: item.occupancy };
  if (item.kind === "state") return { ...known, state: item.state, reason: item.reason, since: item.at };
  const inside = (known.occupancy ?? 0) + item.entered - item.left;
  return { ...known, occupancy: Math.max(0, inside) };
}
