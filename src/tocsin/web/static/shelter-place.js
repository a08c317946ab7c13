/*
 * Where the reader is. Positions are asked of the device, rounded to 3 decimals (100 m) before
 * anything is sent, and the last is remembered in this browser alone, so that under alert the
 * list need not wait for a satellite.
 */

const KEY = "tocsin.spot";
const ASKS_MS = 12_000;
const RECENT_MS = 600_000;

export const rounded = (degrees) => Number(degrees.toFixed(3));

/** The last place, rounded, with the moment it was found at; nothing where there is none. */
export function remembered() {
  try {
    const spot = JSON.parse(localStorage.getItem(KEY));
    return Number.isFinite(spot?.lat) && Number.isFinite(spot?.lon) ? spot : null;
  } catch {
    return null;
  }
}

export function remember({ lat, lon }) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ lat: rounded(lat), lon: rounded(lon), at: Date.now() }));
  } catch {
    // Without storage it is asked for again.
  }
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept, then.
  }
}

export const recent = (spot) => Boolean(spot) && Date.now() - spot.at < RECENT_MS;

/** Whether the device would tell without asking the reader first. */
export async function allowed() {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false;
  }
}

/** Ask the device: the exact place, which stays here, or an error where it does not tell. */
export function locate({ fresh = false } = {}) {
  return new Promise((found, failed) => {
    if (!navigator.geolocation) {
      failed(new Error("no geolocation"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => {
        const spot = { lat: latitude, lon: longitude };
        remember(spot);
        found(spot);
      },
      failed,
      { maximumAge: fresh ? 5_000 : RECENT_MS, timeout: ASKS_MS, enableHighAccuracy: fresh },
    );
  });
}

/** The words that ask for the nearest: rounded here, so that no caller can forget it. */
export function question({ lat, lon }, { step_free, pets, slow } = {}, k = 5) {
  const asked = new URLSearchParams({ lat: rounded(lat).toFixed(3), lon: rounded(lon).toFixed(3), k });
  if (step_free) asked.set("step_free", "true");
  if (pets) asked.set("pets", "true");
  if (step_free) asked.set("speed", "wheels");
  else if (slow) asked.set("speed", "slow");
  return asked;
}

const WANTED = "tocsin.shelter";

/** What the reader needs of a shelter, kept in this browser. */
export function wanted() {
  try {
    return JSON.parse(localStorage.getItem(WANTED)) ?? {};
  } catch {
    return {};
  }
}

export function want(chosen) {
  try {
    localStorage.setItem(WANTED, JSON.stringify(chosen));
  } catch {
    // It holds for this page, then.
  }
}
