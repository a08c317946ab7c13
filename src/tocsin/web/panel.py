"""
The panel: the words for one face, in reading order: word, place, since when, what to do, notes.

`static/panel.js` says the same from the same phrases; a test in a real browser compares the two
on hundreds of boards. Nothing is decided here: `face.py` decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import rfc3339
from tocsin.web.face import Face, Scene, Shown
from tocsin.web.times import Times
from tocsin.web.wording import Wording

NAMES_SHOWN: Final = 4
"""A note names so many areas and counts the rest: more would push the map off a phone."""


@dataclass(frozen=True, slots=True)
class Panel:
    """
    What is written in one panel.

    Args:
        state: The face's state, or `country` and `country_calm` for the country as a whole.
        word: The lines of the large word.
        size: Its size in hundredths of the panel's width.
        place: Name of the area, then what the alert is about.
        since: When it began or as of when it is known, a whole sentence.
        since_at: The same moment, RFC 3339; None where there is none.
        act: What to do.
        notes: Sentences below; none is needed to act.
    """

    code: str
    state: str
    word: tuple[str, ...]
    size: str
    place: str
    what: str
    since: str
    since_at: str | None
    act: str
    notes: tuple[str, ...]


def panel(face: Face, scene: Scene, times: Times, cleared: datetime | None = None) -> Panel:
    """
    Put a face into words.

    Args:
        cleared: When the last alert of the area ended, where that is known; told when calm.
    """
    words = times.words
    since, since_at = _since(face, scene, times, cleared)
    return Panel(
        code=face.code,
        state=face.state,
        word=_word(face, words),
        size=words.say(f"size.{face.state}"),
        place=name_of(scene.gazetteer, face.code, words),
        what=_what(face.leading, words),
        since=since,
        since_at=rfc3339(since_at) if since_at else None,
        act=_act(face, words),
        notes=tuple(_notes(face, scene, times)),
    )


def country(faces: Sequence[Face], scene: Scene, times: Times) -> Panel:
    """Put the country as a whole into words: how many regions are under alert."""
    words = times.words
    alerted = sum(1 for face in faces if face.state == "warning")
    place = words.say("country")
    whole = panel(scene.face(scene.gazetteer.root.code), scene, times)
    if alerted:
        state, size = "country", "country"
        word: tuple[str, ...] = (words.say("word.country", n=alerted, all=len(faces)),)
        place, what = words.say("country.line"), words.say("country")
    elif whole.state == "calm":
        state, size, word, what = "calm", "country_calm", words.lines("word.country_calm"), ""
    else:
        state, size, word, what = whole.state, whole.state, whole.word, whole.what
    notes = [
        words.say(f"country.{found}", regions=words.count("region", number))
        for found in ("part", "unknown")
        if (number := sum(1 for face in faces if face.state == found))
    ]
    return Panel(
        code=scene.gazetteer.root.code,
        state=state,
        word=word,
        size=words.say(f"size.{size}"),
        place=place,
        what=what,
        since=_as_of(scene, times),
        since_at=rfc3339(scene.as_of),
        act="",
        notes=tuple(notes),
    )


def name_of(gazetteer: Gazetteer, code: AreaCode, words: Wording) -> str:
    """Name an area in the page's language."""
    return gazetteer.get(code).name[words.language]


def names(gazetteer: Gazetteer, codes: Sequence[AreaCode], words: Wording) -> str:
    """List areas by name, the first few of them, and how many more there are."""
    shown = ", ".join(name_of(gazetteer, code, words) for code in codes[:NAMES_SHOWN])
    more = len(codes) - NAMES_SHOWN
    return words.say("note.more", areas=shown, n=more) if more > 0 else shown


def _word(face: Face, words: Wording) -> tuple[str, ...]:
    if face.state == "drill" and all(alert.status == "Test" for alert in face.leading):
        return words.lines("word.test")
    return words.lines(f"word.{face.state}")


def _what(leading: Sequence[Shown], words: Wording) -> str:
    told = []
    for alert in leading:
        hazard = words.named("hazard", alert.hazard)
        threat = words.named("threat", alert.threat)
        told.append(f"{hazard} ({threat})" if threat else hazard)
    return ", ".join(dict.fromkeys(told))


def _since(
    face: Face, scene: Scene, times: Times, cleared: datetime | None
) -> tuple[str, datetime | None]:
    words = times.words
    if face.state == "calm":
        if cleared is not None:
            told = f"{times.clock(cleared)} {words.say('zone')}"
            return words.say("cleared", time=told, age=times.age(cleared)), cleared
        return _as_of(scene, times), scene.as_of
    since = face.since
    if since is None:
        return words.say("since.never"), None
    told = f"{times.clock(since)} {words.say('zone')}"
    if face.state == "unknown":
        return f"{words.say('since.unknown', time=told)}, {times.age(since)}", since
    return words.say("since", time=told, age=times.age(since)), since


def _as_of(scene: Scene, times: Times) -> str:
    told = f"{times.clock(scene.as_of)} {times.words.say('zone')}"
    return times.words.say("as_of", time=told)


def _act(face: Face, words: Wording) -> str:
    if face.state != "warning":
        return words.say(f"do.{face.state}")
    # Where hazards ask for different things, what saves from a blast or a bullet comes first.
    hazards = [alert.hazard for alert in face.leading]
    asked = [words.say(_do(hazard, words)) for hazard in hazards]
    first = words.say("do.warning")
    return first if first in asked else " ".join(dict.fromkeys(asked))


def _own_words(alert: Shown, words: Wording) -> str:
    """Give what the sender wrote; nothing where it is the standard text, which we say anyway."""
    told = alert.text.get(words.language, "")
    act = words.say("do.watch" if alert.level == "watch" else _do(alert.hazard, words))
    standard = f"{words.named('hazard', alert.hazard)}. {act}"
    return "" if told.endswith(standard) else told


def _do(hazard: str, words: Wording) -> str:
    key = f"do.{hazard}"
    return key if words.has(key) else "do.warning"


def _notes(face: Face, scene: Scene, times: Times) -> list[str]:
    words = times.words

    def listed(key: str, codes: Sequence[AreaCode]) -> list[str]:
        return [words.say(key, areas=names(scene.gazetteer, codes, words))] if codes else []

    within = [alert.within_s for alert in face.leading if alert.within_s is not None]
    partial = face.state in {"part", "part_watch"}
    notes = [words.say("shelter_within", time=times.span(min(within)))] if within else []
    notes += listed("note.inside" if partial else "note.also_inside", face.inside)
    notes += listed("note.around", face.around)
    notes += [told for alert in face.leading if (told := _own_words(alert, words))]
    notes += listed("note.part_unknown", face.silent_parts)
    if face.silent and face.state != "unknown":
        notes.append(words.say("note.silent"))
    notes += listed("note.drill", face.drills)
    senders = dict.fromkeys(sender for alert in face.leading for sender in alert.senders)
    if senders:
        notes.append(words.say("note.sender", senders=", ".join(senders)))
    return list(dict.fromkeys(notes))
