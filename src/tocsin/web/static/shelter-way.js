/*
 * The way on foot without a server: the streets of a saved pack, and the nearest shelters along
 * them. The rules are those of `tocsin.walking` and `tocsin.shelters`: a place joins the nearest
 * street and never across water, nobody on wheels is put onto stairs, and what is not connected
 * is no way. A test in a real browser holds one against the other.
 *
 * Coordinates are degrees × 10,000,000, ways are decimetres, as in the network's own file.
 */

import { bearing, plain } from "./shelter-directions.js";

const DEGREE = 1e7;
const EARTH_M = 6_371_008.8;
const UNIT_M = (EARTH_M * Math.PI) / 180 / DEGREE;
const REACH_M = 300;
const ON_BRIDGE_M = 15;
const ON_IT_M = 0.5;
const SAME = 150; // A pack tells places to a metre: two so near each other are one.
const MOST_M = 5_000;
const DETOUR = 1.3;
const AT_HAND_S = 900;
const [STAIRS, NOT_STEP_FREE, BRIDGE, COVERED] = [1, 2, 4, 8];
const PACE = { walk: 80, slow: 50, wheels: 50 };

const squeeze = (lat) => UNIT_M * Math.max(1e-6, Math.cos((lat / DEGREE) * (Math.PI / 180)));
const units = (degrees) => Math.round(degrees * DEGREE);

const COARSE = 100; // An excerpt's coordinates are degrees × 100,000.

/** Read an excerpt of a network (`tocsin.walking.excerpt`) into arrays that are quick to walk. */
export function decode(excerpt) {
  const [lat, lon] = [[], []];
  let [y, x] = excerpt.origin;
  for (let i = 0; i < excerpt.points.length; i += 2) {
    y += excerpt.points[i];
    x += excerpt.points[i + 1];
    lat.push(y * COARSE);
    lon.push(x * COARSE);
  }
  const [from, to, decimetres] = [[], [], []];
  for (let i = 0, lower = 0; i < excerpt.edges.length; i += 3) {
    lower += excerpt.edges[i];
    from.push(lower);
    to.push(lower + excerpt.edges[i + 1]);
    decimetres.push(excerpt.edges[i + 2]);
  }
  const flags = new Uint8Array(from.length);
  const { stairs, rough, bridges, covered } = excerpt;
  for (const [numbers, flag] of [[stairs, STAIRS], [rough, NOT_STEP_FREE], [bridges, BRIDGE], [covered, COVERED]]) {
    let edge = 0;
    for (const more of numbers) flags[(edge += more)] |= flag;
  }
  const barriers = [];
  for (let i = 0; i < excerpt.barriers.length; i += 4) {
    const [north, east, up, right] = excerpt.barriers.slice(i, i + 4);
    const [lat1, lon1] = [excerpt.origin[0] + north, excerpt.origin[1] + east];
    barriers.push([lat1, lon1, lat1 + up, lon1 + right].map((value) => value * COARSE));
  }
  const street = [];
  for (let i = 0; i < excerpt.streets.length; i += 2) {
    for (let n = 0; n < excerpt.streets[i + 1]; n += 1) street.push(excerpt.streets[i]);
  }
  return { lat, lon, from, to, decimetres, flags, street, names: excerpt.names, barriers, ...beside(lat.length, from, to) };
}

/** The edges at each node: those of node `i` are `edges[indptr[i]]` to `edges[indptr[i + 1]]`. */
function beside(nodes, from, to) {
  const indptr = new Uint32Array(nodes + 1);
  for (const ends of [from, to]) for (const node of ends) indptr[node + 1] += 1;
  for (let node = 0; node < nodes; node += 1) indptr[node + 1] += indptr[node];
  const edges = new Uint32Array(2 * from.length);
  const next = indptr.slice();
  from.forEach((node, edge) => {
    edges[next[node]++] = edge;
    edges[next[to[edge]]++] = edge;
  });
  return { indptr, edges };
}

/** Streets and water as pairs of ends, [lat, lon] in degrees, to be drawn. */
export function ground(graph) {
  const at = (node) => [graph.lat[node] / DEGREE, graph.lon[node] / DEGREE];
  return {
    lines: graph.from.map((node, edge) => [at(node), at(graph.to[edge])]),
    barriers: graph.barriers.map(([lat1, lon1, lat2, lon2]) => [[lat1 / DEGREE, lon1 / DEGREE], [lat2 / DEGREE, lon2 / DEGREE]]),
  };
}

const side = (a, b, p) => Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));

/** Whether two stretches meet; a touch counts. */
export function crosses(a, b, c, d) {
  const apart = [0, 1].some((i) => Math.max(a[i], b[i]) < Math.min(c[i], d[i]) || Math.max(c[i], d[i]) < Math.min(a[i], b[i]));
  return !apart && side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

/** Whether a place is within half a metre of a stretch. */
function standsOn([y, x], [y1, x1], [y2, x2]) {
  const across = squeeze(y);
  const [ax, ay] = [(x1 - x) * across, (y1 - y) * UNIT_M];
  const [dx, dy] = [(x2 - x1) * across, (y2 - y1) * UNIT_M];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square));
  return Math.hypot(ax + share * dx, ay + share * dy) <= ON_IT_M;
}

/** Whether a barrier stops a straight line; who stands on it, or goes to a street on it, does not cross it. */
export function stops(a, b, c, d) {
  return crosses(a, b, c, d) && !standsOn(a, c, d) && !standsOn(b, c, d);
}

/** Where a place joins the streets, or nothing where it cannot within 300 m. */
export function snap(graph, { lat, lon }, avoid = 0) {
  const [y, x] = [units(lat), units(lon)];
  const across = squeeze(y);
  const [high, wide] = [REACH_M / UNIT_M, REACH_M / across];
  const offers = [];
  for (let edge = 0; edge < graph.from.length; edge += 1) {
    const [a, b] = [graph.from[edge], graph.to[edge]];
    const [ya, yb, xa, xb] = [graph.lat[a], graph.lat[b], graph.lon[a], graph.lon[b]];
    if ((ya > y + high && yb > y + high) || (ya < y - high && yb < y - high)) continue;
    if ((xa > x + wide && xb > x + wide) || (xa < x - wide && xb < x - wide)) continue;
    if (graph.flags[edge] & avoid) continue;
    const [x1, y1, x2, y2] = [(xa - x) * across, (ya - y) * UNIT_M, (xb - x) * across, (yb - y) * UNIT_M];
    const [dx, dy] = [x2 - x1, y2 - y1];
    const square = dx * dx + dy * dy;
    const share = square === 0 ? 0 : Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / square));
    const away = Math.hypot(x1 + share * dx, y1 + share * dy);
    if (away <= (graph.flags[edge] & (BRIDGE | COVERED) ? ON_BRIDGE_M : REACH_M)) offers.push([away, edge, share]);
  }
  offers.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  for (const [, edge, share] of offers) {
    const [a, b] = [graph.from[edge], graph.to[edge]];
    const streetLat = graph.lat[a] + Math.round(share * (graph.lat[b] - graph.lat[a]));
    const streetLon = graph.lon[a] + Math.round(share * (graph.lon[b] - graph.lon[a]));
    if (graph.barriers.some(([lat1, lon1, lat2, lon2]) =>
      stops([y, x], [streetLat, streetLon], [lat1, lon1], [lat2, lon2]))) continue;
    const length = graph.decimetres[edge];
    const before = Math.round(share * length);
    const off = Math.round(10 * Math.hypot((streetLon - x) * across, (streetLat - y) * UNIT_M));
    return { lat: y, lon: x, streetLat, streetLon, edge, a, b, off, toA: before, toB: length - before };
  }
  return null;
}

/** The nodes that one comes to first, each with the decimetres to it. */
function starts({ a, b, off, toA, toB }) {
  if (toA === 0) return [[a, off]];
  if (toB === 0) return [[b, off]];
  return [[a, off + toA], [b, off + toB]];
}

/** A heap of pairs [key, value], the least key first; of equal ones the lesser value. */
class Heap {
  constructor() {
    this.items = [];
  }

  less(i, j) {
    const [one, other] = [this.items[i], this.items[j]];
    return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
  }

  swap(i, j) {
    [this.items[i], this.items[j]] = [this.items[j], this.items[i]];
  }

  push(item) {
    let at = this.items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.less(at, above)) break;
      this.swap(at, above);
      at = above;
    }
  }

  pop() {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (items.length) {
      items[0] = last;
      for (let at = 0; ;) {
        let least = at;
        for (const below of [2 * at + 1, 2 * at + 2]) if (below < items.length && this.less(below, least)) least = below;
        if (least === at) break;
        this.swap(at, least);
        at = least;
      }
    }
    return top;
  }
}

/** The first `k` targets from a start outwards; `doors` are [target, entrance, snap]. */
function walk(graph, start, doors, { k, avoid, limit }) {
  const nodes = graph.lat.length;
  const best = new Map();
  const before = new Map();
  const at = new Map();
  const heap = new Heap();
  doors.forEach(([, , door], number) => {
    for (const [node, further] of starts(door)) {
      if (!at.has(node)) at.set(node, []);
      at.get(node).push([number, further]);
    }
    if (door.edge === start.edge) heap.push([start.off + Math.abs(start.toA - door.toA) + door.off, nodes + number, null]);
  });
  for (const [node, reach] of starts(start)) {
    if (reach < (best.get(node) ?? Infinity)) best.set(node, reach);
  }
  for (const [node, reach] of best) heap.push([reach, node]);
  const met = new Set();
  const ways = [];
  while (heap.items.length && ways.length < k) {
    const [reach, node, last] = heap.pop();
    if (reach > limit) break;
    if (node >= nodes) {
      const [target, entrance, door] = doors[node - nodes];
      if (met.has(target)) continue;
      met.add(target);
      const passed = [];
      for (let step = last; step !== null && step !== undefined; step = before.get(step)) passed.push(step);
      ways.push({ target, entrance, door, start, nodes: passed.reverse(), decimetres: reach });
      continue;
    }
    if (reach > best.get(node)) continue;
    for (const [number, further] of at.get(node) ?? []) heap.push([reach + further, nodes + number, node]);
    for (let arc = graph.indptr[node]; arc < graph.indptr[node + 1]; arc += 1) {
      const edge = graph.edges[arc];
      if (graph.flags[edge] & avoid) continue;
      const head = graph.from[edge] === node ? graph.to[edge] : graph.from[edge];
      const longer = reach + graph.decimetres[edge];
      if (longer < (best.get(head) ?? Infinity)) {
        best.set(head, longer);
        before.set(head, node);
        heap.push([longer, head]);
      }
    }
  }
  return ways;
}

/** The stretches of a way in order, from the street at its start to its door. */
function stretches(graph, { start, door, nodes, decimetres }) {
  const bits = [];
  let here = [start.streetLat, start.streetLon];
  const go = (there, long, edge) => {
    const same = there[0] === here[0] && there[1] === here[1];
    if (long || !same) {
      const street = edge === null ? "" : graph.names[graph.street[edge]] ?? "";
      bits.push({ start: here, end: there, decimetres: long, street, flags: edge === null ? 0 : graph.flags[edge] });
    }
    here = there;
  };
  const at = (node) => [graph.lat[node], graph.lon[node]];
  const along = (snapped, node) => starts(snapped).find(([other]) => other === node)[1] - snapped.off;
  const atDoor = [door.streetLat, door.streetLon];
  if (!nodes.length) {
    go(atDoor, decimetres - start.off - door.off, start.edge);
  } else {
    go(at(nodes[0]), along(start, nodes[0]), start.edge);
    nodes.slice(1).forEach((head, before) => {
      const edge = between(graph, nodes[before], head);
      go(at(head), graph.decimetres[edge], edge);
    });
    go(atDoor, along(door, nodes.at(-1)), door.edge);
  }
  go([door.lat, door.lon], door.off, null);
  return bits;
}

function between(graph, tail, head) {
  for (let arc = graph.indptr[tail]; arc < graph.indptr[tail + 1]; arc += 1) {
    const edge = graph.edges[arc];
    if (graph.from[edge] === head || graph.to[edge] === head) return edge;
  }
  throw new Error("a way goes along edges");
}

/** A way as it is shown: `[lon, lat]` of each turn, in degrees, and one line for each language. */
function shown(graph, way) {
  const bits = stretches(graph, way);
  const points = [[way.start.streetLat, way.start.streetLon], ...bits.map(({ end }) => end)]
    .filter(([y, x], i, all) => i === all.length - 1 || Math.hypot(all[i + 1][0] - y, all[i + 1][1] - x) > SAME);
  return {
    path: points.map(([y, x]) => [x / DEGREE, y / DEGREE]),
    directions: { uk: plain(bits, "uk"), en: plain(bits, "en") },
  };
}

/** Doors that wheels may pass; where none is said to be, those of which nobody knows. */
function fit(entrances) {
  const sure = entrances.filter((one) => one.step_free === "yes");
  return sure.length ? sure : entrances.filter((one) => one.step_free === "unknown");
}

/** Whether hours say that a door is shut; without hours, or with a zone unknown here, they do not. */
export function shut(hours, at) {
  if (!hours) return false;
  let local;
  try {
    local = new Intl.DateTimeFormat("en-GB", { timeZone: hours.zone, hourCycle: "h23", weekday: "short", hour: "numeric", minute: "numeric" }).formatToParts(at);
  } catch {
    return false;
  }
  const part = (type) => local.find((one) => one.type === type).value;
  const today = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part("weekday")) + 1;
  const minute = 60 * part("hour") + +part("minute");
  const yesterday = today === 1 ? 7 : today - 1;
  return !hours.spans.some(({ days, start, end }) =>
    (days.includes(today) && start <= minute && minute < end) || (days.includes(yesterday) && minute + 1_440 < end));
}

/** Why a shelter does not suit, or why it is not sure, as far as facts alone tell. */
function judge(shelter, needs, at) {
  const { access, entrances, pets } = shelter;
  const stepFree = entrances.some((one) => one.step_free === "yes") ? "yes" : shelter.step_free;
  const against = [
    ...(["public", "unknown"].includes(access) ? [] : ["not_admitted"]),
    ...(shut(shelter.hours, at) ? ["shut_by_hours"] : []),
    ...(needs.step_free && stepFree === "no" ? ["not_step_free"] : []),
    ...(needs.pets && pets === "no" ? ["no_pets"] : []),
  ];
  const doubts = [
    "state_unknown",
    ...(access === "unknown" ? ["access_unknown"] : []),
    ...(needs.step_free && stepFree === "unknown" ? ["step_free_unknown"] : []),
    ...(needs.pets && pets === "unknown" ? ["pets_unknown"] : []),
  ];
  return { suits: !against.length, because: against.length ? against : doubts };
}

function metresBetween(lat1, lon1, lat2, lon2) {
  const rad = (value) => ((value / DEGREE) * Math.PI) / 180;
  const [a, b] = [rad(lat1), rad(lat2)];
  const share = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(rad(lon2 - lon1) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(share)));
}

/** Where a door joins the streets, if the pack says so and whoever asks may walk there. */
function joins(graph, { lat, lon, place }, avoid) {
  if (!place) return null;
  const [edge, toA, toB, off] = place;
  if (!(edge in graph.from) || graph.flags[edge] & avoid) return null;
  const [a, b] = [graph.from[edge], graph.to[edge]];
  const share = toA + toB ? toA / (toA + toB) : 0;
  const [y, x] = [units(lat), units(lon)];
  const street = [
    graph.lat[a] + Math.round(share * (graph.lat[b] - graph.lat[a])),
    graph.lon[a] + Math.round(share * (graph.lon[b] - graph.lon[a])),
  ];
  return { lat: y, lon: x, streetLat: street[0], streetLon: street[1], edge, a, b, off, toA, toB };
}

const placed = new WeakMap();

/** The doors of a pack on its streets, worked out once for walkers and once for wheels. */
function doorsOf(pack, wheels, avoid) {
  const known = placed.get(pack) ?? placed.set(pack, {}).get(pack);
  const key = wheels ? "wheels" : "walk";
  // Of doors that are equally far the first by its id is met first, as on the server.
  known[key] ??= pack.shelters.map((shelter, target) => [shelter, target])
    .sort(([one], [other]) => (one.id < other.id ? -1 : 1))
    .flatMap(([shelter, target]) => (wheels ? fit(shelter.entrances) : shelter.entrances).flatMap((entrance) => {
      const joined = pack.graph && (joins(pack.graph, entrance, avoid) ?? snap(pack.graph, entrance, avoid));
      return joined ? [[target, entrance, joined]] : [];
    }));
  return known[key];
}

/** The answer of `/api/v1/shelters/nearest`, as far as a pack can give it; nothing is known of now. */
export function nearest(pack, here, needs, k, now) {
  const speed = needs.step_free ? "wheels" : needs.slow ? "slow" : "walk";
  const wheels = speed === "wheels";
  const avoid = wheels ? STAIRS | NOT_STEP_FREE : 0;
  const judged = pack.shelters.map((shelter) => judge(shelter, needs, now));
  const start = pack.graph && snap(pack.graph, here, avoid);
  const found = start
    ? walk(pack.graph, start, doorsOf(pack, wheels, avoid).filter(([target]) => judged[target].suits), { k, avoid, limit: 10 * MOST_M })
      .map((way) => ({ ...way, metres: way.decimetres / 10, ...shown(pack.graph, way) }))
    : straight(pack, here, wheels, judged, k);
  const [y, x] = [units(here.lat), units(here.lon)];
  const factor = start ? 1 : DETOUR;
  const seconds = ({ metres }) => ((metres * 60) / PACE[speed]) * factor;
  const late = (way) => (seconds(way) <= AT_HAND_S ? 0 : 1);
  const idOf = ({ target }) => pack.shelters[target].id;
  found.sort((a, b) => late(a) - late(b) || seconds(a) - seconds(b) || (idOf(a) < idOf(b) ? -1 : 1));
  const shelters = found.map(({ target, entrance, metres, path, directions }) => {
    const shelter = pack.shelters[target];
    return {
      ...shelter,
      state: "unknown",
      state_since: null,
      state_by: null,
      closed_reports: 0,
      last_report_at: null,
      tier: "unsure",
      because: judged[target].because,
      entrance,
      metres: Math.round(metres),
      seconds: Math.round(seconds({ metres })),
      in_time: null,
      bearing_deg: Math.round(bearing([y, x], [units(entrance.lat), units(entrance.lon)])) % 360,
      directions,
      path,
    };
  });
  return {
    as_of: pack.made_at,
    invented: pack.invented,
    hazard: null,
    within_s: null,
    advice: shelters.length ? "go" : "none_known",
    way: start ? "on_foot" : "straight_line",
    speed,
    shelters,
  };
}

function straight(pack, here, wheels, judged, k) {
  const [y, x] = [units(here.lat), units(here.lon)];
  return pack.shelters.flatMap((shelter, target) => {
    const doors = (wheels ? fit(shelter.entrances) : shelter.entrances)
      .map((entrance) => ({ target, entrance, metres: metresBetween(y, x, units(entrance.lat), units(entrance.lon)), path: null, directions: null }))
      .sort((a, b) => a.metres - b.metres);
    return judged[target].suits && doors.length && doors[0].metres <= MOST_M ? [doors[0]] : [];
  }).sort((a, b) => a.metres - b.metres).slice(0, k);
}

/** The way to one shelter of a pack, whether or not it suits; nothing where it is not in it. */
export function wayTo(pack, here, id, needs) {
  const one = pack.shelters.find((other) => other.id === id);
  if (!one) return null;
  const only = { ...pack, shelters: [{ ...one, access: "public", hours: null, step_free: "yes", pets: "yes" }] };
  const { shelters: [found], way } = nearest(only, here, needs, 1, Date.now());
  return found ? { ...found, straight: way === "straight_line" } : null;
}
