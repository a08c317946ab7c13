"""
Errors in the reader's language: the sentence, then the stable code.

The English sentence stands where the error is raised. Here is a Ukrainian one for each code; where
the English one holds a detail (a name, a line, a number), it follows in parentheses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tocsin.cli.tongue import language
from tocsin.kernel.errors import Corrupt, Malformed, Refused, TocsinError, Unavailable

UKRAINIAN: Final[Mapping[str, str]] = {}

_BY_CLASS: Final[Mapping[type[TocsinError], str]] = {
    Refused: "Відмовлено.",
    Malformed: "Не зрозуміло.",
    Unavailable: "Зараз неможливо, спробуйте пізніше.",
    Corrupt: "Запис не сходиться: зупиніться й покличте людину.",
}


def sentence(error: TocsinError) -> str:
    """Write an error for a person: sentence, then code in brackets."""
    if language() == "en":
        return f"{error.sentence} [{error.code}]"
    told = UKRAINIAN.get(error.code)
    if told is not None:
        return f"{told} ({error.sentence}) [{error.code}]"
    kinds = (text for kind, text in _BY_CLASS.items() if isinstance(error, kind))
    return f"{next(kinds, '')} ({error.sentence}) [{error.code}]".lstrip()
