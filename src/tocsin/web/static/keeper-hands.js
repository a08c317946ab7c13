/*
 * Two thumbs on wet glass. A tap counts when the finger leaves the button it came down on, however
 * it trembled in between and whatever the other thumb does: a browser's own click forgets one of
 * two fingers. What has consequences is held for a second; who cannot hold presses twice.
 */

const HELD_MS = 1_000;
const ARMED_MS = 6_000;
/** A click that follows its own touch comes within this. */
const ECHO_MS = 800;

const within = (box, { clientX: x, clientY: y }) =>
  x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;

/** Call `act` once for each tap, by finger, mouse, keyboard or another device. */
export function onTap(button, act) {
  const down = new Set();
  let touched = -ECHO_MS;
  button.addEventListener("pointerdown", (event) => {
    if (event.button === 0) down.add(event.pointerId);
  });
  button.addEventListener("pointercancel", (event) => down.delete(event.pointerId));
  button.addEventListener("pointerup", (event) => {
    if (!down.delete(event.pointerId) || !within(button.getBoundingClientRect(), event)) return;
    touched = performance.now();
    act();
  });
  button.addEventListener("click", (event) => {
    if (event.detail > 0 && performance.now() - touched < ECHO_MS) return;
    act();
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}

/** Call `act` when the button was held; `told(stage)` is called with on, more, again and done. */
export function onHold(button, act, told) {
  let timer = null;
  let pressed = -ECHO_MS;
  let armed = false;
  const start = () => {
    if (timer || button.disabled) return;
    button.classList.add("held");
    told("on");
    timer = setTimeout(() => {
      end();
      finish();
    }, HELD_MS);
  };
  const end = () => {
    clearTimeout(timer);
    timer = null;
    pressed = performance.now();
    button.classList.remove("held");
  };
  const stop = () => {
    if (!timer) return;
    end();
    told("more");
  };
  const finish = () => {
    armed = false;
    navigator.vibrate?.([40, 60, 40]);
    told("done");
    act();
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    start();
  });
  for (const name of ["pointerup", "pointercancel", "blur"]) button.addEventListener(name, stop);
  button.addEventListener("pointermove", (event) => {
    if (timer && !within(button.getBoundingClientRect(), event)) stop();
  });
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) start();
  });
  button.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key === "Enter") stop();
  });
  // A click without a finger or a key is a reader's or a switch's: it cannot be held.
  button.addEventListener("click", () => {
    if (timer || performance.now() - pressed < ECHO_MS) return;
    if (armed) {
      finish();
      return;
    }
    armed = true;
    told("again");
    setTimeout(() => {
      armed = false;
    }, ARMED_MS);
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}
