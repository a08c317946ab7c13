/*
 * Choosing a place: by position (only on a click, rounded before it is sent), on the map by touch
 * or arrow keys, and what was chosen, remembered on this device.
 */

import { nameOf } from "./words.js";

export function chooser(data, words, scene, stateOf) {
  locate(words);
  map(words, scene, stateOf);
  keep(data);
  import("./shelter-take.js").then(({ take }) => take(data)).catch(() => undefined);
}

function locate(words) {
  const button = document.getElementById("locate");
  button?.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const [lat, lon] = [coords.latitude.toFixed(3), coords.longitude.toFixed(3)];
        location.assign(`/?lat=${lat}&lon=${lon}&${new URLSearchParams({ area: document.querySelector(".ask [name=area]")?.value ?? "" })}`);
      },
      () => {
        button.disabled = false;
        button.nextElementSibling.textContent = words.say("ask.here_denied");
      },
      { maximumAge: 600_000, timeout: 15_000 },
    );
  });
}

/** One stop for the tab key; arrows go from district to district, each named below the map. */
function map(words, scene, stateOf) {
  const caption = document.getElementById("caption");
  const links = [...document.querySelectorAll(".raions a")];
  if (!caption || !links.length) return;
  const codeOf = (link) => link.firstElementChild.id.slice(2);
  const tell = (link) => {
    const code = codeOf(link);
    const [region] = scene().lineage(code).filter((above) => above !== scene().root);
    const where = region ? `, ${nameOf(scene(), region, words)}` : "";
    caption.replaceChildren(`${nameOf(scene(), code, words)}${where}: ${words.say(`state.${stateOf(code)}`)} `);
    const choose = document.createElement("a");
    choose.href = link.getAttribute("href");
    choose.textContent = words.say("map.choose");
    caption.append(choose);
  };
  const go = (link) => {
    for (const other of links) other.tabIndex = other === link ? 0 : -1;
    link.focus();
  };
  const steps = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const middle = (link) => {
    const box = link.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  for (const link of links) {
    link.addEventListener("focus", () => tell(link));
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && tell(link));
    // A touch only names the district: whoever wants it follows the link below the map.
    link.addEventListener("click", (event) => {
      if (event.pointerType === "mouse" || event.detail === 0) return;
      event.preventDefault();
      go(link);
    });
    link.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      const [x, y] = middle(link);
      const ahead = links.filter((other) => other !== link).map((other) => {
        const [dx, dy] = [middle(other)[0] - x, middle(other)[1] - y];
        const along = dx * step[0] + dy * step[1];
        return { other, along, cost: along + 2 * Math.abs(dx * step[1] + dy * step[0]) };
      }).filter(({ along }) => along > 1).sort((a, b) => a.cost - b.cost);
      if (ahead.length) go(ahead[0].other);
    });
  }
}

/** Remember on the device, and go back to what was remembered where the cookie is gone. */
function keep(data) {
  try {
    const asked = new URLSearchParams(location.search);
    if (data.remembered && data.areas.length) localStorage.setItem("tocsin.areas", data.areas.join(","));
    if (document.cookie.includes("areas=")) return;
    const known = localStorage.getItem("tocsin.areas");
    if (asked.has("area")) {
      if (asked.get("area") === "") localStorage.removeItem("tocsin.areas");
    } else if (known && ![...asked.keys()].length && location.pathname === "/") {
      location.replace(`/?area=${encodeURIComponent(known)}&keep=1`);
    }
  } catch {
    // Without storage the cookie alone remembers.
  }
}
