/*
 * The block of the public page that opens by itself under alert: the three nearest shelters. It is
 * loaded once the page is live, so that the alert finds it ready; it asks for nothing before that.
 */

import { nearest, when } from "./shelter-ask.js";
import { card, cards } from "./shelter-card.js";
import { allowed, locate, recent, remembered, wanted } from "./shelter-place.js";
import { speaker } from "./words.js";

const AGAIN_MS = 20_000;
const SHOWN = 3;
const UNDER_ALERT = ["warning", "part"];

const $ = (id) => document.getElementById(id);

export function take(data) {
  if (!$("take-list")) return;
  const root = document.documentElement;
  let asOf = Date.parse(data.now);
  const spoken = JSON.parse($("take-data").textContent);
  const words = speaker({ ...data, words: { ...data.words, ...spoken } }, () => asOf);
  const button = $("take-locate");
  let [here, since, open, timer, turn] = [null, null, false, 0, 0];
  let answered = false;

  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${data.static}shelter.css` }));

  /* Who listens hears the first list and what goes wrong, and not each time of day. */
  const say = (text, lost = false, heard = text) => {
    const told = $("take-told");
    if (told.textContent !== text) told.textContent = text;
    told.hidden = text === "";
    told.classList.toggle("lost", lost);
    if ($("take-heard").textContent !== heard) $("take-heard").textContent = heard;
  };

  async function ask() {
    clearTimeout(timer);
    if (!open || !here) return;
    const mine = ++turn;
    if (!answered) say(words.say("shelter.asking"));
    const { got, still, wait_s } = await nearest(here, wanted(), SHOWN);
    if (mine !== turn || !open) return;
    if (got) show(got, still);
    else if (!wait_s) say(words.say(answered ? "shelter.stale" : "take.late", { time: words.zoned(new Date(asOf).toISOString()) }), true);
    timer = setTimeout(() => document.hidden || ask(), wait_s ? wait_s * 1_000 : AGAIN_MS);
  }

  function show(got, still) {
    answered = true;
    asOf = Date.parse(got.as_of ?? data.now);
    const straight = got.way === "straight_line";
    cards($("take-list"), $("take-card"), got.shelters.map((one) => card(one, words, { straight, still })));
    $("take-list").hidden = !got.shelters.length;
    const texts = got.invented ? [words.say("shelter.invented")] : [];
    if (got.advice === "cover_now") {
      texts.push(`${words.say("shelter.cover")}. ${words.say("shelter.cover_do", { time: words.span(got.within_s) })}`);
    } else if (!got.shelters.length) {
      texts.push(words.say("shelter.none"));
    }
    texts.push(still
      ? words.say("shelter.offline", { time: when(got.saved_at, words) })
      : words.say("shelter.as_of", { time: words.zoned(got.as_of) }));
    if (since) texts.push(words.say("take.was", { time: words.zoned(since) }));
    const grave = still || got.advice === "cover_now" || !got.shelters.length;
    say(texts.join(" "), grave, grave ? texts[0] : `${words.say("take.title")}: ${got.shelters[0].name}`);
    button.classList.add("quiet");
    button.textContent = words.say("shelter.again");
  }

  async function find(fresh) {
    button.disabled = true;
    try {
      here = await locate({ fresh });
      since = null;
      await ask();
    } catch {
      if (!answered) say(words.say("shelter.denied"));
    } finally {
      button.disabled = false;
    }
  }

  async function look() {
    const now = UNDER_ALERT.includes(root.dataset.state) && !root.classList.contains("past");
    if (now === open) return;
    open = now;
    if (!open) return clearTimeout(timer);
    const spot = remembered();
    if (spot) {
      here = spot;
      since = recent(spot) ? null : new Date(spot.at).toISOString();
      ask();
    }
    if (await allowed()) find(false);
    return undefined;
  }

  button.hidden = false;
  button.addEventListener("click", () => find(true));
  new MutationObserver(look).observe(root, { attributes: true, attributeFilter: ["data-state", "class"] });
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  look();
}
