/*
 * One plain line that says how to go: the rules of `tocsin.walking.directions`, for whoever has no
 * network. A test in a real browser holds one against the other.
 */

const DEGREE = 1e7;
const UNIT_M = (6_371_008.8 * Math.PI) / 180 / DEGREE;
const BEND_M = 15;
const TURN_DEGREES = 35;
const SHARP_DEGREES = 150;
const SAME_STREET_DEGREES = 60;
const LEGS_MAX = 6;
const THERE_DM = 50;

const SKY = {
  en: ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"],
  uk: ["північ", "північний схід", "схід", "південний схід", "південь", "південний захід", "захід", "північний захід"],
};
const WORDS = {
  en: {
    go: (sky, leg) => `Go ${sky}, ${leg}`,
    left: "left",
    right: "right",
    back_left: "back to the left",
    back_right: "back to the right",
    on: "straight on",
    along: (metres, street) => `${metres} m along ${street}`,
    plain: (metres) => `${metres} m`,
    kinds: ["by the stairs", "over the bridge", "through the underpass"],
    more: (turns, metres) => `then ${turns} more turns, ${metres} m`,
    there: "You are there",
  },
  uk: {
    go: (sky, leg) => `Ідіть на ${sky}, ${leg}`,
    left: "ліворуч",
    right: "праворуч",
    back_left: "назад ліворуч",
    back_right: "назад праворуч",
    on: "прямо",
    along: (metres, street) => `${metres} м (${street})`,
    plain: (metres) => `${metres} м`,
    kinds: ["сходами", "через міст", "підземним переходом"],
    more: (turns, metres) => `далі ще поворотів: ${turns}, ${metres} м`,
    there: "Ви на місці",
  },
};

/** Flags of edges, in the order of `kinds`. */
const KINDS = [1, 4, 8];

const squeeze = (lat) => UNIT_M * Math.max(1e-6, Math.cos((lat / DEGREE) * (Math.PI / 180)));

/** The direction from one point to another near it, degrees from north; points are [lat, lon]. */
export function bearing([lat1, lon1], [lat2, lon2]) {
  const east = (lon2 - lon1) * squeeze(Math.floor((lat1 + lat2) / 2));
  return ((Math.atan2(east, (lat2 - lat1) * UNIT_M) * 180) / Math.PI + 360) % 360;
}

/** Rounds as Python does: a half to the even one. */
function round(value) {
  const low = Math.floor(value);
  const over = value - low;
  return over > 0.5 || (over === 0.5 && low % 2) ? low + 1 : low;
}

/**
 * Say how to go. `stretches` are { start, end, decimetres, street, flags } in order, from the street
 * at the start to the door; points are [lat, lon], degrees × 10,000,000.
 */
export function plain(stretches, language) {
  const words = WORDS[language] ?? WORDS.en;
  const bits = stretches.filter(({ decimetres }) => decimetres);
  if (bits.reduce((sum, { decimetres }) => sum + decimetres, 0) < THERE_DM) return `${words.there}.`;
  const legs = joined(straight(bits));
  const first = legs.length > LEGS_MAX + 1 ? LEGS_MAX : legs.length;
  const said = legs.slice(0, first).map((leg, at) => (at
    ? `${words[turn(legs[at - 1], leg)]}, ${told(leg, words)}`
    : words.go(SKY[language in SKY ? language : "en"][round(leg.enters / 45) % 8], told(leg, words))));
  const rest = legs.slice(first);
  if (rest.length) said.push(words.more(rest.length, rounded(rest.reduce((sum, leg) => sum + metresOf(leg), 0))));
  return `${said.join("; ")}.`;
}

const metresOf = ({ bits }) => bits.reduce((sum, { decimetres }) => sum + decimetres, 0) / 10;

function streetOf({ bits }) {
  const lengths = new Map();
  for (const { street, decimetres } of bits) lengths.set(street, (lengths.get(street) ?? 0) + decimetres);
  return [...lengths].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

function told(leg, words) {
  const [street, metres] = [streetOf(leg), rounded(metresOf(leg))];
  const flags = leg.bits.reduce((all, bit) => all | bit.flags, 0);
  return [street ? words.along(metres, street) : words.plain(metres), ...words.kinds.filter((_, at) => flags & KINDS[at])].join(" ");
}

function rounded(metres) {
  const step = metres < 50 ? 5 : metres < 500 ? 10 : 50;
  return Math.max(step, round(metres / step) * step);
}

const turned = (before, leg) => ((((leg.enters - before.leaves + 180) % 360) + 360) % 360) - 180;

function turn(before, leg) {
  const by = turned(before, leg);
  if (Math.abs(by) < TURN_DEGREES) return "on";
  const side = by > 0 ? "right" : "left";
  return Math.abs(by) > SHARP_DEGREES ? `back_${side}` : side;
}

/** Cut a way where it leaves the straight line by more than the width of a street. */
function straight(bits) {
  const [lat, lon] = bits[0].start;
  const across = squeeze(lat);
  const points = [bits[0].start, ...bits.map(({ end }) => end)].map(([y, x]) => [(x - lon) * across, (y - lat) * UNIT_M]);
  const cuts = new Set([0, bits.length]);
  const waiting = [[0, bits.length]];
  while (waiting.length) {
    const [first, last] = waiting.pop();
    let [farthest, place] = [0, first];
    for (let cut = first + 1; cut < last; cut += 1) {
      const aside = distance(points[cut], points[first], points[last]);
      if (aside > farthest) [farthest, place] = [aside, cut];
    }
    if (farthest > BEND_M) {
      cuts.add(place);
      waiting.push([first, place], [place, last]);
    }
  }
  const order = [...cuts].sort((a, b) => a - b);
  return order.slice(1).map((other, at) => {
    const ahead = bearing(bits[order[at]].start, bits[other - 1].end);
    return { bits: bits.slice(order[at], other), enters: ahead, leaves: ahead };
  });
}

function distance([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, -((x1 - x) * dx + (y1 - y) * dy) / square));
  return Math.hypot(x1 - x + share * dx, y1 - y + share * dy);
}

/** Join legs between which nobody would speak of a turn. */
function joined(legs) {
  const kept = legs.slice(0, 1);
  for (const leg of legs.slice(1)) {
    const before = kept.at(-1);
    const by = Math.abs(turned(before, leg));
    const same = streetOf(leg) && streetOf(before) === streetOf(leg);
    if (by < TURN_DEGREES || (same && by < SAME_STREET_DEGREES)) {
      kept[kept.length - 1] = { bits: [...before.bits, ...leg.bits], enters: before.enters, leaves: leg.leaves };
    } else {
      kept.push(leg);
    }
  }
  return kept;
}
