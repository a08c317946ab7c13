"""
The standard words of an alert, its all-clear and its correction, in all their languages.

They exist together: no alert can be raised whose all-clear has no words yet (design, section 2,
rule 7). An event keeps the edition it was raised with, so that the record says what people read.
A sender's own words for the alert stand in place of the standard ones, language by language.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from tocsin.alerts.messages import Hazard, Level
from tocsin.kernel.words import Status

EDITION: Final = 1

LANGUAGES: Final = ("uk", "en")


class Wording(NamedTuple):
    """The words for one alert; each maps a language to a text."""

    alert: Mapping[str, str]
    all_clear: Mapping[str, str]
    correction: Mapping[str, str]


_NAMES: Final[Mapping[Hazard, tuple[str, str]]] = {
    Hazard.AIR_RAID: ("Повітряна тривога", "Air-raid alert"),
    Hazard.ARTILLERY: ("Загроза артилерійського обстрілу", "Artillery threat"),
    Hazard.URBAN_FIGHTING: ("Загроза вуличних боїв", "Threat of street fighting"),
    Hazard.CHEMICAL: ("Хімічна загроза", "Chemical threat"),
    Hazard.NUCLEAR: ("Радіаційна загроза", "Radiation threat"),
    Hazard.FLOOD: ("Загроза повені", "Flood threat"),
    Hazard.FIRE: ("Загроза пожежі", "Fire threat"),
    Hazard.STORM: ("Загроза буревію", "Storm threat"),
    Hazard.OTHER: ("Небезпека", "Danger"),
}

_SHELTER_NOW: Final = ("Негайно прямуйте в укриття.", "Take shelter now.")

_NOW: Final[Mapping[Hazard, tuple[str, str]]] = {
    Hazard.CHEMICAL: (
        "Зайдіть до приміщення, зачиніть вікна й двері, вимкніть вентиляцію.",
        "Go indoors, close windows and doors, switch off ventilation.",
    ),
    Hazard.NUCLEAR: (
        "Зайдіть до приміщення, зачиніть вікна й двері, чекайте вказівок.",
        "Go indoors, close windows and doors, wait for instructions.",
    ),
    Hazard.FLOOD: ("Підніміться на вище місце.", "Move to higher ground."),
    Hazard.FIRE: (
        "Залиште небезпечну зону, прямуйте проти вітру.",
        "Leave the danger zone, move into the wind.",
    ),
    Hazard.STORM: ("Залишайтеся в приміщенні, далі від вікон.", "Stay indoors, away from windows."),
    Hazard.OTHER: ("Виконуйте вказівки влади.", "Follow the authorities' instructions."),
}

_BE_READY: Final = ("Будьте готові: стежте за повідомленнями.", "Be ready: follow the messages.")
_OVER: Final = ("Відбій", "All clear")
_FALSE: Final = ("Хибна тривога: попереднє повідомлення скасовано", "False alert: it is withdrawn")
_DRILL: Final = ("НАВЧАННЯ. ", "EXERCISE. ")


@cache
def standard(hazard: Hazard, level: Level, status: Status) -> Wording:
    """Find the standard words; every hazard, level and status has them in every language."""
    name = _NAMES[hazard]
    act = _BE_READY if level is Level.WATCH else _NOW.get(hazard, _SHELTER_NOW)
    mark = _DRILL if status.drill else ("", "")
    alert, clear, correction = (
        {language: mark[number] + text[number] for number, language in enumerate(LANGUAGES)}
        for text in (
            (f"{name[0]}. {act[0]}", f"{name[1]}. {act[1]}"),
            (f"{_OVER[0]}: {name[0].lower()}.", f"{_OVER[1]}: {name[1].lower()}."),
            (f"{_FALSE[0]} ({name[0].lower()}).", f"{_FALSE[1]} ({name[1].lower()})."),
        )
    )
    return Wording(alert, clear, correction)


def own(text: Mapping[str, str], status: Status) -> dict[str, str]:
    """Let a sender's own words for a drill begin with the word for it, as the standard ones do."""
    if not status.drill:
        return dict(text)
    marks = dict(zip(LANGUAGES, _DRILL, strict=True))
    english = marks["en"]
    return {
        language: said if said.startswith(mark := marks.get(language, english)) else mark + said
        for language, said in text.items()
    }
