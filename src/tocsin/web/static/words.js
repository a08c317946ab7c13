/*
 * The page's phrases and times. The phrases come with the page, so that both say the same; how
 * they are put together mirrors web/wording.py, web/times.py and web/panel.py.
 */

const NAMES_SHOWN = 4;

/** `data` is the page's block; `now` gives the moment that ages are counted from, in ms. */
export function speaker(data, now) {
  const say = (key, values = {}) =>
    (data.words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const has = (key) => key in data.words;
  const named = (group, value) => data.words[`${group}.${value}`] ?? value ?? "";

  function plural(count) {
    if (data.language === "en") return count === 1 ? 0 : 1;
    const [tens, ones] = [count % 100, count % 10];
    if (tens > 10 && tens < 15) return 2;
    return ones === 1 ? 0 : ones > 1 && ones < 5 ? 1 : 2;
  }
  const count = (key, number) => `${number} ${data.forms[key][plural(number)]}`;

  const clockOf = formatter(data.zone);
  const own = formatter(undefined);
  const dayTold = ({ year, month, day }) => `${+day} ${data.months[month - 1]} ${year}`;
  const sameDay = (a, b) => a.year === b.year && a.month === b.month && a.day === b.day;

  function clock(at) {
    const [told, today] = [clockOf(at), clockOf(now())];
    return sameDay(told, today) ? told.time : `${dayTold(told)}, ${told.time}`;
  }

  function brief(at) {
    const [told, today] = [clockOf(at), clockOf(now())];
    if (sameDay(told, today)) return told.time.slice(0, 5);
    return `${told.day.padStart(2, "0")}.${told.month.padStart(2, "0")}.${told.year}`;
  }

  function age(at) {
    const minutes = Math.floor((now() - Date.parse(at)) / 60_000);
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    if (minutes < 1) return say("age.now");
    if (hours < 1) return say("age.min", { m: minutes });
    if (hours >= 48) return say("age.days", { days: count("day", Math.floor(hours / 24)) });
    return say(rest ? "age.hours_min" : "age.hours", { h: hours, m: rest });
  }

  /** The reader's own time, where their clock differs from the country's; else nothing. */
  function ownTime(at) {
    const [theirs, ours] = [own(at), clockOf(at)];
    return theirs.time === ours.time && theirs.day === ours.day ? "" : say("zone.own", { time: theirs.time });
  }

  const zoned = (at) => `${clock(at)} ${say("zone")}`;
  const span = (s) => (s < 120 ? say("span.s", { s }) : say("span.min", { m: Math.floor(s / 60) }));
  return { language: data.language, say, has, named, count, clock, brief, age, zoned, span, ownTime, clockOf, dayTold };
}

function formatter(timeZone) {
  const wanted = { hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  let format;
  try {
    format = new Intl.DateTimeFormat("en-GB", { ...wanted, timeZone });
  } catch {
    // Browsers older than the city's spelling know it by the former one.
    format = new Intl.DateTimeFormat("en-GB", { ...wanted, timeZone: "Europe/Kiev" });
  }
  return (at) => {
    const moment = typeof at === "number" ? at : Date.parse(at);
    const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    return { ...part, time: `${part.hour}:${part.minute}:${part.second}` };
  };
}

/** The words of one panel, in reading order; the fields are those of web/panel.py. */
export function panel(face, scene, words, asOf, cleared) {
  const { say } = words;
  const testOnly = face.state === "drill" && face.leading.every((a) => a.status === "Test");
  const [since, sinceAt] = sinceOf(face, words, asOf, cleared);
  return {
    code: face.code,
    state: face.state,
    word: say(testOnly ? "word.test" : `word.${face.state}`).split("|"),
    size: say(`size.${face.state}`),
    place: nameOf(scene, face.code, words),
    what: [...new Set(face.leading.map((a) => hazardOf(a, words)))].join(", "),
    since,
    since_at: sinceAt,
    act: actOf(face, words),
    notes: [...new Set(notesOf(face, scene, words))],
  };
}

/** The country as a whole, as `country` in web/panel.py. */
export function country(faces, scene, words, asOf) {
  const { say, count } = words;
  const number = (state) => faces.filter((face) => face.state === state).length;
  const whole = panel(scene.face(scene.root), scene, words, asOf, null);
  const shown = {
    ...whole,
    place: say("country"),
    act: "",
    since: say("as_of", { time: words.zoned(asOf) }),
    since_at: asOf,
    notes: ["part", "unknown"].filter(number)
      .map((state) => say(`country.${state}`, { regions: count("region", number(state)) })),
  };
  if (number("warning")) {
    const word = [say("word.country", { n: number("warning"), all: faces.length })];
    return { ...shown, state: "country", size: say("size.country"), word, place: say("country.line"), what: say("country") };
  }
  if (whole.state === "calm") {
    return { ...shown, size: say("size.country_calm"), word: say("word.country_calm").split("|"), what: "" };
  }
  return shown;
}

export function nameOf(scene, code, words) {
  const [, name, area] = scene.tree[code] ?? [];
  return name ?? area?.name[words.language] ?? code;
}

function hazardOf(alert, words) {
  const [hazard, threat] = [words.named("hazard", alert.hazard), words.named("threat", alert.threat)];
  return threat ? `${hazard} (${threat})` : hazard;
}

function sinceOf(face, words, asOf, cleared) {
  const { say } = words;
  if (face.state === "calm") {
    if (cleared) return [say("cleared", { time: words.zoned(cleared), age: words.age(cleared) }), cleared];
    return [say("as_of", { time: words.zoned(asOf) }), asOf];
  }
  if (!face.since) return [say("since.never"), null];
  const told = { time: words.zoned(face.since), age: words.age(face.since) };
  if (face.state === "unknown") return [`${say("since.unknown", told)}, ${told.age}`, face.since];
  return [say("since", told), face.since];
}

const doKey = (hazard, words) => (words.has(`do.${hazard}`) ? `do.${hazard}` : "do.warning");

function actOf(face, words) {
  if (face.state !== "warning") return words.say(`do.${face.state}`);
  const asked = face.leading.map((a) => words.say(doKey(a.hazard, words)));
  const first = words.say("do.warning");
  return asked.includes(first) ? first : [...new Set(asked)].join(" ");
}

function ownWords(alert, words) {
  const told = alert.text?.[words.language] ?? "";
  const act = words.say(alert.level === "watch" ? "do.watch" : doKey(alert.hazard, words));
  return told.endsWith(`${words.named("hazard", alert.hazard)}. ${act}`) ? "" : told;
}

function notesOf(face, scene, words) {
  const { say } = words;
  const listed = (key, codes) => (codes.length ? [say(key, { areas: namesOf(scene, codes, words) })] : []);
  const within = face.leading.map((a) => a.shelter_within_s).filter((s) => s != null);
  const partial = face.state === "part" || face.state === "part_watch";
  const senders = [...new Set(face.leading.flatMap((a) => [a.sender, ...(a.confirmations ?? []).map((c) => c.sender)]))];
  return [
    ...(within.length ? [say("shelter_within", { time: words.span(Math.min(...within)) })] : []),
    ...listed(partial ? "note.inside" : "note.also_inside", face.inside),
    ...listed("note.around", face.around),
    ...face.leading.map((a) => ownWords(a, words)).filter(Boolean),
    ...listed("note.part_unknown", face.silentParts),
    ...(face.silent && face.state !== "unknown" ? [say("note.silent")] : []),
    ...listed("note.drill", face.drills),
    ...(senders.length ? [say("note.sender", { senders: senders.join(", ") })] : []),
  ];
}

function namesOf(scene, codes, words) {
  const shown = codes.slice(0, NAMES_SHOWN).map((code) => nameOf(scene, code, words)).join(", ");
  const more = codes.length - NAMES_SHOWN;
  return more > 0 ? words.say("note.more", { areas: shown, n: more }) : shown;
}


