/*
 * The day's slider: each step asks for the board of that moment and shows it as the past. Only the
 * latest question counts; an answer that comes late is dropped.
 */

const PAUSE_MS = 120;

let asked = 0;
let timer;

/** Ask for the moment that the slider stands at; `show(at, board)` is told if it is still wanted. */
export function ask(range, { words, show }) {
  const text = `${String(Math.floor(range.value / 60)).padStart(2, "0")}:${String(range.value % 60).padStart(2, "0")}`;
  document.getElementById("minute-told").textContent = text;
  range.setAttribute("aria-valuetext", text);
  clearTimeout(timer);
  const number = ++asked;
  timer = setTimeout(async () => {
    const at = momentOf(range.form.elements.day.value, +range.value, words);
    try {
      const answer = await fetch(`/api/v1/board?at=${encodeURIComponent(at)}`);
      if (!answer.ok || number !== asked) return;
      const board = await answer.json();
      if (number === asked) show(at, board);
    } catch {
      // Nothing came: what is shown stays, with the time it is of.
    }
  }, PAUSE_MS);
}

/** The moment of a minute of a day on the country's clock, found by correcting a guess once. */
function momentOf(day, minute, words) {
  const guess = Date.parse(`${day}T00:00:00Z`) + minute * 60_000;
  const { year, month, day: date, hour, minute: min } = words.clockOf(guess);
  const ahead = Date.UTC(year, month - 1, date, hour, min) - guess;
  return new Date(guess - ahead).toISOString();
}
