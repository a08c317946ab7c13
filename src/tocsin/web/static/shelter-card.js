/*
 * One shelter of a list in words, and into the card that the page brought: the rules of
 * web/shelter_card.py, word for word; a test in a real browser holds one against the other.
 * Unknown is told as unknown, and whoever said a thing is named with its age.
 */

const STATES = ["open", "filling", "full", "closed", "damaged", "unknown"];
const TOLD_BY_STATE = ["closed", "full", "damaged", "state_unknown"];

/** The words of one card; the fields are those of web/shelter_card.py. */
export function card(found, words, { straight = false, still = false } = {}) {
  const state = STATES.includes(found.state) ? found.state : "unknown";
  return {
    id: found.id,
    name: found.name,
    minutes: minutes(found.seconds, words, straight),
    state,
    door: words.say(`door.${state}`),
    where: words.say(found.seconds === null ? "near.no_way" : "near.where", {
      metres: distance(found.metres, words),
      wind: wind(found.bearing_deg, words),
    }),
    turn: Math.floor(found.bearing_deg + 0.5) % 360,
    said: saidOf(found, state, words, still),
    warnings: warningsOf(found, words),
    facts: factsOf(found, words).join(", "),
    directions: found.directions?.[words.language] ?? "",
  };
}

/** What goes before any list: [heading, what to do]; nothing where the list is the answer. */
export function cover({ hazard, advice, within_s, shelters }, words) {
  if (hazard !== null && words.has(`do.${hazard}`)) return [words.named("hazard", hazard), words.say(`do.${hazard}`)];
  if (advice === "cover_now") {
    return [words.say("shelter.cover"), words.say("shelter.cover_do", { time: words.span(within_s ?? 0) })];
  }
  return hazard !== null && !shelters.length ? [words.say("shelter.cover"), words.say("shelter.none")] : null;
}

/** How long a way takes: whole minutes, rounded up, since early is safe and late is not. */
export function minutes(seconds, words, straight = false) {
  if (seconds === null) return "";
  return words.say(straight ? "near.about" : "near.min", { m: Math.max(1, Math.ceil(seconds / 60)) });
}

export function distance(metres, words) {
  const tens = Math.floor(metres / 10 + 0.5) * 10;
  if (tens < 1_000) return words.say("near.m", { n: Math.max(tens, 10) });
  const told = (Math.floor(metres / 100 + 0.5) / 10).toFixed(1);
  return words.say("near.km", { n: words.language === "uk" ? told.replace(".", ",") : told });
}

export const wind = (bearing, words) => words.say(`wind.${Math.floor(bearing / 45 + 0.5) % 8}`);

function saidOf(found, state, words, still) {
  if (still) return words.say("near.static");
  if (state === "unknown") return words.say("near.nobody");
  return [
    ...(found.state_by ? [words.named("by", found.state_by)] : []),
    ...(found.state_since ? [words.age(found.state_since)] : []),
  ].join(", ");
}

function warningsOf(found, words) {
  const { closed_reports: reports, last_report_at: last } = found;
  return [
    ...(found.in_time === false ? [words.say("near.late")] : []),
    ...(reports ? [words.say("near.closed_reports", {
      people: words.count("people_report", reports),
      age: last ? words.age(last) : "",
    })] : []),
    ...found.because
      .filter((reason) => !TOLD_BY_STATE.includes(reason) && !(reason === "doubted" && reports))
      .map((reason) => words.named("because", reason)),
  ];
}

function factsOf(found, words) {
  const door = found.entrance?.step_free ?? "unknown";
  const stepFree = door === "unknown" ? found.step_free : door;
  return [
    words.named("kind", found.kind),
    ...(["public", "unknown"].includes(found.access) ? [] : [words.named("access", found.access)]),
    ...(stepFree === "yes" ? [words.say("short.step_free")] : stepFree === "no" ? [words.say("short.steps")] : []),
    ...(found.pets === "yes" ? [words.say("short.pets")] : []),
    ...(found.address ? [found.address] : []),
  ];
}

const write = (place, text) => {
  if (!place) return;
  if (place.textContent !== text) place.textContent = text;
  place.hidden = text === "";
};

/** Write a card into a copy of the page's own `template`, or anew into one that is there. */
export function fill(item, shown, number) {
  const part = (name) => item.querySelector(`.${name}`);
  item.dataset.state = shown.state;
  item.dataset.id = shown.id;
  write(part("rank"), String(number));
  write(part("minutes"), shown.minutes);
  write(part("door"), shown.door);
  const link = item.querySelector(".name a");
  link.textContent = shown.name;
  link.href = `/shelter/${encodeURIComponent(shown.id)}`;
  write(item.querySelector(".where span"), shown.where);
  item.querySelector(".arrow path").setAttribute("transform", `rotate(${shown.turn})`);
  write(part("said"), shown.said);
  const list = part("warnings");
  list.replaceChildren(...shown.warnings.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  list.hidden = !shown.warnings.length;
  write(part("facts"), shown.facts);
  write(part("directions"), shown.directions);
  return item;
}

/** Put cards into a list, in the places of those that were there, so that focus stays. */
export function cards(list, template, shown) {
  shown.forEach((one, at) => {
    const item = list.children[at] ?? list.appendChild(template.content.firstElementChild.cloneNode(true));
    fill(item, one, at + 1);
  });
  while (list.children.length > shown.length) list.lastElementChild.remove();
}
