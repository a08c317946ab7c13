/*
 * Telling others what the door was like. One phone is one random number, kept in this browser; a
 * report that could not be sent is said to be lost, and never sent later: by then it may be wrong.
 */

const KEY = "tocsin.phone";
const WAITS_MS = 10_000;
let lent = null;

function phone() {
  try {
    const known = localStorage.getItem(KEY);
    if (known) return known;
    const made = random();
    localStorage.setItem(KEY, made);
    return made;
  } catch {
    return (lent ??= random());
  }
}

const random = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/* `crypto.randomUUID` is there on secure origins only; a village's server may not be one. */
function uuid() {
  const hex = random();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Send a report, and tell in `place` what became of it. */
export async function report(id, state, place, words) {
  const told = (key, values) => {
    place.hidden = false;
    place.textContent = words.say(key, values);
  };
  told("report.sending");
  try {
    const answer = await fetch(`/api/v1/shelters/${encodeURIComponent(id)}/report`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ command_id: uuid(), phone: phone(), state }),
      signal: AbortSignal.timeout?.(WAITS_MS),
    });
    if (answer.ok) return told("report.sent");
    if (answer.status === 429) return told("report.many");
    return told("report.refused", { why: (await answer.json()).detail });
  } catch {
    return told("report.lost");
  }
}
