/*
 * Asking for the nearest: the server first; what was saved where the server cannot be reached.
 */

import { question } from "./shelter-place.js";

const ASKS_MS = 8_000;
const LEAST_WAIT_S = 5;

/**
 * What is known of the nearest to a place: `got`, an answer, and `still`, whether it is of what was
 * saved; `wait_s`, where the server says that it was asked too often. Neither where nothing is.
 */
export async function nearest(here, needs, k) {
  try {
    const answer = await fetch(`/api/v1/shelters/nearest?${question(here, needs, k)}`, {
      cache: "no-store",
      signal: AbortSignal.timeout?.(ASKS_MS),
    });
    if (answer.ok) return { got: await answer.json(), still: false };
    const wait_s = answer.status === 429 && Math.max(LEAST_WAIT_S, +answer.headers.get("retry-after") || 10);
    return { ...(await kept(here, needs, k)), ...(wait_s && { wait_s }) };
  } catch {
    return kept(here, needs, k);
  }
}

async function kept(here, needs, k) {
  try {
    const [{ saved, covers }, { nearest: near }] = await Promise.all([import("./shelter-pack.js"), import("./shelter-way.js")]);
    const { pack } = await saved();
    if (covers(pack, here).so) return { got: { ...near(pack, here, needs, k), saved_at: pack.made_at }, still: true };
  } catch {
    // Nothing was saved, or it cannot be read: it is as if nothing had been.
  }
  return {};
}

/** When something was saved, as a sentence's part. */
export const when = (at, words) => (words.age(at) === words.say("age.now") ? words.say("age.now") : words.zoned(at));
