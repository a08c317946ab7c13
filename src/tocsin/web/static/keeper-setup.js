/*
 * Setting a phone up: the token, what it is for now, and the shelters. All of it stays in this
 * browser's own storage. A link from a QR code brings them after the `#`, which is never sent, and
 * which leaves the address at once; it takes the place of another token only when the keeper says so.
 */

import { onHold, onTap } from "./keeper-hands.js";

const KEY = "tocsin.keeper";
const FOUND_MOST = 20;
const SHELTERS_MOST = 12;
const TOKEN = /^tcs_[A-Za-z0-9_-]{20,190}$/;
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** What this phone knows: `{ token, mode, shelters: [{ id, name, capacity }], chosen }`. */
export function recall() {
  try {
    return { token: "", mode: "", shelters: [], chosen: "", ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return { token: "", mode: "", shelters: [], chosen: "" };
  }
}

export function keep(known) {
  try {
    localStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // It lasts as long as the page; the queue says by itself what it cannot keep.
  }
}

/** Read what a link brought, and take it out of the address. */
function brought() {
  const said = new URLSearchParams(location.hash.slice(1));
  if (!said.has("token") && !said.has("shelter")) return null;
  history.replaceState(null, "", location.pathname + location.search);
  const [token, shelter, mode] = [said.get("token")?.trim() ?? "", said.get("shelter") ?? "", said.get("status") ?? ""];
  return {
    token: TOKEN.test(token) ? token : "",
    shelter: ID.test(shelter) ? shelter : "",
    mode: ["Actual", "Exercise"].includes(mode) ? mode : "",
  };
}

/** The page of setting up; `go(known)` is called when there is enough to stand at the door. */
export function setup(words, go) {
  const part = (name) => document.getElementById(name);
  const known = recall();
  const link = brought();
  let changing = !known.token;

  function take({ token, shelter, mode }) {
    known.token = token || known.token;
    known.mode = mode || known.mode;
    if (shelter) add({ id: shelter, name: shelter, capacity: null });
    changing = !known.token;
    keep(known);
    show();
  }

  function add(shelter) {
    const had = known.shelters.find((one) => one.id === shelter.id);
    if (!had) known.shelters = [...known.shelters, shelter].slice(-SHELTERS_MOST);
    else if (shelter.name !== shelter.id) Object.assign(had, shelter);
    known.chosen = shelter.id;
  }

  function show() {
    part("token-ask").hidden = !changing;
    part("token-kept").hidden = changing;
    for (const choice of part("form").elements.mode) choice.checked = choice.value === known.mode;
    part("mine").replaceChildren(...known.shelters.map((shelter) => {
      const row = document.createElement("li");
      const name = document.createElement("span");
      const drop = document.createElement("button");
      name.textContent = shelter.name === shelter.id ? shelter.id : `${shelter.name} (${shelter.id})`;
      Object.assign(drop, { type: "button", className: "quiet", textContent: words.say("setup.drop") });
      drop.setAttribute("aria-label", words.say("setup.drop.label", { name: shelter.name }));
      drop.addEventListener("click", () => {
        known.shelters = known.shelters.filter((one) => one.id !== shelter.id);
        keep(known);
        show();
        part("q").focus();
      });
      row.append(name, drop);
      return row;
    }));
  }

  function wrong(key) {
    part("wrong").hidden = !key;
    part("wrong").textContent = key ? words.say(key) : "";
    return Boolean(key);
  }

  async function find() {
    const sought = part("q").value.trim();
    if (!sought) return;
    const offered = [];
    let note = "";
    try {
      const query = new URLSearchParams({ q: sought, limit: FOUND_MOST });
      const typed = part("token").value.trim();
      const token = TOKEN.test(typed) ? typed : known.token;
      const answer = await fetch(`/api/v1/shelters?${query}`, {
        headers: token ? { authorization: `Bearer ${token}` } : {}, credentials: "omit",
      });
      const { features } = await answer.json();
      for (const { id, properties } of features) {
        offered.push({ id, name: properties.name, capacity: properties.capacity ?? null, where: properties.address ?? "" });
      }
      if (!offered.length) note = "setup.search.none";
    } catch {
      note = "setup.search.failed";
    }
    // An id may be typed whole: not every shelter is in the public list, nor is there always a list.
    const whole = ID.test(sought) && !offered.some((one) => one.id === sought);
    if (whole) offered.push({ id: sought, name: sought, capacity: null, where: "", typed: true });
    part("found").replaceChildren(...(note ? [item(words.say(note))] : []), ...offered.map((shelter) => {
      const { where, typed, ...rest } = shelter;
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "quiet offer" });
      button.textContent = typed ? words.say("setup.add_id", { id: shelter.id }) : shelter.name;
      const small = document.createElement("small");
      small.textContent = typed ? "" : [where, shelter.id].filter(Boolean).join(" · ");
      button.append(small);
      button.addEventListener("click", () => {
        add(rest);
        keep(known);
        part("found").replaceChildren();
        part("q").value = "";
        show();
        part("go").focus();
      });
      return item(button);
    }));
  }

  function ready() {
    const typed = part("token").value.trim();
    if (changing && typed && TOKEN.test(typed)) known.token = typed;
    if (!known.token || (changing && typed && !TOKEN.test(typed))) return !wrong("setup.token.wrong");
    if (!known.mode) return !wrong("setup.for.missing");
    if (!known.shelters.length) return !wrong("setup.shelters.missing");
    if (!known.shelters.some((one) => one.id === known.chosen)) known.chosen = known.shelters[0].id;
    part("token").value = "";
    changing = false;
    keep(known);
    return !wrong("");
  }

  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (ready()) go(known);
  });
  for (const choice of part("form").elements.mode) {
    choice.addEventListener("change", () => { known.mode = choice.value; });
  }
  part("q").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    find();
  });
  part("find").addEventListener("click", find);
  part("token-change").addEventListener("click", () => {
    changing = true;
    show();
    part("token").focus();
  });
  const forget = part("forget");
  onHold(forget, () => {
    known.token = "";
    changing = true;
    keep(known);
    show();
    part("token").focus();
  }, (stage) => words.held(forget, stage));
  part("insecure").hidden = isSecureContext;
  onTap(part("replace-no"), () => { part("replace").hidden = true; });
  onTap(part("replace-yes"), () => {
    part("replace").hidden = true;
    take(link);
  });

  if (link) {
    const other = link.token && known.token && link.token !== known.token;
    part("replace").hidden = !other;
    if (!other) take(link);
  }
  show();
  const enough = known.token && known.mode && known.shelters.length && part("replace").hidden;
  return { known, enough, open: (token) => { changing = token || !known.token; show(); } };
}

function item(...content) {
  const row = document.createElement("li");
  row.append(...content);
  return row;
}
