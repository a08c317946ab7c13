/*
 * How it is with a group at a moment, by the stretches that came with its page; mirrors
 * web/power_panel.py. An emergency has no end here, and past the last stretch nobody knows anything:
 * neither is ever "on".
 */

/** The stretch at a moment joined with its like on both sides, and what comes after it. */
export function at(own, moment) {
  if (own.power === "emergency") return { state: "emergency", since: own.since, until: null, next: null };
  const { bands } = own;
  const number = bands.findIndex((band) => Date.parse(band.from) <= moment && moment < Date.parse(band.to));
  if (number < 0) return { state: "unknown", since: null, until: null, next: null, over: true };
  const { state } = bands[number];
  let [first, last] = [number, number];
  while (bands[first - 1]?.state === state) first -= 1;
  while (bands[last + 1]?.state === state) last += 1;
  const next = bands[last + 1] ?? null;
  // What began before the first stretch is known by the page alone, while it is still the same.
  const since = first > 0 ? bands[first].from : state === own.power && own.since ? own.since : bands[first].from;
  return {
    state,
    since: state === "unknown" ? null : since,
    until: next?.from ?? null,
    next: next?.state ?? null,
  };
}

/** Times by the company's clock, seen from a moment, as `Wall` in web/power_panel.py. */
export function wall(words, now) {
  const day = ({ year, month, day: date }) => Date.UTC(year, month - 1, date) / 86_400_000;
  const two = (number) => String(number).padStart(2, "0");
  function moment(when, end = false) {
    const [local, today] = [words.clockOf(when), words.clockOf(now())];
    const [told, ahead] = [local.time.slice(0, 5), day(local) - day(today)];
    if (end && ahead === 1 && told === "00:00") return "24:00";
    if (ahead === 0) return told;
    if (ahead === 1) return words.say("power.tomorrow", { time: told });
    if (ahead === -1) return words.say("power.yesterday", { time: told });
    return `${told} ${two(local.day)}.${two(local.month)}`;
  }
  function span(ms) {
    const minutes = Math.ceil(ms / 60_000);
    const [h, m] = [Math.floor(minutes / 60), minutes % 60];
    return words.say(h === 0 ? "power.min" : m ? "power.h_min" : "power.h", { h, m });
  }
  return { moment, span };
}

/** The words of the panel at a moment; `old`: nobody can be asked whether the plan still holds. */
export function panel(own, words, now, old) {
  const told = at(own, now);
  const { moment, span } = wall(words, () => now);
  const { state, since, until, next, over } = told;
  const word = state === "on" && (old || own.failing) ? "planned" : state;
  return {
    state,
    word: words.say(`lit.${word}`).split("|"),
    size: words.say(`litsize.${word}`),
    since: since ? words.say("power.since", { time: moment(since) }) : "",
    then: state === "emergency"
      ? words.say("power.further")
      : until ? words.say(`litthen.${next}`, { time: moment(until, true) }) : "",
    left: until ? words.say("power.left", { span: span(Date.parse(until) - now) }) : "",
    hint: words.say(
      over ? "power.ran_out"
        : state === "emergency" ? "power.emergency"
          : state !== "unknown" ? "power.plan_not_meter"
            : own.regime === "waiting" ? "power.waiting" : "power.nothing",
    ),
  };
}
