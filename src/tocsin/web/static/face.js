/*
 * What an area shows: the rules of web/face.py, word for word. A test in a real browser holds one
 * against the other. An alert that stands comes first, what is unknown before a drill, and calm
 * only when nothing is left.
 */

import { kindOf as kind } from "./tocsin.js";

const isDrill = (alert) => kind(alert) === "drill";
const unique = (list) => [...new Set(list)];

/** One board, looked at through the tree of areas: `tree` maps a code to [parent, name]. */
export class Scene {
  constructor(tree, root, alerts, unknown) {
    this.tree = tree;
    this.root = root;
    this.alerts = alerts;
    for (const { area } of [...alerts, ...unknown]) this.learn(area);
    this.unknown = new Map(unknown.map(({ area, since }) => [area.code, since]));
  }

  /** Find a place in the tree for an area the page did not know. */
  learn(area) {
    if (!this.tree[area.code]) this.tree[area.code] = [area.parent ?? this.guess(area), null, area];
  }

  /** KATOTTH holds its own tree: 2 + 2 digits name the region, 2 more the district. */
  guess({ code, level }) {
    const near = (digits) =>
      Object.keys(this.tree).find((other) => other !== this.root && this.depth(other) < level &&
        other.startsWith(code.slice(0, digits)) && /^0+\d{5}$/.test(other.slice(digits)));
    return (level > 2 && near(6)) || near(4) || this.root;
  }

  depth(code) {
    return this.lineage(code).length;
  }

  lineage(code) {
    const above = [];
    for (let at = this.tree[code]?.[0]; at; at = this.tree[at]?.[0]) above.push(at);
    return above;
  }

  face(code) {
    const whole = [code, ...this.lineage(code)];
    const within = (other) => this.lineage(other).includes(code);
    const standing = whole.flatMap((place) => this.alerts.filter((a) => a.area.code === place));
    const inside = this.alerts.filter((a) => within(a.area.code));
    const silentWhole = whole.filter((place) => this.unknown.has(place));
    const silentParts = silentWhole.length ? [] : [...this.unknown.keys()].filter(within);
    const times = [...silentWhole, ...silentParts].map((place) => this.unknown.get(place));
    const known = times.filter(Boolean).sort();
    const [state, leading] = decide(standing, inside, times.length > 0);
    const named = { watch: "watch", part_watch: "watch", drill: "drill" }[state] ?? "warning";
    return {
      code,
      state,
      leading,
      around: unique(leading.map((a) => a.area.code).filter((c) => whole.indexOf(c) > 0)),
      inside: unique(inside.filter((a) => kind(a) === named).map((a) => a.area.code)),
      drills: state === "drill" ? [] : unique([...standing, ...inside].filter(isDrill).map((a) => a.area.code)),
      silent: times.length > 0,
      silentParts,
      since: leading[0]?.since ?? (state === "unknown" ? known[0] ?? null : null),
    };
  }

  regions() {
    return Object.keys(this.tree).filter((code) => this.tree[code][0] === this.root)
      .map((code) => this.face(code));
  }
}

function decide(standing, inside, silent) {
  const rules = [
    ["warning", standing.filter((a) => kind(a) === "warning")],
    ["part", inside.filter((a) => kind(a) === "warning")],
    ["watch", standing.filter((a) => kind(a) === "watch")],
    ["part_watch", inside.filter((a) => kind(a) === "watch")],
    ["unknown", []],
    ["drill", [...standing, ...inside].filter(isDrill)],
  ];
  for (const [state, found] of rules) {
    if (found.length || (state === "unknown" && silent)) {
      return [state, found.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0))];
    }
  }
  return ["calm", []];
}

export const DANGER = ["warning", "part", "watch", "part_watch", "unknown", "drill", "calm"];
