"""Values that one request changes and may have to give back: what every draft is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Undo:
    """Remember how to take back what the request at hand has changed."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], object]] = []

    def put(self, kept: dict[KeyT, ValueT], key: KeyT, value: ValueT) -> None:
        """Change one value, and remember what it was."""
        if key in kept:
            self._steps.append(partial(kept.__setitem__, key, kept[key]))
        else:
            self._steps.append(partial(kept.__delitem__, key))
        kept[key] = value

    def keep(self) -> None:
        """Let what was changed stand."""
        self._steps.clear()

    def forget(self) -> None:
        """Take back what was changed, the last first."""
        while self._steps:
            self._steps.pop()()
