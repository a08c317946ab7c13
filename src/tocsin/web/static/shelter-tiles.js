/*
 * The street map over our own drawing, where the operator has map tiles: the shelters by their
 * numbers, where somebody stands, and one way. MapLibre and PMTiles are loaded when the map comes
 * into view, and only then. Whatever fails (no WebGL, no tiles, a library that does not come)
 * takes it away again for good: the drawing lies underneath, and says the same.
 *
 * Layers are known by the names of Protomaps, OpenMapTiles and Shortbread. Names of streets are
 * drawn with the device's own letters, as pictures: we have no glyphs, and load none.
 */

const LOADED_WITHIN_MS = 30_000;
const NEAREST_ZOOM = 17;
/* Which tile is asked for tells the server where somebody looks: never more finely than 200 m. */
const FINEST_VECTORS = 16;
const FINEST_PICTURES = 17;
const LABELS_MOST = 1_000;

/** A line's own kind, by whichever schema it has. */
const KIND = ["to-string", ["coalesce", ["get", "kind"], ["get", "class"], ""]];
const MAJOR = ["highway", "major_road", "medium_road", "motorway", "trunk", "primary", "secondary", "tertiary"];
const PATHS = ["path", "footway", "steps", "pedestrian", "cycleway", "track", "bridleway"];
const NOT_WALKED = ["rail", "transit", "ferry", "aerialway", "raceway", "motorway_construction"];
const LINE = ["==", ["geometry-type"], "LineString"];
const AREA = ["==", ["geometry-type"], "Polygon"];
const among = (list) => ["in", KIND, ["literal", list]];
const wide = (near, far) => ["interpolate", ["exponential", 1.6], ["zoom"], 12, far, 18, near];

function colours() {
  const styles = getComputedStyle(document.documentElement);
  return Object.fromEntries(["land", "thin", "line", "blue", "soft", "paper", "red-ink"]
    .map((name) => [name, styles.getPropertyValue(`--${name}`).trim()]));
}

function vectors({ layers }, colour, language) {
  const drawn = [];
  const add = (names, layer) => {
    for (const name of names) {
      if (layers.includes(name)) drawn.push({ ...layer, id: `${layer.id} ${name}`, source: "tiles", "source-layer": name });
    }
  };
  const roads = ["roads", "transportation", "streets"];
  const water = { "fill-color": colour.blue, "fill-opacity": 0.3 };
  add(["water", "ocean", "water_polygons"], { id: "water", type: "fill", filter: AREA, paint: water });
  add(["water", "waterway", "water_lines", "physical_line"], {
    id: "stream", type: "line", filter: LINE, paint: { "line-color": colour.blue, "line-opacity": 0.5, "line-width": 1.5 },
  });
  add(["buildings", "building"], { id: "building", type: "fill", minzoom: 14, filter: AREA, paint: { "fill-color": colour.line } });
  add(roads, {
    id: "path", type: "line", minzoom: 14, filter: ["all", LINE, among(PATHS)],
    paint: { "line-color": colour.thin, "line-width": 1.2, "line-dasharray": [3, 2] },
  });
  add(roads, {
    id: "street", type: "line", filter: ["all", LINE, ["!", among([...PATHS, ...NOT_WALKED])]],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour.thin, "line-width": wide(9, 0.6) },
  });
  add(roads, {
    id: "road", type: "line", filter: ["all", LINE, among(MAJOR)],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour.thin, "line-width": wide(14, 1.4) },
  });
  const name = ["coalesce", ["get", `name:${language}`], ["get", `name_${language}`], ["get", "name"]];
  add(["roads", "transportation_name", "street_labels"], {
    id: "name", type: "symbol", minzoom: 14, filter: ["all", LINE, ["has", "name"]],
    layout: {
      "symbol-placement": "line", "symbol-spacing": 260, "icon-image": ["concat", "name ", ["to-string", name]],
      "icon-rotation-alignment": "map", "icon-keep-upright": true, "icon-padding": 6,
    },
  });
  return drawn;
}

function line(way) {
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: way.length > 1 ? way : [] } };
}

function style(tiles, way, language) {
  const colour = colours();
  const url = `pmtiles://${location.origin}${tiles.address}`;
  const maxzoom = Math.min(tiles.zooms[1], tiles.vector ? FINEST_VECTORS : FINEST_PICTURES);
  const source = tiles.vector ? { type: "vector", url, maxzoom } : { type: "raster", url, maxzoom, tileSize: 256 };
  const picture = { id: "picture", type: "raster", source: "tiles", paint: { "raster-fade-duration": 0 } };
  const round = { "line-cap": "round", "line-join": "round" };
  return {
    version: 8,
    sources: { tiles: source, way: { type: "geojson", data: line(way) } },
    layers: [
      { id: "land", type: "background", paint: { "background-color": colour.land } },
      ...(tiles.vector ? vectors(tiles, colour, language) : [picture]),
      { id: "way under", type: "line", source: "way", layout: round, paint: { "line-color": colour.paper, "line-width": 9 } },
      { id: "way", type: "line", source: "way", layout: round, paint: { "line-color": colour["red-ink"], "line-width": 5 } },
    ],
  };
}

/** Write a name as a picture, in the letters that the device has. */
function written(text) {
  const scale = Math.min(3, Math.max(1, Math.ceil(devicePixelRatio)));
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const font = `600 ${13 * scale}px system-ui, sans-serif`;
  brush.font = font;
  canvas.width = Math.min(400 * scale, Math.ceil(brush.measureText(text).width) + 8 * scale);
  canvas.height = 20 * scale;
  const colour = colours();
  brush.fillStyle = colour.land;
  brush.fillRect(scale, 2 * scale, canvas.width - 2 * scale, 16 * scale);
  Object.assign(brush, { font, textBaseline: "middle", fillStyle: colour.soft });
  brush.fillText(text, 4 * scale, 10 * scale, canvas.width - 8 * scale);
  const { width, height, data } = brush.getImageData(0, 0, canvas.width, canvas.height);
  return [{ width, height, data }, { pixelRatio: scale }];
}

function drawable() {
  const canvas = document.createElement("canvas");
  const found = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  found?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(found);
}

function loaded(tag, wanted) {
  const element = Object.assign(document.createElement(tag), wanted);
  return new Promise((done, failed) => {
    element.onload = done;
    element.onerror = () => failed(new Error(wanted.src ?? wanted.href));
    document.head.append(element);
  });
}

/** An empty picture, for where an archive of pictures has none: without one the map waits for ever. */
function nothing() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 256, height: 256 });
  return new Promise((done) => canvas.toBlob((blob) => done(blob.arrayBuffer())));
}

let libraries;

function load({ libraries: at, address }) {
  libraries ??= Promise.all([
    loaded("link", { rel: "stylesheet", href: `${at}maplibre-gl.css` }),
    loaded("script", { src: `${at}maplibre-gl-csp.js` }),
    loaded("script", { src: `${at}pmtiles.js` }),
  ]).then(() => {
    const { maplibregl, pmtiles } = globalThis;
    maplibregl.setWorkerUrl(`${at}maplibre-gl-csp-worker.js`);
    maplibregl.setWorkerCount(1);
    const protocol = new pmtiles.Protocol();
    protocol.add(new pmtiles.PMTiles(`${location.origin}${address}`));
    maplibregl.addProtocol("pmtiles", async (asked, stop) => {
      const answer = await protocol.tile(asked, stop);
      return answer.data ? answer : { data: await nothing() }; // A picture that is not there.
    });
    return maplibregl;
  });
  return libraries;
}

function seen(element) {
  return new Promise((done) => {
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((one) => one.isIntersecting)) return;
      watch.disconnect();
      done();
    }, { rootMargin: "100px" });
    watch.observe(element);
  });
}

/**
 * The street map over `under`, our own drawing. `show` is told what the drawing was told, or
 * nothing where there is nothing to be shown over it; it may be called at any time.
 */
export class Streets {
  constructor(under, credit, tiles, words) {
    Object.assign(this, { under, credit, tiles, words, pins: [], shown: null, map: null, state: "none" });
  }

  show(what) {
    this.what = what && this.covers(what.centre) ? what : null;
    if (this.state === "none" && this.what) this.begin();
    else if (this.state === "ready") this.draw();
  }

  covers([lat, lon]) {
    const [west, south, east, north] = this.tiles.bounds;
    return lat >= south && lat <= north && lon >= west && lon <= east;
  }

  async begin() {
    if (navigator.connection?.saveData) return;
    this.state = "waits";
    try {
      await seen(this.under);
      if (!drawable()) throw new Error("no WebGL");
      this.open(await load(this.tiles));
    } catch (error) {
      this.end(error);
    }
  }

  open(library) {
    const { words, tiles, what } = this;
    if (!what) {
      this.state = "none"; // The network went away meanwhile; the next list begins anew.
      return;
    }
    this.box = Object.assign(document.createElement("div"), { className: "tiles" });
    this.under.after(this.box);
    this.library = library;
    const map = new library.Map({
      container: this.box,
      style: style(tiles, [], words.language),
      center: [what.centre[1], what.centre[0]],
      zoom: Math.max(tiles.zooms[0], 14),
      minZoom: tiles.zooms[0],
      maxZoom: 19,
      attributionControl: false, // It is beside the map, as text, where it cannot be folded away.
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      maxTileCacheSize: 40,
      cooperativeGestures: true, // One finger scrolls the page.
      locale: {
        "Map.Title": words.say("shelter.map_streets"),
        "NavigationControl.ZoomIn": words.say("shelter.map_nearer"),
        "NavigationControl.ZoomOut": words.say("shelter.map_farther"),
        "CooperativeGesturesHandler.WindowsHelpText": words.say("shelter.map_ctrl"),
        "CooperativeGesturesHandler.MacHelpText": words.say("shelter.map_command"),
        "CooperativeGesturesHandler.MobileHelpText": words.say("shelter.map_fingers"),
      },
    });
    this.map = map;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    map.on("styleimagemissing", ({ id }) => {
      if (map.listImages().length < LABELS_MOST && id.startsWith("name ")) map.addImage(id, ...written(id.slice(5)));
    });
    map.on("error", ({ error }) => this.end(error));
    map.on("webglcontextlost", () => this.end(new Error("the picture was lost")));
    const late = setTimeout(() => this.end(new Error("too late")), LOADED_WITHIN_MS);
    map.once("load", () => {
      clearTimeout(late);
      if (this.state !== "waits") return;
      this.state = "ready";
      this.draw();
    });
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.state === "ready" && this.dress());
  }

  dress() {
    for (const id of this.map.listImages()) this.map.removeImage(id);
    this.map.setStyle(style(this.tiles, this.what?.way ?? [], this.words.language));
  }

  draw() {
    const { what, map, library, box } = this;
    box.classList.toggle("shown", Boolean(what));
    this.credit.textContent = what && this.tiles.credit ? `· ${this.tiles.credit}` : "";
    if (!what) return;
    map.getSource("way").setData(line(what.way));
    for (const pin of this.pins) pin.remove();
    const doors = what.shelters.flatMap(({ entrance, name }, at) => (entrance ? [{ at: [entrance.lon, entrance.lat], number: String(at + 1), name }] : []));
    const here = [what.centre[1], what.centre[0]];
    this.pins = [
      ...doors.map(({ at, number, name }) => this.pin(at, "pin", number, `${number}: ${name}`)).reverse(),
      this.pin(here, "pin here", "", this.words.say("shelter.map_from")),
    ];
    const key = JSON.stringify([here, doors, what.way]);
    if (key === this.shown) return; // Somebody may be looking around.
    this.shown = key;
    const box4 = [here, ...doors.map(({ at }) => at), ...what.way]
      .reduce((bounds, point) => bounds.extend(point), new library.LngLatBounds(here, here));
    map.resize();
    map.fitBounds(box4, { padding: 45, maxZoom: NEAREST_ZOOM, animate: false });
  }

  pin(at, className, textContent, label) {
    const element = Object.assign(document.createElement("div"), { className, textContent });
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", label);
    return new this.library.Marker({ element }).setLngLat(at).addTo(this.map);
  }

  end(error) {
    if (this.state === "ended") return;
    this.state = "ended";
    console.info(`The street map is not shown: ${error?.message ?? error}`);
    this.credit.textContent = "";
    this.box?.remove();
    // What calls us back may still be at work in the map.
    setTimeout(() => this.map?.remove());
  }
}
