/*
 * The small map: the streets around the reader, the shelters by their numbers, and one way. The
 * drawing of web/shelter_map.py, made here so that it works without a network.
 */

const SVG = "http://www.w3.org/2000/svg";
const DEGREE_M = 111_195;
const LEAST_M = 300;
const MOST_M = 2_500;
const MARGIN = 1.18;

/** Metres east and south of a point, whole ones. */
export class Plane {
  constructor(centre, shown) {
    this.centre = centre;
    this.squeeze = Math.cos((centre[0] * Math.PI) / 180);
    const far = shown.map((point) => Math.max(...this.dot(point).map(Math.abs)));
    this.reach = Math.round(Math.min(MOST_M, Math.max(LEAST_M, MARGIN * Math.max(0, ...far))));
  }

  dot([lat, lon]) {
    const x = (lon - this.centre[1]) * DEGREE_M * this.squeeze;
    return [Math.floor(x + 0.5), Math.floor((this.centre[0] - lat) * DEGREE_M + 0.5)];
  }

  line(points) {
    return points.length < 2 ? "" : `M${points.map((point) => this.dot(point).join(" ")).join("L")}`;
  }

  holds([x, y]) {
    return Math.max(Math.abs(x), Math.abs(y)) <= this.reach;
  }
}

function make(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Draw into `place`. `shelters` are those of an answer, in the order of their numbers; `lines` and
 * `barriers` are pairs of ends; `way` is a list of points; all points are [lat, lon].
 */
export function draw(place, { centre, shelters, lines, barriers, way, label }) {
  const doors = shelters.map(({ entrance }) => entrance && [entrance.lat, entrance.lon]);
  const plane = new Plane(centre, [...doors.filter(Boolean), ...way]);
  const { reach } = plane;
  const unit = reach / 100;
  const near = ([x, y]) => Math.max(Math.abs(x), Math.abs(y)) <= 1.5 * reach;
  const path = (pairs) => pairs.map(([from, to]) => [plane.dot(from), plane.dot(to)])
    .filter(([a, b]) => near(a) || near(b))
    .map(([a, b]) => `M${a.join(" ")}L${b.join(" ")}`).join("");
  const marks = shelters.flatMap(({ state }, at) => {
    const spot = doors[at] && plane.dot(doors[at]);
    if (!spot || !plane.holds(spot)) return [];
    const text = make("text", { y: (3.4 * unit).toFixed(1), "font-size": (10 * unit).toFixed(1) }, String(at + 1));
    return [make("g", { class: "spot", "data-state": state, transform: `translate(${spot.join(" ")})` },
      make("circle", { r: (7 * unit).toFixed(1) }), text)];
  }).reverse();
  place.replaceChildren(make("svg", { class: "plan", viewBox: `${-reach} ${-reach} ${2 * reach} ${2 * reach}`, role: "img", "aria-label": label },
    make("path", { class: "barriers", d: path(barriers), "stroke-width": (1.6 * unit).toFixed(1) }),
    make("path", { class: "lines", d: path(lines), "stroke-width": (1.1 * unit).toFixed(1) }),
    make("path", { class: "course", d: plane.line(way), "stroke-width": (2.6 * unit).toFixed(1) }),
    make("g", { class: "me" }, make("circle", { r: (4.5 * unit).toFixed(1) }), make("circle", { class: "dot", r: (2 * unit).toFixed(1) })),
    ...marks));
}
