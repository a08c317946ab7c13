"""
The language of the terminal: Ukrainian or English, the same words as everywhere else.

Asked for with `--lang`, else by `TOCSIN_LANG`, else by the locale (`LC_ALL`, `LC_MESSAGES`,
`LANG`); whoever's locale is Ukrainian reads Ukrainian, everybody else English. Help is written
when the program starts, so the command line is looked at once, before it is parsed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Final

from tocsin.cli.manual import MANUAL
from tocsin.cli.phrases import PHRASES
from tocsin.cli.remedies import REMEDIES
from tocsin.web.wording import LANGUAGES, Language, Wording

VARIABLES: Final = ("TOCSIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_SPOKEN_OPTIONS: Final = frozenset(f"--lang={spoken}" for spoken in LANGUAGES)

_ALL: Final[Mapping[str, tuple[str, str]]] = {**PHRASES, **MANUAL, **REMEDIES}


def _asked(arguments: Sequence[str]) -> list[str]:
    found: list[str] = []
    for number, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang":
            found += arguments[number + 1 : number + 2]
        elif argument.startswith("--lang="):
            found.append(argument.removeprefix("--lang="))
    return found


def choose(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Choose the language: the last `--lang` that we speak, else by the environment."""
    asked = [value for value in _asked(arguments) if value in LANGUAGES]
    if asked:
        return "uk" if asked[-1] == "uk" else "en"
    for name in VARIABLES:
        if environment.get(name):
            return "uk" if environment[name].lower().startswith("uk") else "en"
    return "en"


_spoken: ContextVar[Language] = ContextVar("spoken")
_spoken.set(choose(sys.argv[1:], os.environ))


def speak(language: Language) -> None:
    """Say everything in this language from here on."""
    _spoken.set(language)


def language() -> Language:
    """Tell which language is spoken."""
    return _spoken.get()


def words() -> Wording:
    """Give the words that pages and terminal share, in the language spoken."""
    return Wording(_spoken.get())


def say(key: str, /, **values: object) -> str:
    """Give a phrase of the terminal with its placeholders filled; an unknown key is a KeyError."""
    pair = _ALL[key]
    phrase = pair[0] if _spoken.get() == "uk" else pair[1]
    return phrase.format(**values) if values else phrase


def says(key: str, /) -> bool:
    """Tell whether there is a phrase of that key."""
    return key in _ALL


def without_language(arguments: Sequence[str]) -> list[str]:
    """Take `--lang X` and `--lang=X` out of a command line, wherever they stand before `--`."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*kept, argument, *rest]
        if argument == "--lang":
            value = next(rest, None)
            if value not in LANGUAGES:  # What we don't speak stays, to be refused by name.
                kept += [argument] if value is None else [argument, value]
        elif argument not in _SPOKEN_OPTIONS:
            kept.append(argument)
    return kept
