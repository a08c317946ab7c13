"""
Every word that the public pages say, in Ukrainian and English side by side.

A phrase stands once, as a pair, so that neither language can lack it. Placeholders are the same
in both; a counted phrase holds its plural forms (CLDR: one, few, many in Ukrainian; one, other in
English). The page's script is handed the same phrases, so that both say the same.
Never in here: a word for calm that promises safety.
Source: design, section 8; the phrases of the Ukrainian alert services for hazards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tocsin.web.phrases import COUNTED, PHRASES
from tocsin.web.power_phrases import POWER_PHRASES
from tocsin.web.shelter_phrases import SHELTER_COUNTED, SHELTER_PHRASES

Language = Literal["uk", "en"]

LANGUAGES: Final[tuple[Language, Language]] = ("uk", "en")
"""The languages of the pages; the first is the default."""

COLUMN: Final[Mapping[Language, int]] = {"uk": 0, "en": 1}

_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    **PHRASES,
    **SHELTER_PHRASES,
    **POWER_PHRASES,
}
_COUNTED: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    **COUNTED,
    **SHELTER_COUNTED,
}

_FEW = range(2, 5)
_TEENS = range(11, 15)


def plural(language: Language, count: int) -> int:
    """
    Choose the plural form for a whole number: an index into the forms of a counted phrase.

    Ukrainian: 0 for 1, 21, 101; 1 for 2 to 4, 22; 2 for 0, 5 to 20, 25. English: 0 for 1, else 1.
    Source: CLDR plural rules for `uk` and `en`, whole numbers.
    """
    if language == "en":
        return 0 if count == 1 else 1
    if count % 100 in _TEENS:
        return 2
    if count % 10 == 1:
        return 0
    return 1 if count % 10 in _FEW else 2


@dataclass(frozen=True, slots=True)
class Wording:
    """The phrases of one language."""

    language: Language

    def say(self, key: str, /, **values: object) -> str:
        """Give the phrase of that key with its placeholders filled; unknown is KeyError."""
        phrase = _PHRASES[key][COLUMN[self.language]]
        return phrase.format(**values) if values else phrase

    def has(self, key: str, /) -> bool:
        """Say whether there is a phrase of that key."""
        return key in _PHRASES

    def lines(self, key: str, /) -> tuple[str, ...]:
        """Give the lines of a large word; `|` in a phrase breaks the line."""
        return tuple(self.say(key).split("|"))

    def count(self, key: str, number: int, /) -> str:
        """Give the number with its noun in the right form: `2 області`."""
        forms = _COUNTED[key][COLUMN[self.language]]
        return f"{number} {forms[plural(self.language, number)]}"

    def named(self, group: str, value: str | None, /) -> str:
        """Give the word for a wire value (`hazard`, `air_raid`); an unknown one stands as is."""
        pair = _PHRASES.get(f"{group}.{value}")
        return pair[COLUMN[self.language]] if pair else str(value or "")

    def phrases(self, groups: Collection[str]) -> dict[str, str]:
        """Give the phrases of some groups (`age` of `age.now`) by key, for a page's script."""
        column = COLUMN[self.language]
        return {key: p[column] for key, p in _PHRASES.items() if key.split(".")[0] in groups}

    def forms(self) -> dict[str, tuple[str, ...]]:
        """Give the plural forms of all counted phrases by key, for the page's script."""
        return {key: pair[COLUMN[self.language]] for key, pair in _COUNTED.items()}


def choose(wanted: str | None, remembered: str | None, accepts: str | None) -> Language:
    """
    Choose the language: asked for, else remembered, else by `Accept-Language`, else Ukrainian.

    Args:
        wanted: The value of `?lang=`; one that we don't speak is passed over.
        remembered: The cookie's value.
        accepts: The header as sent; qualities are honoured, malformed parts passed over.
    """
    for asked in (wanted, remembered):
        for language in LANGUAGES:
            if asked == language:
                return language
    ranked = sorted(_preferences(accepts or ""), key=lambda pair: -pair[0])
    for _, tag in ranked:
        for language in LANGUAGES:
            if tag == language or tag.startswith(f"{language}-"):
                return language
    return LANGUAGES[0] if not ranked else "en"


def _preferences(header: str) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for part in header[:400].split(","):
        tag, _, parameter = part.strip().lower().partition(";")
        quality = parameter.strip().removeprefix("q=") or "1"
        if tag and quality.replace(".", "", 1).isdecimal() and float(quality) > 0:
            found.append((float(quality), tag.strip()))
    return found
