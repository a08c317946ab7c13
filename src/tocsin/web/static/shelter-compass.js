/*
 * The compass: where the top of the device points, in degrees from north, where the device tells.
 * It needs no network; a satellite's place is followed meanwhile, and goes nowhere.
 */

let stop = null;

/** Start or stop; `turned(heading, spot)` is told each, where it is known; null when it stops. */
export async function compass(button, told, words, turned) {
  if (stop) {
    stop();
    stop = null;
    button.setAttribute("aria-pressed", "false");
    turned(null);
    return;
  }
  button.setAttribute("aria-pressed", "true");
  // Some browsers ask the reader, and only on a tap. Who says no still has distance and direction.
  globalThis.DeviceOrientationEvent?.requestPermission?.().catch(() => "denied");
  let heard = false;
  const hear = (event) => {
    const heading = event.webkitCompassHeading ?? (event.absolute && event.alpha !== null ? 360 - event.alpha : null);
    if (heading === null) return;
    heard = true;
    told.textContent = words.say("shelter.compass_what");
    turned((heading + (screen.orientation?.angle ?? 0)) % 360);
  };
  const kinds = ["deviceorientationabsolute", "deviceorientation"];
  for (const kind of kinds) addEventListener(kind, hear);
  const watch = navigator.geolocation?.watchPosition(
    ({ coords: { latitude, longitude } }) => turned(undefined, { lat: latitude, lon: longitude }),
    () => undefined,
    { enableHighAccuracy: true },
  );
  const wait = setTimeout(() => {
    if (!heard) told.textContent = words.say("shelter.compass_none");
  }, 2_000);
  stop = () => {
    clearTimeout(wait);
    for (const kind of kinds) removeEventListener(kind, hear);
    if (watch !== undefined) navigator.geolocation.clearWatch(watch);
  };
}
